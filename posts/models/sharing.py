from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.querysets.series import SeriesQuerySet

if TYPE_CHECKING:
    from accounts.models import User


class Shared(models.Model):
    """A series of several people: its owner, whom the owner asked, or all who write here.

    Whoever shares it puts posts in, orders the parts and writes the introduction; while it is
    open, everybody who writes may put their own posts in. Only the owner shares and deletes it.
    """

    opened_at = models.DateTimeField(_("open to all authors since"), null=True, editable=False)
    owner_id: int
    sharings: Any

    class Meta:
        abstract = True

    def is_written_by(self, user: "User") -> bool:
        """Tell whether the person owns or shares it."""
        return self.owner_id == user.pk or bool(self.sharings.filter(person=user).exists())

    def managed_by(self, user: "User") -> bool:
        """Tell whether the person says who shares it: the owner, and editors."""
        return self.owner_id == user.pk or user.has_perm("posts.change_series")

    def count_authors(self) -> int:
        """Return how many people own or share it."""
        return 1 + int(self.sharings.count())

    def add_author(self, person: "User") -> None:
        """Share it with the person."""
        if person.pk != self.owner_id:
            self.sharings.get_or_create(person=person)

    def remove_author(self, person: "User") -> bool:
        """Share it with the person no more; their posts stay in it. False for the owner."""
        gone, _rows = self.sharings.filter(person=person).delete()
        return bool(gone)

    def open(self) -> None:
        """Let everybody who writes put their own posts in."""
        self._set_opened(timezone.now())

    def close(self) -> None:
        """Keep it to those who share it; what others put in stays."""
        self._set_opened(None)

    def hold(self) -> None:
        """Have whoever else changes its parts wait until the transaction is over."""
        SeriesQuerySet(type(self)).select_for_update(no_key=True).get(pk=self.pk)

    def _set_opened(self, at: Any) -> None:
        self.opened_at = at
        with transaction.atomic():
            models.Model.save(self, update_fields=["opened_at"])


class SeriesAuthor(models.Model):
    """One person whom the owner of a series shares it with."""

    series = models.ForeignKey("posts.Series", on_delete=models.CASCADE, related_name="sharings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "person"], name="series_shared_once_with_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.series}"
