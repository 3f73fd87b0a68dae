"""What the background worker makes of a picture: its sizes; the row itself is the work to do."""

from datetime import timedelta
from typing import NotRequired, TypedDict

from django.db import models
from django.utils import timezone

from blogsite.lib import leases

# How long to wait after each failure; after the last the picture stays as it was sent.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 10, 60, 6 * 60)]


class Stored(TypedDict):
    """One file of a picture beside its full size; its format is the end of its path.

    `is_still`: it stands for a moving picture. `is_old`: an earlier recipe made it; it is kept for
    those who have its address.
    """

    path: str
    width: int
    height: int
    is_still: NotRequired[bool]
    is_old: NotRequired[bool]


class Preparation(models.Model):
    """The columns of a picture that say which sizes there are, and how far making them is.

    `recipe` is the IMAGES_VERSION its sizes are of, 0 while there are none.
    """

    smaller = models.JSONField(default=list, editable=False)
    tone = models.CharField(max_length=7, default="", editable=False)
    recipe = models.PositiveSmallIntegerField(default=0, editable=False)
    next_attempt_at = models.DateTimeField(default=timezone.now, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    given_up_at = models.DateTimeField(null=True, editable=False)
    error = models.CharField(max_length=300, default="", editable=False)

    class Meta:
        abstract = True

    @property
    def is_prepared(self) -> bool:
        """Tell whether there are sizes, of this recipe or an earlier one."""
        return self.recipe > 0

    @property
    def is_being_prepared(self) -> bool:
        """Tell whether the first sizes are still to come."""
        return self.recipe == 0 and self.given_up_at is None

    @property
    def has_ended_its_workers(self) -> bool:
        """Tell whether it was tried more often than failures are recorded."""
        return leases.has_ended_its_workers(self, PAUSES)

    def mark_failed(self, error: str) -> None:
        """Record why its sizes could not be made, and when to try again, if at all."""
        leases.fail(self, error, PAUSES)

    def release(self) -> None:
        """Take the claim back, as if the work had not been begun."""
        self.claimed_until, self.attempts = None, max(0, self.attempts - 1)
        self.save(update_fields=["claimed_until", "attempts"])
