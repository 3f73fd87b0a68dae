from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blogsite.lib import site
from blogsite.lib.site import CommentPolicy
from posts import snapshot
from posts.models.address import FormerAddress
from posts.models.authored import Authored
from posts.models.authorship import Authorship
from posts.models.copied import Copied
from posts.models.image import Image
from posts.models.presentation import Presentation
from posts.models.publication import Publication
from posts.models.searchable import Searchable
from posts.models.slug import AnySlugField
from posts.models.tag import Tag
from posts.querysets.post import PostQuerySet
from posts.rendering import render_post

SOURCES = ("body", "has_math", "language")  # what the HTML is made of
RENDERED_FIELDS = frozenset({"html", "text", "headings", "words", "renderer_version"})
COUNTERS = frozenset({"like_count", "comment_count"})  # kept by the conversation, by F() alone


class Visibility(models.TextChoices):
    """Who may read a post once it is published."""

    PUBLIC = "public", _("Public: everybody, listed everywhere")
    UNLISTED = "unlisted", _("Unlisted: everybody who has the address")
    MEMBERS = "members", _("Members: people who are signed in")


class Post(Searchable, Presentation, Publication, Authored, Copied):
    """A piece of writing, by one or more authors."""

    title = models.CharField(_("title"), max_length=200)
    slug = AnySlugField(
        _("address"),
        max_length=120,
        allow_unicode=True,
        help_text=_("The last part of the post's web address."),
    )
    summary = models.TextField(
        _("summary"),
        max_length=500,
        blank=True,
        help_text=_("One or two sentences for lists, feeds and search engines."),
    )
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(editable=False, blank=True)
    text = models.TextField(editable=False, blank=True)
    headings = models.JSONField(editable=False, default=list)
    words = models.PositiveIntegerField(_("words"), editable=False, default=0)
    renderer_version = models.PositiveSmallIntegerField(editable=False, default=0)

    cover = models.ForeignKey(
        Image,
        verbose_name=_("cover picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="covered_posts",
    )
    cover_alt = models.CharField(_("description of the cover"), max_length=500, blank=True)
    cover_caption = models.CharField(_("caption of the cover"), max_length=300, blank=True)
    pictures = models.ManyToManyField(
        Image, editable=False, blank=True, related_name="showing_posts"
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="posts")

    visibility = models.CharField(
        _("who may read it"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.PUBLIC,
    )
    comment_policy = models.CharField(
        _("comments"),
        max_length=10,
        blank=True,
        choices=[("", _("As the whole site")), *CommentPolicy.choices],
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    like_count = models.PositiveIntegerField(editable=False, default=0)
    comment_count = models.PositiveIntegerField(editable=False, default=0)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="post_slug_is_unique",
                violation_error_message=_("Another post has that address."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(published_at__isnull=False),
                name="only_published_posts_are_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False)
                | Q(withdrawn_by__isnull=True, withdrawal_reason=""),
                name="only_withdrawn_posts_say_who_and_why",
            ),
        ]
        indexes = [
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                name="post_listed",
                condition=Q(
                    visibility="public",
                    published_at__isnull=False,
                    withdrawn_at__isnull=True,
                    deleted_at__isnull=True,
                ),
            ),
            models.Index(F("published_at").desc(), F("id").desc(), name="post_by_time"),
            models.Index(fields=["author", "-updated_at"], name="post_by_owner"),
            # What tells the states apart stands in the index: rows of other states are not read.
            models.Index(
                F("updated_at").desc(),
                F("id").desc(),
                *("deleted_at", "withdrawn_at", "published_at", "submitted_at"),
                name="post_by_change",
            ),
            models.Index(
                F("deleted_at").desc(),
                F("id").desc(),
                name="post_binned",
                condition=Q(deleted_at__isnull=False),
            ),
            models.Index(
                fields=["ends_at"],
                name="post_ending",
                condition=Q(ends_at__isnull=False, withdrawn_at__isnull=True),
            ),
            models.Index(
                fields=["pinned_at"], name="post_pinned", condition=Q(pinned_at__isnull=False)
            ),
        ]
        permissions = [
            ("publish_post", _("Can publish posts")),
            ("edit_any_post", _("Can edit everybody's posts")),
        ]

    rendered_from: tuple[Any, ...] | None = None
    shown_pictures: dict[int, str] | None = None  # paths by keys

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store with the HTML of the body, first author and former address kept true.

        Raises blogsite.lib.markdown.TooComplex; forms find that while cleaning.
        """
        fields = self._fields_to_save(kwargs)
        kwargs["update_fields"] = fields
        if fields is not None and not {*SOURCES, "slug", "author"} & fields:
            super().save(*args, **kwargs)
            return
        if fields is None or fields & {*SOURCES}:
            self.render()  # before the transaction, which must stay short
        with transaction.atomic():
            before = type(self).objects.filter(pk=self.pk).values_list("slug", flat=True).first()
            pictures = self._hold_pictures()
            super().save(*args, **kwargs)
            FormerAddress.objects.remember("posts", before, self.slug, post=self)
            Authorship.objects.get_or_create(post=self, person_id=self.author_id)
            if self.shown_pictures is not None:
                self.pictures.set(key for key in self.shown_pictures if key in pictures)
        self.rendered_from = self.shown_pictures = None

    def render(self) -> None:
        """Render the body, so that a save inside a transaction does not; once for each text.

        Raises blogsite.lib.markdown.TooComplex.
        """
        source = tuple(getattr(self, name) for name in SOURCES)
        if self.rendered_from != source:
            self.shown_pictures = render_post(self)
            self.rendered_from = source

    def take_rendering(self, other: "Post") -> None:
        """Take over what another object of this post rendered, for a save of the same text."""
        for name in RENDERED_FIELDS:
            setattr(self, name, getattr(other, name))
        self.rendered_from = other.rendered_from
        self.shown_pictures = other.shown_pictures

    def _hold_pictures(self) -> dict[int, str]:
        """Lock its pictures, and let go of what somebody deleted or replaced meanwhile."""
        shown = self.shown_pictures or {}
        held = Image.objects.hold([*shown, self.cover_id, self.share_image_id])
        for name in ("cover", "share_image"):
            if getattr(self, f"{name}_id") not in held:
                setattr(self, name, None)
        if any(held.get(key) != path for key, path in shown.items()):
            self.renderer_version = 0  # the worker renders it again
        return held

    def _fields_to_save(self, kwargs: dict[str, Any]) -> set[str] | None:
        """Return what to write: never a counter of a stored post, always HTML with its body."""
        given = kwargs.get("update_fields")
        if given is not None:
            return {*given, *RENDERED_FIELDS} if {*given} & {*SOURCES} else set(given)
        if self._state.adding or kwargs.get("force_insert"):
            return None
        loaded = {field.name for field in self._meta.concrete_fields} - {"id"} - COUNTERS
        return loaded - self.get_deferred_fields()

    def get_absolute_url(self) -> str:
        """Return the address readers know."""
        return reverse("posts:detail", args=[self.slug])

    # What it is

    @property
    def effective_comment_policy(self) -> CommentPolicy:
        """Return the post's own policy, or the site's."""
        return CommentPolicy(self.comment_policy or site.current().comment_policy)

    def fingerprint(self) -> str:
        """Return a digest of all that an editor changes, to notice two people saving one post."""
        return snapshot.digest(snapshot.edited(snapshot.take(self)))
