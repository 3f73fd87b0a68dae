"""How much a tag tells, by how many listed posts have it."""

from collections.abc import Iterable
from math import log

from django.db.models import Sum

from posts.models import Kind, MonthCount


def rarity_of(tags: Iterable[int]) -> dict[int, float]:
    """Return how much each tag tells: one that all posts have, nearly nothing."""
    rows = MonthCount.objects.filter(kind=Kind.TAG, key__in=list(tags)).values("key")
    numbers = dict(rows.annotate(total=Sum("listed")).values_list("key", "total"))
    whole = number_of_posts()
    return {tag: max(0.05, log((whole + 1) / (numbers.get(tag, 0) + 0.5))) for tag in tags}


def number_of_posts() -> int:
    """Return how many posts are in lists, scheduled ones too."""
    total = MonthCount.objects.filter(kind=Kind.SITE, key=0).aggregate(total=Sum("listed"))
    return total["total"] or 0
