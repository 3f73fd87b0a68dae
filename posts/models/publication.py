from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.models.address import FormerAddress
from posts.querysets.post import PostQuerySet

if TYPE_CHECKING:
    from accounts.models import User

REASON_LENGTH = 500
WITHDRAWAL = ("withdrawn_at", "withdrawn_by", "withdrawal_reason", "ends_at")


class Publication(models.Model):
    """Where a post stands between draft and bin: timestamps, and the verbs that set them."""

    submitted_at = models.DateTimeField(_("sent for review"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="withdrawals",
    )
    withdrawal_reason = models.CharField(
        _("reason for withdrawing"), max_length=REASON_LENGTH, blank=True, editable=False
    )
    deleted_at = models.DateTimeField(_("put in the bin"), null=True, blank=True)
    # From then on readers see it no more: queries say so at once, posts.due withdraws it.
    ends_at = models.DateTimeField(_("withdrawn by itself at"), null=True, blank=True)
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True)
    pinned_until = models.DateTimeField(_("pinned until"), null=True, blank=True)
    updated_at = models.DateTimeField(_("last change"), default=timezone.now)

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it for good; addresses that readers knew say so."""
        with transaction.atomic():
            PostQuerySet(type(self)).hold([self.pk])
            FormerAddress.objects.bury_post(self.pk)
            return super().delete(*args, **kwargs)

    @property
    def status(self) -> str:
        """Return deleted, withdrawn, draft, review, scheduled or published."""
        if self.deleted_at:
            return "deleted"
        if self.submitted_at and (self.withdrawn_at or self.published_at is None):
            return "review"
        if self.withdrawn_at or self.has_ended:
            return "withdrawn"
        if self.published_at is None:
            return "draft"
        return "published" if self.published_at <= timezone.now() else "scheduled"

    @property
    def is_published(self) -> bool:
        """Tell whether readers can reach it."""
        return self.status == "published"

    @property
    def has_ended(self) -> bool:
        """Tell whether its time is over, be that carried out already or not."""
        is_over = self.ends_at is not None and self.ends_at <= timezone.now()
        return is_over and self.published_at is not None

    @property
    def is_ending(self) -> bool:
        """Tell whether readers see it, or will, and only until a time."""
        return self.ends_at is not None and self.status in {"published", "scheduled"}

    @property
    def is_pinned(self) -> bool:
        """Tell whether it stays on top of the home page now."""
        ends = self.pinned_until
        return self.pinned_at is not None and (ends is None or ends > timezone.now())

    def submit(self) -> None:
        """Ask an editor to publish it."""
        self.submitted_at = timezone.now()
        self._store("submitted_at")

    def publish(self, at: datetime | None = None) -> None:
        """Let readers see it from that time on, now by default; a withdrawn one comes back."""
        if at is not None or self.published_at is None or self.published_at > timezone.now():
            self.published_at = at or timezone.now()
        if self.ends_at is not None and self.ends_at <= max(self.published_at, timezone.now()):
            self.ends_at = None
        self.submitted_at = None
        self._forget_withdrawal()
        self._store("published_at", "submitted_at", *WITHDRAWAL)

    def withdraw(self, *, by: "User", because: str = "") -> None:
        """Take it from readers; by an author a scheduled one becomes a draft again.

        Whoever else withdraws it gives a reason: it stays when that person's account goes.
        """
        self.submitted_at = None
        is_ahead = self.status == "scheduled"
        self.ends_at = None
        if is_ahead and not because:
            self.published_at = None
        elif self.published_at is not None:
            self.withdrawn_at, self.withdrawn_by = timezone.now(), by
            self.withdrawal_reason = because[:REASON_LENGTH]
        self._store("published_at", "submitted_at", *WITHDRAWAL)

    def back_to_draft(self) -> None:
        """Take it from review to where it was; else from the schedule or the withdrawn."""
        if self.status != "review":
            self.published_at = self.ends_at = None
            self._forget_withdrawal()
        self.submitted_at = None
        self._store("submitted_at", "published_at", *WITHDRAWAL)

    def bin(self) -> None:
        """Put it in the bin; `unbin()` undoes this."""
        self.deleted_at = timezone.now()
        self._store("deleted_at", changed=False)

    def unbin(self) -> None:
        """Take it out of the bin as it was."""
        self.deleted_at = None
        self._store("deleted_at", changed=False)

    def end(self, at: datetime | None) -> None:
        """Let readers see it until that time only; None takes such a time back."""
        self.ends_at = at
        self._store("ends_at", changed=False)

    def end_if_due(self) -> bool:
        """Withdraw it where its time is over; False where nothing is to be done (any more)."""
        if not self.has_ended or self.withdrawn_at or self.deleted_at:
            return False
        self.withdrawn_at, self.submitted_at = self.ends_at, None
        self._store("withdrawn_at", "submitted_at")
        return True

    def pin(self, until: datetime | None = None) -> None:
        """Keep it on top of the home page, until that time or until it is unpinned."""
        self.pinned_at, self.pinned_until = timezone.now(), until
        self._store("pinned_at", "pinned_until", changed=False)

    def unpin(self) -> None:
        """Let it take its place by date again."""
        self.pinned_at = self.pinned_until = None
        self._store("pinned_at", "pinned_until", changed=False)

    def _forget_withdrawal(self) -> None:
        self.withdrawn_at = self.withdrawn_by = None
        self.withdrawal_reason = ""

    def _store(self, *fields: str, changed: bool = True) -> None:
        """Write these columns only; feeds and lists show `updated_at` as the last change."""
        names: Iterable[str] = fields
        if changed:
            self.updated_at = timezone.now()
            names = (*fields, "updated_at")
        models.Model.save(self, update_fields=list(names))
