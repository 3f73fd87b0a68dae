"""The counters in the rows against the rows they count."""

from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Count, F, OuterRef
from django.db.models.functions import Coalesce

from comments.models import Comment, CommentLike, PostLike
from posts.models import Post


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A counter that is not true: of which row, what it says, what is so."""

    model: str
    pk: int
    field: str
    says: int
    true: int


def recount(*, repair: bool) -> list[Mismatch]:
    """Return the counters that are not true, set right where told to."""
    posts, comments = Post.objects.all(), Comment.objects.all()
    return [
        *_compare(posts, "like_count", PostLike.objects.filter(post=OuterRef("pk")), repair),
        *_compare(
            posts, "comment_count", Comment.objects.standing().filter(post=OuterRef("pk")), repair
        ),
        *_compare(
            comments, "like_count", CommentLike.objects.filter(comment=OuterRef("pk")), repair
        ),
    ]


def _compare(
    things: models.QuerySet[Any], field: str, counted: models.QuerySet[Any], repair: bool
) -> list[Mismatch]:
    true = _number(counted)
    wrong = things.annotate(true=true).exclude(true=F(field)).order_by("pk")
    found = [
        Mismatch(things.model.__name__, pk, field, says, number)
        for pk, says, number in wrong.values_list("pk", field, "true")
    ]
    if repair:
        for mismatch in found:
            _repair(things.filter(pk=mismatch.pk), field, counted)
    return found


@transaction.atomic
def _repair(row: models.QuerySet[Any], field: str, counted: models.QuerySet[Any]) -> None:
    """Count again with the row locked: it may have changed since it was compared."""
    row.select_for_update().first()
    row.update(**{field: _number(counted)})


def _number(counted: models.QuerySet[Any]) -> Coalesce:
    numbers = counted.order_by().annotate(one=models.Value(1)).values("one")
    return Coalesce(models.Subquery(numbers.annotate(number=Count("pk")).values("number")), 0)
