from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blogsite.lib.text import clean_line, slugify
from posts.models.address import FormerAddress
from posts.models.listing import Kind
from posts.models.slug import AnySlugField
from posts.querysets.tag import TagQuerySet

NAME_LENGTH = 60


class Tag(models.Model):
    """A subject that posts share; its slug is its address."""

    name = models.CharField(_("name"), max_length=60)
    slug = AnySlugField(_("slug"), max_length=60, allow_unicode=True)
    description = models.TextField(_("description"), max_length=500, blank=True)

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
        """Keep the former address answering when the slug changes."""
        with transaction.atomic():
            before = type(self).objects.filter(pk=self.pk).values_list("slug", flat=True).first()
            super().save(*args, **kwargs)
            FormerAddress.objects.remember("tags", before, self.slug, tag=self)

    def get_absolute_url(self) -> str:
        """Return the address of the tag's page."""
        return reverse("posts:tag", args=[self.slug])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it; addresses that readers knew say so."""
        with transaction.atomic():
            own = type(self).objects.filter(pk=self.pk)
            FormerAddress.objects.bury_lists("tags", Kind.TAG, own)
            return super().delete(*args, **kwargs)

    @classmethod
    def named(cls, names: Iterable[str]) -> "list[Tag]":
        """Return the tags of these names, made where there is none; case makes no difference."""
        wanted = {slugify(name, fallback="tag", max_length=NAME_LENGTH): name for name in names}
        known = {tag.slug: tag for tag in cls.objects.filter(slug__in=wanted)}
        # In one order: posts that bring the same new tags must not wait for each other in a ring.
        for slug, name in sorted(wanted.items()):
            if slug not in known:
                defaults = {"name": clean_line(name)[:NAME_LENGTH]}
                known[slug] = cls.objects.get_or_create(slug=slug, defaults=defaults)[0]
        return [known[slug] for slug in wanted]

    @transaction.atomic
    def merge_into(self, other: "Tag") -> None:
        """Give this tag's posts and addresses to the other tag, and go."""
        if self.pk == other.pk:
            return
        through = self.posts.through.objects
        kept = through.filter(tag=other).values("post_id")
        through.filter(tag=self).exclude(post_id__in=kept).update(tag=other)
        FormerAddress.objects.filter(tag=self).update(tag=other)
        slug = self.slug
        super().delete()
        FormerAddress.objects.remember("tags", slug, other.slug, tag=other)
