from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment


class Action(models.TextChoices):
    """What a moderator can do to a comment."""

    APPROVE = "approve", _("Approve")
    HIDE = "hide", _("Hide")
    SPAM = "spam", _("Mark as spam")


class Decision(models.Model):
    """The record of one moderator's act on one comment: who, what, why, when, if undone."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="decisions")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("moderator"),
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    action = models.CharField(_("decision"), max_length=10, choices=Action.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("decided"), default=timezone.now)
    before = models.JSONField(default=dict, help_text="The timestamps the decision changed.")
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decisions_undone",
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.by}: {self.get_action_display()}"
