"""Lists of posts that know how long they are and find any place at once, however long they are.

A place is found by its month, and in a long month by its day: MonthCount and DayCount say how many
posts stand before it, and the few others are stepped over in an index. Scheduled posts are in the
counts before their time comes, so those of this month whose time is ahead are counted and left out.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import cast

from django.db.models import Count, Value
from django.utils import timezone

from blogsite.lib.paginate import Place
from posts.listing_counts import DAYS
from posts.models import DayCount, Kind, Listing, MonthCount, Post, Series
from posts.querysets.listing import ListingQuerySet
from posts.querysets.post import PostQuerySet, Visitor

FEW = 500  # places to step over, for less than what a question about days takes


class PostList:
    """The posts of the site, of a tag or of an author that a visitor sees, the newest first."""

    def __init__(
        self,
        visitor: Visitor,
        kind: Kind = Kind.SITE,
        key: int = 0,
        *,
        within: tuple[datetime, datetime] | None = None,
        without: Iterable[Post] = (),
    ) -> None:
        """Keep to the times from the first until before the second; leave those posts out."""
        self.visitor, self.kind, self.key = visitor, kind, key
        self.now = timezone.now()
        self.start = within[0] if within else None
        self.end = within[1] if within else None
        self.without = list(without)

    def count(self) -> int:
        """Return how many posts there are."""
        whole = self._since(self.start) if self.start else sum(self.months.values())
        return whole - self._skipped - len(self.without)

    def __getitem__(self, wanted: slice) -> list[Post]:
        """Return the posts from one number until before another."""
        start, stop = wanted.start or 0, wanted.stop
        spare = len(self.without)
        places = self._places(start, stop - start + spare)
        posts = self._load(places)
        left_out = {post.pk for post in self.without}
        return [post for post in posts if post.pk not in left_out][: stop - start]

    def number_of(self, place: Place, *, after: bool) -> int:
        """Return how many posts stand before the place, or up to it. Raises ValueError."""
        at, post = place
        if not isinstance(at, datetime):
            raise ValueError("not a time")
        newer = self._rank(at, post - 1 if after else post)
        above = sum((one.published_at, one.pk) > (at, post) for one in self.without)
        return max(0, newer - self._skipped - above)

    def newest(self, number: int, *, after: int = 0) -> PostQuerySet:
        """Return that many posts after the first `after`, as a query to be told what to load."""
        places = self._places(after, number).values("post_id")
        return self._posts().filter(pk__in=places).newest_first()

    def counts(self, times: Sequence[datetime]) -> list[int]:
        """Return how many posts there are between each time and the next; at most 500 times."""
        since = self._each_since(times)
        return [before - after for before, after in pairwise(since)]

    def _own(self) -> ListingQuerySet:
        """Return the places the visitor sees, now or later."""
        return Listing.objects.of(self.kind, self.key).for_visitor(self.visitor)

    def _until(self, end: datetime) -> ListingQuerySet:
        """Return the places before that time which the visitor sees by now."""
        listed = self._own()
        # One bound alone: of two SQLite searches by the first, be it the farther one.
        return listed.filter(at__lt=end) if end < self.now else listed.filter(at__lte=self.now)

    @cached_property
    def _counted(self) -> tuple[dict[int, int], int]:
        """How many posts each month has, now or later, and how many of this are ahead."""
        ahead = self.now, _begin(_month(self.now) + 1)
        return MonthCount.objects.by_month(self.kind, self.key, self.visitor, ahead)

    @cached_property
    def months(self) -> dict[int, int]:
        """How many posts each month has by now, the last month first."""
        months, ahead = self._counted
        this = _month(self.now)
        return _past({month: number for month, number in months.items() if month <= this}, ahead)

    def _days(self, month: int) -> dict[int, int]:
        """Return how many posts each day of the month has by now, the last day first."""
        days = DayCount.objects.by_day(self.kind, self.key, self.visitor, month)
        return _past(days, self._counted[1] if month == _month(self.now) else 0)

    @cached_property
    def _skipped(self) -> int:
        """How many posts are newer than the list's times."""
        return self._since(self.end) if self.end else 0

    def _since(self, time: datetime) -> int:
        return self._each_since([time])[0]

    def _each_since(self, times: Sequence[datetime]) -> list[int]:
        """Return how many posts there are from each time on; one query where months are cut."""
        totals, cut, signs = [], [], dict[int, int]()
        for number, time in enumerate(times):
            month = _month(time)
            begin, end = _begin(month), _begin(month + 1)
            later = sum(count for one, count in self.months.items() if one > month)
            # A month elsewhere begins hours from one of UTC: the shorter side is counted.
            is_early = time - begin < end - time
            if is_early:
                later += self.months.get(month, 0)
            if time != begin and self.months.get(month):
                cut.append((number, begin, time) if is_early else (number, time, end))
                signs[number] = -1 if is_early else 1
            totals.append(later)
        for number, found in self._between(cut).items():
            totals[number] += signs[number] * found
        return totals

    def _between(self, spans: list[tuple[int, datetime, datetime]]) -> dict[int, int]:
        """Return how many places there are in each span, by its name."""
        queries = [
            self._until(end)
            .filter(at__gte=start)
            .annotate(span=Value(name))
            .values("span")
            .annotate(number=Count("pk"))
            .values_list("span", "number")
            for name, start, end in spans
        ]
        if not queries:
            return {}
        return dict(queries[0].union(*queries[1:], all=True) if queries[1:] else queries[0])

    def _places(self, start: int, number: int) -> ListingQuerySet:
        """Return so many places from that number on, by way of its month."""
        end = self.end or self.now
        if start:
            end, start = self._shortcut(self._among_all(start) + self._skipped)
        places = self._until(end)
        if self.start:
            places = places.filter(at__gte=self.start)
        return places.newest_first()[start : start + number]

    def _shortcut(self, start: int) -> tuple[datetime, int]:
        """Return a time shortly after the place of that number, and how many posts lie between."""
        month, rest = _find(self.months, start)
        if month is None:
            return self.now, start
        if rest > FEW and self.kind in DAYS.kinds:
            day, few = _find(self._days(month), rest)
            if day is not None:
                return _end_of(day), few
        return _begin(month + 1), rest

    def _among_all(self, start: int) -> int:
        """Return the number of a row were nothing left out."""
        own = [(cast("datetime", post.published_at), post.pk) for post in self.without]
        for rank in sorted(self._rank(at, pk) for at, pk in own):
            start += rank <= start
        return start

    def _rank(self, at: datetime, post: int) -> int:
        month, day = _month(at), _day(at)
        newer = sum(number for one, number in self.months.items() if one > month)
        places = self._until(_begin(month + 1))
        if self.months.get(month, 0) > FEW and self.kind in DAYS.kinds:
            newer += sum(number for one, number in self._days(month).items() if one > day)
            places = self._until(_end_of(day))
        return newer + places.above(at, post).count()

    def _posts(self) -> PostQuerySet:
        # Asked once more at the one door: a place is no right to see the post.
        return Post.objects.listed_for(self.visitor)

    def _load(self, places: ListingQuerySet) -> list[Post]:
        rows = self._posts().filter(pk__in=places.values("post_id")).for_list()
        return sorted(rows, key=lambda post: (post.published_at, post.pk), reverse=True)


class SeriesList(PostList):
    """The posts of a series that a visitor sees, in the order of the series."""

    def __init__(self, visitor: Visitor, series: Series) -> None:
        super().__init__(visitor, Kind.SERIES, series.pk)

    def number_of(self, place: Place, *, after: bool) -> int:
        """Return how many posts stand before the place, or up to it. Raises ValueError."""
        position, post = place
        if isinstance(position, datetime):
            raise ValueError("not a position")
        before = self._until(self.now).filter(position__lt=position)
        at = self._until(self.now).filter(position=position)
        at = at.filter(post_id__lte=post) if after else at.filter(post_id__lt=post)
        return before.count() + at.count()

    def _own(self) -> ListingQuerySet:
        return Listing.objects.in_series(self.key).for_visitor(self.visitor)

    def _places(self, start: int, number: int) -> ListingQuerySet:
        return self._until(self.now).order_by("position", "post_id")[start : start + number]

    def _load(self, places: ListingQuerySet) -> list[Post]:
        keys = list(places.values_list("post_id", flat=True))
        found = self._posts().for_list().in_bulk(keys)
        return [found[key] for key in keys if key in found]


def _past(counts: dict[int, int], ahead: int) -> dict[int, int]:
    """Return the counts without so many of the newest posts, the last first."""
    past = {}
    for span, number in sorted(counts.items(), reverse=True):
        taken = min(ahead, number)
        ahead -= taken
        if number > taken:
            past[span] = number - taken
    return past


def _find(counts: dict[int, int], start: int) -> tuple[int | None, int]:
    """Return the month or day of the place of that number, and its number there."""
    for span, number in counts.items():
        if start < number:
            return span, start
        start -= number
    return None, start


def _month(time: datetime) -> int:
    utc = time.astimezone(UTC)
    return utc.year * 12 + utc.month - 1


def _begin(month: int) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)


def _day(time: datetime) -> int:
    return _month(time) * 31 + time.astimezone(UTC).day - 1


def _end_of(day: int) -> datetime:
    return _begin(day // 31) + timedelta(days=day % 31 + 1)
