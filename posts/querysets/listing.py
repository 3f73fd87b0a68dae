"""Filters over the places of posts in lists, and their counts; no model is imported here."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import connections, models
from django.db.models import Q
from django.utils import timezone

from posts.querysets.post import Visitor

if TYPE_CHECKING:
    from posts.models import DayCount, Listing, MonthCount


class ListingQuerySet(models.QuerySet["Listing"]):
    """Places of posts in lists."""

    def of(self, kind: int, key: Any) -> Self:
        """Keep one list."""
        return self.filter(kind=kind, key=key)

    def for_visitor(self, visitor: Visitor) -> Self:
        """Keep what the visitor sees once its time has come: members see members' posts too."""
        return self if visitor.is_authenticated else self.filter(is_public=True)

    def in_series(self, key: Any) -> Self:
        """Keep the list of a series, in words that its index answers."""
        return self.filter(key=key, position__isnull=False)

    def by_now(self) -> Self:
        """Keep the places whose time has come."""
        return self.filter(at__lte=timezone.now())

    def newest_first(self) -> Self:
        """Order by time, ties by age of the post."""
        return self.order_by("-at", "-post_id")

    def above(self, at: datetime, post: int) -> Self:
        """Keep the places before this one, the newest being first."""
        return self.filter(Q(at__gt=at) | Q(at=at, post_id__gt=post), at__gte=at)

    def below(self, at: datetime, post: int) -> Self:
        """Keep the places after this one, the newest being first."""
        return self.filter(Q(at__lt=at) | Q(at=at, post_id__lt=post), at__lte=at)


class MonthCountQuerySet(models.QuerySet["MonthCount"]):
    """How many posts lists have in each month."""

    def by_month(
        self, kind: int, key: int, visitor: Visitor, ahead: tuple[datetime, datetime]
    ) -> tuple[dict[int, int], int]:
        """Return how many posts of the list the visitor sees or will see in each month.

        And how many of them come after the first time `ahead` and before the second.
        """
        seen = "" if visitor.is_authenticated else "AND is_public"
        sql = f"""SELECT month, sum({_counter(visitor)}) FROM posts_monthcount
            WHERE kind = %s AND key = %s GROUP BY month
            UNION ALL SELECT 0, count(*) FROM posts_listing
            WHERE kind = %s AND key = %s {seen} AND at > %s AND at < %s"""  # noqa: S608
        times = map(connections[self.db].ops.adapt_datetimefield_value, ahead)
        months = _numbers(self.db, sql, [kind, key, kind, key, *times])
        return months, months.pop(0)


class DayCountQuerySet(models.QuerySet["DayCount"]):
    """How many posts the site has on each day."""

    def by_day(self, kind: int, key: int, visitor: Visitor, month: int) -> dict[int, int]:
        """Return how many posts the visitor sees or will see on each day of a month."""
        sql = f"""SELECT day, sum({_counter(visitor)}) FROM posts_daycount
            WHERE kind = %s AND key = %s AND day >= %s AND day < %s GROUP BY day"""  # noqa: S608
        return _numbers(self.db, sql, [kind, key, month * 31, month * 31 + 31])


def _counter(visitor: Visitor) -> str:
    return "listed" if visitor.is_authenticated else "public"


def _numbers(using: str, sql: str, params: list[Any]) -> dict[int, int]:
    # In plain words: building these queries would take several times what they take.
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        return dict(cursor.fetchall())
