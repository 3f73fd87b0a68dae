"""Thinning the history by age, so that it does not grow without end.

Everything is kept for 30 days, after that the last version of each day, after a year the last of
each week; steps that were folded into a later version go after 14 days. Never thinned are versions
with a name, those that readers saw, the first of a post, the newest of a post and of the draft
over it, and those that something else points at, such as a shared link.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import ForeignObjectRel, Model, QuerySet
from django.utils import timezone

from posts.models import Revision

FOLDED = timedelta(days=14)
WHOLE = timedelta(days=30)
BY_DAY = timedelta(days=365)
POSTS_AT_ONCE = 20


class Entry(NamedTuple):
    """What is asked of one version of a post; `is_held` by its name, readers or another row."""

    pk: int
    post: int
    number: int
    created_at: datetime
    is_draft: bool
    folded: bool
    is_held: bool


def thinned(entries: Iterable[Entry], now: datetime) -> set[int]:
    """Return which versions go, of all that there are of some posts."""
    lines: dict[tuple[int, bool], list[Entry]] = defaultdict(list)
    firsts: dict[int, int] = {}
    for entry in sorted(entries, key=lambda entry: entry.number):
        lines[entry.post, entry.is_draft].append(entry)
        firsts.setdefault(entry.post, entry.pk)
    gone: set[int] = set()
    for line in lines.values():
        gone |= _of_line(line, now)
    return gone - set(firsts.values())


def _of_line(line: list[Entry], now: datetime) -> set[int]:
    """Return what goes of a post's versions, or of those of the draft over it, in order."""
    gone = {entry.pk for entry in line if entry.folded and now - entry.created_at > FOLDED}
    whole = [entry for entry in line if not entry.folded]
    last_of = {_stretch(entry, now): entry.pk for entry in whole}
    gone |= {entry.pk for entry in whole if last_of[_stretch(entry, now)] != entry.pk}
    return gone - {entry.pk for entry in line if entry.is_held} - {line[-1].pk}


def _stretch(entry: Entry, now: datetime) -> tuple[int, ...]:
    """Return the stretch of time of which the last version is kept."""
    age = now - entry.created_at
    if age <= WHOLE:
        return (entry.number,)
    made = entry.created_at.astimezone(UTC).isocalendar()
    return tuple(made) if age <= BY_DAY else (made.year, made.week)


class Thinner:
    """Goes through the posts in turn, some at a time, and begins anew behind the last."""

    def __init__(self) -> None:
        self.after = 0

    def work(self, seconds: float, is_over: Callable[[], bool] = lambda: False) -> int:
        """Thin for so long, until the last post at most; return how many versions went."""
        end, gone = time.monotonic() + seconds, 0
        while time.monotonic() < end and not is_over():
            posts = due(self.after)
            if not posts:
                self.after = 0
                break
            gone += thin(posts)
            self.after = posts[-1]
        return gone


def due(after: int) -> list[int]:
    """Return the next posts, by key, that have versions old enough to be looked at."""
    old = Revision.objects.filter(post__gt=after, created_at__lt=timezone.now() - FOLDED)
    posts = old.order_by("post").values_list("post", flat=True).distinct()
    return list(posts[:POSTS_AT_ONCE])


def thin(posts: Collection[int], *, is_trial: bool = False) -> int:
    """Delete what goes of these posts' versions; return how many that are, or were."""
    going = thinned(_entries(posts), timezone.now())
    if is_trial or not going:
        return len(going)
    with transaction.atomic():
        # Something may have been named or pointed at since.
        going = thinned(_entries(posts), timezone.now())
        return Revision.objects.filter(pk__in=going).delete()[0]


def _entries(posts: Collection[int]) -> list[Entry]:
    versions = list(Revision.objects.filter(post__in=posts).defer("snapshot"))
    pointed_at = _pointed_at({version.pk for version in versions})
    return [
        Entry(
            version.pk,
            version.post_id,
            version.number,
            version.created_at,
            version.is_draft,
            version.folded,
            bool(version.name) or version.is_public or version.pk in pointed_at,
        )
        for version in versions
    ]


def _pointed_at(keys: set[int]) -> set[int]:
    """Return those of the versions that a row of any other table is about."""
    found: set[int] = set()
    for relation in Revision._meta.get_fields(include_hidden=True):  # noqa: SLF001 - Django's way
        if isinstance(relation, ForeignObjectRel):
            name = relation.field.name
            rows: QuerySet[Model] = QuerySet(relation.related_model).filter(**{f"{name}__in": keys})
            found |= set(rows.values_list(name, flat=True))
    return found
