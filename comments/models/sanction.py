from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.querysets import SanctionQuerySet


class Sanction(models.Model):
    """A suspension, its reason and its end; the person's row carries what is in force."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="sanctions",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("moderator"),
        on_delete=models.PROTECT,
        related_name="sanctions_imposed",
    )
    reason = models.CharField(
        _("reason"), max_length=500, help_text=_("The person reads this where they try to write.")
    )
    created_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"))
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("created_at")),
                name="suspension_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.reason}"

    @property
    def is_in_force(self) -> bool:
        """Tell whether it keeps the person from writing now."""
        return self.lifted_at is None and self.ends_at > timezone.now()

    @classmethod
    @transaction.atomic
    def impose(cls, person: User, *, by: User, because: str, until: datetime) -> "Sanction":
        """Suspend the person until that time; of several, the one that ends last counts."""
        sanction = cls.objects.create(person=person, by=by, reason=because, ends_at=until)
        cls._apply(person)
        return sanction

    @transaction.atomic
    def lift(self) -> None:
        """End it now; another one still running stays in force."""
        self.lifted_at = timezone.now()
        self.save(update_fields=["lifted_at"])
        self._apply(self.person)

    @classmethod
    def _apply(cls, person: User) -> None:
        User.objects.select_for_update().get(pk=person.pk)
        last = cls.objects.in_force().filter(person=person).order_by("ends_at").last()
        if last:
            person.suspend(until=last.ends_at)
        else:
            person.reinstate()
