"""Filters over what is like what; no model is imported here."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

from posts.querysets.post import Visitor

if TYPE_CHECKING:
    from posts.models import Post, RelatedPost


class RelatedPostQuerySet(models.QuerySet["RelatedPost"]):
    """Posts that are like others."""

    def shown_with(
        self, post: "Post", visitor: Visitor, number: int, *, without: Iterable[int] = ()
    ) -> "models.QuerySet[Any]":
        """Return so many posts like this one that the visitor sees in lists, the nearest first."""
        listed: Any = apps.get_model("posts", "Post").objects.listed_for(visitor)
        near = listed.filter(related_to__post=post).exclude(pk__in=list(without))
        near = near.order_by("-related_to__score", "-pk")
        columns = ("title", "slug", "language", "published_at", "visibility")
        shown: models.QuerySet[Any] = near.only(*columns)
        return shown[:number]
