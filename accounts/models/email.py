from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import OutgoingEmailQuerySet
from blogsite.lib import leases

# How long to wait after each failure; after the last, about two days on, the letter is given up.
PAUSES = [timedelta(minutes=m) for m in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60)]


class OutgoingEmail(models.Model):
    """A letter, written in the transaction of what it tells of, delivered later by the worker."""

    subject = models.CharField(_("subject"), max_length=250)
    recipients = models.JSONField(_("recipients"), default=list)
    message = models.JSONField(
        help_text="Body, alternatives and headers, as accounts.outbox packs them."
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="letter_due",
                condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def has_ended_its_workers(self) -> bool:
        """Tell whether it was tried more often than failures are recorded."""
        return leases.has_ended_its_workers(self, PAUSES)

    def mark_sent(self) -> None:
        """Record that a mail server has taken the letter."""
        self.sent_at, self.claimed_until, self.error = timezone.now(), None, ""
        self.save(update_fields=["sent_at", "claimed_until", "error"])

    def mark_failed(self, error: str) -> None:
        """Record why it could not be sent, and when to try again, if at all."""
        leases.fail(self, error, PAUSES)
