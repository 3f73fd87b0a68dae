from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import FormerUsernameQuerySet
from blogsite.lib.text import username_key

if TYPE_CHECKING:
    from typing import Any


class FormerUsername(models.Model):
    """A name somebody had: it leads to their page, and nobody else may take it.

    Without a person the account is gone, and what stood at its address with it.
    """

    username = models.CharField(_("username"), max_length=30)
    username_key = models.CharField(max_length=60, db_index=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="former_usernames",
    )
    created_at = models.DateTimeField(_("given up"), default=timezone.now)

    objects = FormerUsernameQuerySet.as_manager()

    class Meta:
        verbose_name = _("former username")
        verbose_name_plural = _("former usernames")
        constraints = [models.UniqueConstraint(Lower("username"), name="former_username_is_unique")]

    def __str__(self) -> str:
        return self.username

    def save(self, *args: "Any", **kwargs: "Any") -> None:
        """Keep the key true to the name."""
        self.username_key = username_key(self.username)
        super().save(*args, **kwargs)
