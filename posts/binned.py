"""What is in the bin beside posts: series and pictures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from posts.models import Image, Series

SERIES, PICTURES = 100, 24  # shown


@dataclass(frozen=True, slots=True)
class Others:
    """Series and pictures in somebody's bin, what was put there last first."""

    series: list[Series]
    pictures: list[Image]


def others(person: User, *, everybodys: bool = False) -> Others:
    """Return what is in the person's own bin, or in everybody's; two queries."""
    series, pictures = _reach(person, everybodys=everybodys)
    return Others(list(series.select_related("owner")[:SERIES]), list(pictures[:PICTURES]))


def count(person: User) -> tuple[int, int]:
    """Return how many series and how many pictures are in the person's own bin."""
    series, pictures = _reach(person)
    return series.count(), pictures.count()


def latest(person: User) -> datetime | None:
    """Return when the last of them was put there."""
    times = [row.deleted_at for rows in _reach(person) for row in rows[:1]]
    return max(times, default=None)


def delete(person: User, until: str) -> tuple[int, int]:
    """Delete for good what was in the person's own bin by that time, in ISO 8601.

    Pictures that posts show stay in the bin. Returns how many went, and how many such stayed.
    Raises OSError where the storage does not answer.
    """
    series, pictures = _reach(person)
    gone = kept = 0
    for one in series.iterator():
        if one.deleted_at.isoformat() <= until:
            one.delete()
            gone += 1
    for picture in pictures.iterator():
        if picture.deleted_at.isoformat() <= until:
            is_gone = picture.delete_unused()
            gone, kept = gone + is_gone, kept + (not is_gone)
    return gone, kept


def _reach(person: User, *, everybodys: bool = False) -> tuple[Any, Any]:
    series, pictures = Series.objects.binned(), Image.objects.binned()
    if everybodys:
        return series.managed_by(person), pictures.editable_by(person)
    return series.filter(owner=person), pictures.filter(owner=person)
