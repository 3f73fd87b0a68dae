from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from blogsite.lib import markdown, site
from comments.models.decision import Action, Decision
from comments.querysets import CommentQuerySet
from posts.models import Post

if TYPE_CHECKING:
    from accounts.models import User

MAX_LENGTH = 10_000
SHOWN_DEPTH = 4
STATES = ("held_at", "hidden_at", "spam_at", "deleted_at")


class Stamped(Protocol):
    """What has a comment's timestamps."""

    @property
    def held_at(self) -> datetime | None:
        """Return since when it waits for a moderator."""

    @property
    def hidden_at(self) -> datetime | None:
        """Return when it was hidden."""

    @property
    def spam_at(self) -> datetime | None:
        """Return when it was marked as spam."""

    @property
    def deleted_at(self) -> datetime | None:
        """Return when its author took it back."""


def state_of(comment: Stamped) -> str:
    """Return deleted, spam, hidden, waiting or standing."""
    if comment.deleted_at:
        return "deleted"
    if comment.spam_at:
        return "spam"
    if comment.hidden_at:
        return "hidden"
    return "waiting" if comment.held_at else "standing"


class Comment(models.Model):
    """What a member says under a post. Its state is what its timestamps say; see `state`."""

    post = models.ForeignKey(
        Post, verbose_name=_("post"), on_delete=models.CASCADE, related_name="comments"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="comments",
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="replies"
    )
    root = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="thread",
        editable=False,
    )
    depth = models.PositiveSmallIntegerField(default=0, editable=False)
    # The place in the conversation: ten digits for each level shown, so that text order is
    # reading order and a page of it is one range of an index.
    path = models.CharField(max_length=10 * SHOWN_DEPTH, default="", editable=False)
    body = models.TextField(_("comment"), max_length=MAX_LENGTH)
    html = models.TextField(editable=False)
    renderer_version = models.PositiveSmallIntegerField(editable=False, default=0)

    created_at = models.DateTimeField(_("written"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    held_at = models.DateTimeField(_("waiting since"), null=True, blank=True)
    held_because = models.CharField(_("why it waits"), max_length=200, blank=True)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)
    spam_at = models.DateTimeField(_("marked as spam"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted by its author"), null=True, blank=True)
    like_count = models.PositiveIntegerField(editable=False, default=0)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True, root__isnull=True, depth=0)
                | Q(parent__isnull=False, root__isnull=False, depth__gt=0),
                name="reply_has_parent_root_and_depth",
            )
        ]
        indexes = [
            models.Index(fields=["post", "path"], name="comment_in_thread"),
            models.Index(fields=["author", "-created_at"], name="comment_by_author"),
            models.Index(
                fields=["held_at"], name="comment_held", condition=Q(held_at__isnull=False)
            ),
        ]
        permissions = [("moderate_comment", _("Can moderate comments"))]

    def __str__(self) -> str:
        return f"{self.author} on {self.post}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store; a new one gets its HTML, its place in the thread, and is counted.

        Raises blogsite.lib.markdown.TooComplex; forms find that while cleaning.
        """
        if not self._state.adding:
            super().save(*args, **kwargs)
            return
        if not self.html:
            self.write(self.body)
        with transaction.atomic():
            self._take_place()
            super().save(*args, **kwargs)
            above = self.parent.path[: 10 * (SHOWN_DEPTH - 1)] if self.parent else ""
            self.path = f"{above}{self.pk:010}"
            super().save(update_fields=["path"])
            self._count(was_standing=False)

    def get_absolute_url(self) -> str:
        """Return the permanent address, which leads to the right page of the conversation."""
        return reverse("comments:permalink", args=[self.pk])

    # What it is

    @property
    def state(self) -> str:
        """Return deleted, spam, hidden, waiting or standing."""
        return state_of(self)

    @property
    def is_standing(self) -> bool:
        """Tell whether everybody who reads the conversation reads it."""
        return self.state == "standing"

    def hideable_by(self, user: "User") -> bool:
        """Tell whether the person may hide it: moderators, and the post's authors."""
        if self.deleted_at or not user.can("comments.add_comment"):
            return False
        return user.has_perm("comments.moderate_comment") or self.post.is_written_by(user)

    # Verbs

    def write(self, body: str) -> None:
        """Set the words and their HTML, without storing. Raises markdown.TooComplex."""
        self.body = body
        with override(site.current().language):  # of everybody who reads it
            self.html = markdown.render(body, markdown.Kind.COMMENT).html
        self.renderer_version = markdown.RENDERER_VERSION

    def edit(self, body: str, *, held_because: str = "") -> None:
        """Replace the words; a reason given makes it wait for a moderator again."""
        self.write(body)
        self.edited_at = timezone.now()
        self.save(update_fields=["body", "html", "renderer_version", "edited_at"])
        if held_because and self.is_standing:
            self._change(held_at=self.edited_at, held_because=held_because)

    def bin(self) -> None:
        """Take it back as its author; `unbin()` undoes this."""
        self._change(deleted_at=timezone.now())

    def unbin(self) -> None:
        """Bring it back as it was."""
        self._change(deleted_at=None)

    def approve(self, *, by: "User", because: str = "", batch: UUID | None = None) -> Decision:
        """Let it stand, whatever it was held or hidden for."""
        return self._decide(
            Action.APPROVE, by, because, batch, held_at=None, hidden_at=None, spam_at=None
        )

    def hide(self, *, by: "User", because: str = "", batch: UUID | None = None) -> Decision:
        """Take it out of the conversation."""
        return self._decide(
            Action.HIDE, by, because, batch, held_at=None, hidden_at=timezone.now(), spam_at=None
        )

    def mark_spam(self, *, by: "User", because: str = "", batch: UUID | None = None) -> Decision:
        """Take it out of the conversation as spam."""
        return self._decide(
            Action.SPAM, by, because, batch, held_at=None, hidden_at=None, spam_at=timezone.now()
        )

    @transaction.atomic
    def restore(self, stamps: Mapping[str, datetime | None]) -> None:
        """Set the timestamps to what they were before a decision."""
        self._change(**stamps)

    @transaction.atomic
    def _decide(
        self, action: Action, by: "User", because: str, batch: UUID | None, **stamps: Any
    ) -> Decision:
        before = self._change(**stamps)
        decision = self.decisions.create(
            by=by,
            action=action,
            reason=because,
            batch=batch or uuid4(),
            before={name: stamp and stamp.isoformat() for name, stamp in before.items()},
        )
        open_reports = self.reports.filter(settled_at__isnull=True)
        open_reports.update(settled_at=decision.created_at, settled_by=decision)
        return decision

    @transaction.atomic
    def _change(self, **fields: Any) -> dict[str, datetime | None]:
        """Set the fields on the locked row, keep the post's count true; return what was."""
        locked = type(self).objects.select_for_update().get(pk=self.pk)
        before = {name: getattr(locked, name) for name in fields if name in STATES}
        was_standing = locked.is_standing
        for name in STATES:
            setattr(self, name, getattr(locked, name))
        for name, value in fields.items():
            setattr(self, name, value)
        super().save(update_fields=list(fields))
        self._count(was_standing=was_standing)
        return before

    def _take_place(self) -> None:
        self.root = (self.parent.root or self.parent) if self.parent else None
        self.depth = self.parent.depth + 1 if self.parent else 0

    def _count(self, *, was_standing: bool) -> None:
        difference = int(self.is_standing) - int(was_standing)
        if difference:
            Post.objects.filter(pk=self.post_id).update(
                comment_count=F("comment_count") + difference
            )
