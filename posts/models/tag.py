from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blogsite.lib.text import clean_line, slugify
from posts.models.address import FormerAddress
from posts.models.introduction import refuse_complex, render_description
from posts.models.listing import Kind
from posts.models.slug import AnySlugField
from posts.querysets.tag import TagQuerySet

NAME_LENGTH = 60


class Tag(models.Model):
    """A subject that posts share; its slug is its address."""

    name = models.CharField(_("name"), max_length=60)
    slug = AnySlugField(_("slug"), max_length=60, allow_unicode=True)
    description = models.TextField(
        _("description"),
        max_length=2000,
        blank=True,
        help_text=_("An introduction, in Markdown, above the posts."),
    )
    description_html = models.TextField(editable=False, blank=True, default="")

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="tag_slug_is_unique",
                violation_error_message=_("Another tag has that address."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the former address answering when the slug changes, and the HTML true."""
        render_description(self, kwargs)
        with transaction.atomic():
            before = type(self).objects.filter(pk=self.pk).values_list("slug", flat=True).first()
            super().save(*args, **kwargs)
            FormerAddress.objects.remember("tags", before, self.slug, tag=self)
            TagSynonym.objects.filter(slug=self.slug).delete()  # now a name of its own

    def get_absolute_url(self) -> str:
        """Return the address of the tag's page."""
        return reverse("posts:tag", args=[self.slug])

    def clean(self) -> None:
        """Refuse an impossible description, and the address of another tag's other name."""
        refuse_complex(self.description)
        other = TagSynonym.objects.filter(slug=self.slug).exclude(tag=self.pk).first()
        if other is not None:
            sentence = _("That is another name of “%(tag)s”.")
            raise ValidationError({"slug": ValidationError(sentence, params={"tag": other.tag})})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it; addresses that readers knew say so."""
        with transaction.atomic():
            own = type(self).objects.filter(pk=self.pk)
            FormerAddress.objects.bury_lists("tags", Kind.TAG, own)
            return super().delete(*args, **kwargs)

    @classmethod
    def named(cls, names: Iterable[str]) -> "list[Tag]":
        """Return the tags of these names, made where there is none; case makes no difference.

        Another name of a tag, and one it had, give that tag.
        """
        wanted = slugs_of(names)
        known = cls.known(wanted)
        # In one order: posts that bring the same new tags must not wait for each other in a ring.
        for slug, name in sorted(wanted.items()):
            if slug not in known:
                defaults = {"name": clean_line(name)[:NAME_LENGTH]}
                known[slug] = cls.objects.get_or_create(slug=slug, defaults=defaults)[0]
        return list(dict.fromkeys(known[slug] for slug in wanted))

    @classmethod
    def known_names(cls, names: Iterable[str]) -> list[str]:
        """Return the names as they will be stored, in the order of a snapshot; none is made."""
        wanted = slugs_of(names)
        known = cls.known(wanted)
        found = {tag.slug: tag.name for tag in known.values()}
        found |= {slug: name for slug, name in wanted.items() if slug not in known}
        return [found[slug] for slug in sorted(found)]

    @classmethod
    def known(cls, wanted: dict[str, str]) -> "dict[str, Tag]":
        """Return the tags there are for what `slugs_of` returned.

        A tag may be called otherwise than its address: its very name is looked at first.
        """
        either = models.Q(slug__in=wanted) | models.Q(name__in=wanted.values())
        tags = list(cls.objects.filter(either).order_by("-pk"))
        by_slug = {tag.slug: tag for tag in tags}
        by_name = {tag.name: tag for tag in tags}
        known = {slug: tag for slug, name in wanted.items() if (tag := by_name.get(name))}
        for slug, name in wanted.items():
            if slug in by_slug and (slug not in known or by_slug[slug].name == name):
                known[slug] = by_slug[slug]
        return cls._by_other_names(set(wanted) - set(known)) | known

    @classmethod
    def _by_other_names(cls, slugs: "set[str]") -> "dict[str, Tag]":
        if not slugs:
            return {}
        paths = {f"tags/{slug}": slug for slug in slugs}
        former = FormerAddress.objects.filter(path__in=paths, tag__isnull=False)
        synonyms = TagSynonym.objects.filter(slug__in=slugs)
        found = {paths[row.path]: row.tag for row in former.select_related("tag") if row.tag}
        return found | {row.slug: row.tag for row in synonyms.select_related("tag")}

    @transaction.atomic
    def merge_into(self, other: "Tag") -> None:
        """Give this tag's posts, names and addresses to the other tag, and go."""
        if self.pk == other.pk:
            return
        through = self.posts.through.objects
        kept = through.filter(tag=other).values("post_id")
        through.filter(tag=self).exclude(post_id__in=kept).update(tag=other)
        FormerAddress.objects.filter(tag=self).update(tag=other)
        self.synonyms.update(tag=other)
        name, slug = self.name, self.slug
        super().delete()
        TagSynonym.objects.create(tag=other, name=name, slug=slug)


def slugs_of(names: Iterable[str]) -> dict[str, str]:
    """Return each name by the address it would have."""
    return {slugify(name, fallback="tag", max_length=NAME_LENGTH): name for name in names}


class TagSynonym(models.Model):
    """Another name of a tag: whoever types it gets the tag, and its address leads there."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="synonyms")
    name = models.CharField(_("other name"), max_length=60)
    slug = AnySlugField(max_length=60, allow_unicode=True, editable=False)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="synonym_slug_is_unique",
                violation_error_message=_("Another tag has that name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Have the name's address lead to the tag."""
        self.slug = self.slug or slugify(self.name, fallback="tag", max_length=NAME_LENGTH)
        with transaction.atomic():
            super().save(*args, **kwargs)
            FormerAddress.objects.remember("tags", self.slug, self.tag.slug, tag=self.tag)

    def clean(self) -> None:
        """Bring the name into its one form; refuse the name of a tag."""
        self.name = clean_line(self.name)
        self.slug = slugify(self.name, fallback="tag", max_length=NAME_LENGTH)
        taken = self._bearer()
        if taken is not None:
            sentence = _("“%(tag)s” has that name. Merge the two tags instead.")
            raise ValidationError({"name": ValidationError(sentence, params={"tag": taken})})

    def _bearer(self) -> Tag | None:
        """Return the other tag that has the name, or had it and is found by it."""
        others = Tag.objects.exclude(pk=self.tag_id)
        own = Tag.objects.filter(slug=self.slug).first()
        path = f"tags/{self.slug}"
        return (
            own
            or others.filter(synonyms__slug=self.slug).first()
            or others.filter(former_addresses__path=path).first()
        )
