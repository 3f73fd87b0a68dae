from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blogsite.lib import site
from blogsite.lib.site import CommentPolicy
from posts.models.address import FormerAddress
from posts.models.image import Image
from posts.models.tag import Tag
from posts.querysets import PostQuerySet
from posts.rendering import render_post

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

WORDS_A_MINUTE = 220


class Visibility(models.TextChoices):
    """Who may read a post once it is published."""

    PUBLIC = "public", _("Public: everybody, listed everywhere")
    UNLISTED = "unlisted", _("Unlisted: everybody who has the address")
    MEMBERS = "members", _("Members: people who are signed in")


class Post(models.Model):
    """A piece of writing. Its status is what its timestamps say; see `status`."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="own_posts",
    )
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Authorship", related_name="posts"
    )
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
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
    updated_at = models.DateTimeField(_("last change"), default=timezone.now)
    submitted_at = models.DateTimeField(_("sent for review"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("put in the bin"), null=True, blank=True)
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True)

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
            models.Index(
                fields=["pinned_at"], name="post_pinned", condition=Q(pinned_at__isnull=False)
            ),
        ]
        permissions = [
            ("publish_post", _("Can publish posts")),
            ("edit_any_post", _("Can edit everybody's posts")),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, rendered: bool = False, **kwargs: Any) -> None:
        """Store with the HTML of the body, first author and former address kept true.

        `rendered` says that the caller has rendered the body already, outside a transaction.
        Raises blogsite.lib.markdown.TooComplex; forms find that while cleaning.
        """
        fields = kwargs.get("update_fields")
        if fields is not None and not {"body", "slug", "author"} & set(fields):
            super().save(*args, **kwargs)
            return
        if not rendered:
            render_post(self)  # before the transaction, which must stay short
        with transaction.atomic():
            before = type(self).objects.filter(pk=self.pk).values_list("slug", flat=True).first()
            super().save(*args, **kwargs)
            FormerAddress.objects.remember("posts", before, self.slug, post=self)
            Authorship.objects.get_or_create(post=self, person_id=self.author_id)

    def get_absolute_url(self) -> str:
        """Return the address readers know."""
        return reverse("posts:detail", args=[self.slug])

    # What it is

    @property
    def status(self) -> str:
        """Return deleted, withdrawn, draft, review, scheduled or published."""
        if self.deleted_at:
            return "deleted"
        if self.withdrawn_at:
            return "withdrawn"
        if self.published_at is None:
            return "review" if self.submitted_at else "draft"
        return "published" if self.published_at <= timezone.now() else "scheduled"

    @property
    def is_published(self) -> bool:
        """Tell whether readers can reach it."""
        return self.status == "published"

    @property
    def reading_minutes(self) -> int:
        """Return how long reading takes, at least 1."""
        return max(1, round(self.words / WORDS_A_MINUTE))

    @property
    def effective_comment_policy(self) -> CommentPolicy:
        """Return the post's own policy, or the site's."""
        return CommentPolicy(self.comment_policy or site.current().comment_policy)

    # Who may do what

    def editable_by(self, user: "User | AnonymousUser") -> bool:
        """Tell whether the person may change the text: its authors, and editors."""
        if not user.is_authenticated or not user.can("posts.add_post"):
            return False
        return user.can("posts.edit_any_post") or self.is_written_by(user)

    def publishable_by(self, user: "User | AnonymousUser") -> bool:
        """Tell whether the person may publish, schedule and withdraw it."""
        return self.editable_by(user) and user.has_perm("posts.publish_post")

    def is_written_by(self, user: "User") -> bool:
        """Tell whether the person is one of the authors."""
        return self.author_id == user.pk or self.authorships.filter(person=user).exists()

    # Verbs

    def submit(self) -> None:
        """Ask an editor to publish it."""
        self.submitted_at = timezone.now()
        self._store("submitted_at")

    def publish(self, at: datetime | None = None) -> None:
        """Let readers see it from that time on, now by default; a withdrawn one comes back."""
        if at is not None or self.published_at is None or self.published_at > timezone.now():
            self.published_at = at or timezone.now()
        self.withdrawn_at = self.submitted_at = None
        self._store("published_at", "withdrawn_at", "submitted_at")

    def withdraw(self) -> None:
        """Take it from readers; a scheduled one becomes a draft again."""
        if self.status == "scheduled":
            self.published_at = None
        else:
            self.withdrawn_at = timezone.now()
        self._store("published_at", "withdrawn_at")

    def back_to_draft(self) -> None:
        """Take it back from review."""
        self.submitted_at = None
        self._store("submitted_at")

    def bin(self) -> None:
        """Put it in the bin; `unbin()` undoes this."""
        self.deleted_at = timezone.now()
        self._store("deleted_at")

    def unbin(self) -> None:
        """Take it out of the bin as it was."""
        self.deleted_at = None
        self._store("deleted_at")

    def pin(self) -> None:
        """Keep it on top of the home page."""
        self.pinned_at = timezone.now()
        self._store("pinned_at")

    def unpin(self) -> None:
        """Let it take its place by date again."""
        self.pinned_at = None
        self._store("pinned_at")

    @transaction.atomic
    def set_authors(self, people: "Sequence[User]") -> None:
        """Name the authors in their order; the first owns the post."""
        self.author = people[0]
        super().save(update_fields=["author"])
        self.authorships.exclude(person__in=people).delete()
        for position, person in enumerate(people):
            self.authorships.update_or_create(person=person, defaults={"position": position})

    def _store(self, *fields: str) -> None:
        self.updated_at = timezone.now()
        super().save(update_fields=[*fields, "updated_at"])


class Authorship(models.Model):
    """One author's place in a post's byline."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="authorships")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="authorships"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="author_once_on_each_post")
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.post}"
