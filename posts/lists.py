"""Lists of posts that know how long they are and find any place at once, however long they are.

A place is found by its month: MonthCount says how many posts stand before it, and the few of one
month are stepped over in an index. Scheduled posts are in the counts before their time comes, so
those of this month whose time is ahead are counted and left out.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import cast

from django.db.models import Count, Value
from django.utils import timezone

from blogsite.lib.paginate import Place
from posts.models import Kind, Listing, MonthCount, Post, Series
from posts.querysets.listing import ListingQuerySet
from posts.querysets.post import PostQuerySet, Visitor


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

    def newest(self, number: int) -> PostQuerySet:
        """Return that many posts, as a query to be told what to load."""
        places = self._places(0, number).values("post_id")
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
    def months(self) -> dict[int, int]:
        """How many posts each month has by now, the last month first."""
        months = MonthCount.objects.by_month(self.kind, self.key, self.visitor)
        this = _month(self.now)
        if months.get(this):
            # By time even in a series, whose own index would be read from end to end.
            listed = Listing.objects.of(self.kind, self.key).for_visitor(self.visitor)
            months[this] -= listed.filter(at__gt=self.now, at__lt=_begin(this + 1)).count()
        return {month: number for month, number in months.items() if month <= this and number}

    @cached_property
    def _skipped(self) -> int:
        """How many posts are newer than the list's times."""
        return self._since(self.end) if self.end else 0

    def _since(self, time: datetime) -> int:
        return self._each_since([time])[0]

    def _each_since(self, times: Sequence[datetime]) -> list[int]:
        """Return how many posts there are from each time on; one query where months are cut."""
        totals, cut = [], []
        for number, time in enumerate(times):
            month = _month(time)
            later = sum(count for one, count in self.months.items() if one > month)
            if time == _begin(month):
                later += self.months.get(month, 0)
            elif self.months.get(month):
                cut.append((number, time, _begin(month + 1)))
            totals.append(later)
        for number, found in self._between(cut).items():
            totals[number] += found
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
            start = self._among_all(start) + self._skipped
            for month, count in self.months.items():
                if start < count:
                    end = _begin(month + 1)
                    break
                start -= count
        places = self._until(end)
        if self.start:
            places = places.filter(at__gte=self.start)
        return places.newest_first()[start : start + number]

    def _among_all(self, start: int) -> int:
        """Return the number of a row were nothing left out."""
        own = [(cast("datetime", post.published_at), post.pk) for post in self.without]
        for rank in sorted(self._rank(at, pk) for at, pk in own):
            start += rank <= start
        return start

    def _rank(self, at: datetime, post: int) -> int:
        newer = sum(number for month, number in self.months.items() if month > _month(at))
        return newer + self._until(_begin(_month(at) + 1)).above(at, post).count()

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


def _month(time: datetime) -> int:
    utc = time.astimezone(UTC)
    return utc.year * 12 + utc.month - 1


def _begin(month: int) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
