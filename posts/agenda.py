"""What appears and ends in a month of one's own posts, or of everybody's: the calendar's rows.

Days are those of the current time zone, which on the writer's pages is the person's own.
"""

import calendar
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import get_format

from posts.models import PendingChange, Post
from posts.querysets.post import PostQuerySet

EARLIEST_YEAR = 1970
YEARS_AHEAD = 10  # as far as a post can be scheduled
MOST = 500  # moments of one kind in a month
SHOWN = 5  # of a day at once
PUBLISHED, SCHEDULED, CHANGE, END, UNPINNED = "published", "scheduled", "change", "end", "unpinned"
Columns = tuple[str, ...]
COLUMNS: Columns = ("title", "slug", "published_at", "withdrawn_at", "ends_at", "pinned_until")


@dataclass(frozen=True, slots=True)
class Moment:
    """When something becomes of a post, and what: one of the five kinds above."""

    post: Post
    at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the page; those of the months beside it are empty."""

    date: date
    is_inside: bool
    is_today: bool
    moments: list[Moment] = field(default_factory=list)

    @property
    def shown(self) -> list[Moment]:
        """Return the first of them."""
        return self.moments[:SHOWN]

    @property
    def further(self) -> list[Moment]:
        """Return the rest of a full day."""
        return self.moments[SHOWN:]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a year that the calendar has."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month of the day."""
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> "Month | None":
        """Return the month written as 2026-09; None for what is none, or too far away."""
        year, _dash, month = text.partition("-")
        if not (text.isascii() and year.isdigit() and month.isdigit() and len(text) == 7):
            return None
        found = cls(int(year), int(month))
        return found if 1 <= found.month <= 12 and found.is_reached else None

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def is_reached(self) -> bool:
        """Tell whether the calendar goes so far."""
        return EARLIEST_YEAR <= self.year <= timezone.localdate().year + YEARS_AHEAD

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, self.month, 1)

    @property
    def start(self) -> datetime:
        """Return when it begins."""
        return datetime(self.year, self.month, 1, tzinfo=timezone.get_current_timezone())

    def after(self, months: int) -> "Month":
        """Return the month so many later; earlier for a negative number."""
        number = self.year * 12 + self.month - 1 + months
        return Month(number // 12, number % 12 + 1)

    def weeks(self, moments: list[Moment]) -> list[list[Day]]:
        """Return its days by weeks, as they begin where the reader's language is spoken."""
        today, by_day = timezone.localdate(), defaultdict[date, list[Moment]](list)
        for moment in sorted(moments, key=lambda one: one.at):
            by_day[timezone.localdate(moment.at)].append(moment)
        first_weekday = (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7
        weeks = calendar.Calendar(first_weekday).monthdatescalendar(self.year, self.month)
        return [
            [Day(day, day.month == self.month, day == today, by_day[day]) for day in week]
            for week in weeks
        ]


def moments(posts: PostQuerySet, month: Month) -> list[Moment]:
    """Return what becomes of the posts in the month, of a kind one more than `MOST`; 4 queries."""
    start, end = month.start, month.after(1).start
    kept, now = posts.not_deleted().only(*COLUMNS), timezone.now()

    def within(name: str, rows: PostQuerySet) -> Iterator[Post]:
        span = {f"{name}__gte": start, f"{name}__lt": end}
        yield from rows.filter(**span).order_by(name, "pk")[: MOST + 1]

    appearing = within("published_at", kept.filter(withdrawn_at__isnull=True))
    found = [
        Moment(post, post.published_at, PUBLISHED if post.published_at <= now else SCHEDULED)
        for post in appearing
        if post.published_at
    ]
    ending = within("ends_at", kept.filter(withdrawn_at__isnull=True))
    found += [Moment(post, post.ends_at, END) for post in ending if post.ends_at]
    pinned = within("pinned_until", kept.filter(pinned_at__isnull=False))
    found += [Moment(post, post.pinned_until, UNPINNED) for post in pinned if post.pinned_until]
    return found + list(_changes(kept, start, end))


def is_cut(found: list[Moment]) -> bool:
    """Tell whether there is more of one kind than was looked for."""
    kinds = Counter(PUBLISHED if one.kind == SCHEDULED else one.kind for one in found)
    return any(count > MOST for count in kinds.values())


def _changes(kept: PostQuerySet, start: datetime, end: datetime) -> Iterator[Moment]:
    waiting = PendingChange.objects.filter(publish_at__gte=start, publish_at__lt=end)
    theirs = kept.filter(pk=OuterRef("post_id"))  # looked up for the few that are due
    waiting = waiting.filter(Exists(theirs.values("pk"))).order_by("publish_at", "pk")
    for change in waiting.defer("snapshot").select_related("post")[: MOST + 1]:
        if change.publish_at:
            yield Moment(change.post, change.publish_at, CHANGE)
