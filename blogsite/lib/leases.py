"""Rows that are work: claimed for a while, tried again after growing pauses, given up at the end.

Any number of workers may take from the same rows. They have the columns `next_attempt_at`,
`claimed_until`, `attempts` and `error`; `fail()` wants `given_up_at` beside them.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Protocol, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

ERROR = 300  # characters of an error that are kept

Row = TypeVar("Row", bound=models.Model)


class WorkQuerySet(models.QuerySet[Row]):
    """Rows that are work."""

    def due(self) -> Self:
        """Keep those to work on now: claimed by nobody, their pause over; the first due first."""
        now = timezone.now()
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
        return self.filter(free, next_attempt_at__lte=now).order_by("next_attempt_at", "pk")

    def claim(self, pk: int, *, lease: timedelta) -> Row | None:
        """Return the row if it is still due and now the caller's alone until the lease ends."""
        due = self.due().order_by().filter(pk=pk)
        taken = due.update(claimed_until=timezone.now() + lease, attempts=F("attempts") + 1)
        return self.get(pk=pk) if taken else None

    def claim_next(self, *, lease: timedelta) -> Row | None:
        """Return the first that is due, now the caller's alone; None where none is."""
        while (pk := self.due().values_list("pk", flat=True).first()) is not None:
            if row := self.claim(pk, lease=lease):
                return row
        return None


class Tried(Protocol):
    """A row of work that was claimed."""

    attempts: Any
    claimed_until: Any
    error: Any
    given_up_at: Any
    next_attempt_at: Any

    def save(self, *, update_fields: list[str]) -> None: ...


def has_ended_its_workers(row: Tried, pauses: Sequence[timedelta]) -> bool:
    """Tell whether it was tried more often than failures are recorded."""
    return bool(row.attempts > len(pauses) + 1)


def fail(row: Tried, error: str, pauses: Sequence[timedelta]) -> None:
    """Record why it could not be done, and when to try again, if at all."""
    now = timezone.now()
    row.claimed_until, row.error = None, error[:ERROR]
    if row.attempts > len(pauses):
        row.given_up_at = now
    else:
        row.next_attempt_at = now + pauses[row.attempts - 1]
    row.save(update_fields=["claimed_until", "error", "given_up_at", "next_attempt_at"])
