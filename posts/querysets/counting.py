"""What the querysets of this app count with; no model is imported here."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from posts.querysets.post import Visitor, not_ended


def public_through(prefix: str) -> Q:
    """Return the condition of `public()` as seen from a row that leads to posts."""
    return not_ended(prefix) & Q(
        **{
            f"{prefix}published_at__lte": timezone.now(),
            f"{prefix}withdrawn_at__isnull": True,
            f"{prefix}deleted_at__isnull": True,
            f"{prefix}visibility": "public",
        }
    )


def seen_by(visitor: Visitor, kind: int, **by: OuterRef) -> Q:
    """Return whether one of its posts may be opened; `kind` is that of the list of the outer row.

    Who finds a post in that list need not look for one that is in no list.
    """
    places = apps.get_model("posts", "Listing").objects.of(kind, OuterRef("pk"))
    posts = apps.get_model("posts", "Post").objects.visible_to(visitor).filter(**by)
    return Q(Exists(places.for_visitor(visitor).by_now())) | Q(Exists(posts))


def count_of(rows: "models.QuerySet[Any]", by: str) -> Coalesce:
    """Return how many rows belong to the outer row, as a subquery: no join, no product."""
    totals = rows.order_by().values(by).annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(totals), 0)
