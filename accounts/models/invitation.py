from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.names import validate_address
from accounts.querysets import InvitationQuerySet
from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.models.user import User


class Invitation(models.Model):
    """A letter asking somebody to join in a role; its link is the second step of signing up."""

    email = models.EmailField(_("e-mail address"), validators=[validate_address])
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.AUTHOR)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        on_delete=models.CASCADE,
        related_name="invitations_sent",
    )
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitation",
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation_for_each_address",
                violation_error_message=_("That address is invited already."),
            )
        ]

    def __str__(self) -> str:
        return self.email

    def accept(self, member: "User") -> bool:
        """Record who joined by it; False where it was accepted or revoked meanwhile."""
        open_now = type(self).objects.open().filter(pk=self.pk)
        return bool(open_now.update(accepted_at=timezone.now(), accepted_by=member))

    def revoke(self) -> bool:
        """Make its link worthless; False where somebody has joined by it."""
        open_now = type(self).objects.open().filter(pk=self.pk)
        return bool(open_now.update(revoked_at=timezone.now()))
