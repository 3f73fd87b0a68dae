from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.querysets import DecisionQuerySet

if TYPE_CHECKING:
    from accounts.models import User


REASON_LENGTH = 500


class Action(models.TextChoices):
    """What a moderator can do to a comment."""

    APPROVE = "approve", _("Approve")
    HIDE = "hide", _("Hide")
    SPAM = "spam", _("Mark as spam")


class Decision(models.Model):
    """The record of one moderator's act on one comment: who, what, why, when, if undone."""

    comment = models.ForeignKey(
        "comments.Comment",
        verbose_name=_("comment"),
        on_delete=models.CASCADE,
        related_name="decisions",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("moderator"),
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    action = models.CharField(_("decision"), max_length=10, choices=Action.choices)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    created_at = models.DateTimeField(_("decided"), default=timezone.now)
    before = models.JSONField(default=dict, help_text="The timestamps the decision changed.")
    batch = models.UUIDField(default=uuid4, editable=False, db_index=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decisions_undone",
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.by}: {self.get_action_display()}"

    @transaction.atomic
    def undo(self, *, by: "User") -> bool:
        """Bring the comment back to what it was before; tell whether that was done.

        A decision that was undone already, or that a later one replaced, stays as it is.
        """
        row = type(self).objects.select_for_update().get(pk=self.pk)
        later = self.comment.decisions.filter(pk__gt=self.pk, undone_at__isnull=True)
        if row.undone_at or later.exists():
            return False
        self.comment.restore(
            {
                name: datetime.fromisoformat(stamp) if stamp else None
                for name, stamp in self.before.items()
            }
        )
        self.undone_at, self.undone_by = timezone.now(), by
        self.save(update_fields=["undone_at", "undone_by"])
        self.reports_settled.update(settled_at=None, settled_by=None)
        return True
