"""Filters over the places of posts in lists, and their counts; no model is imported here."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone

from posts.querysets.post import Visitor

if TYPE_CHECKING:
    from posts.models import Listing, MonthCount


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

    def by_month(self, kind: int, key: int, visitor: Visitor) -> dict[int, int]:
        """Return how many posts of the list the visitor sees or will see, the last month first."""
        counter = "listed" if visitor.is_authenticated else "public"
        rows = self.filter(kind=kind, key=key).values("month").annotate(number=Sum(counter))
        return dict(rows.order_by("-month").values_list("month", "number"))
