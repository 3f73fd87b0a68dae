"""Filters over tags; no model is imported here."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, OuterRef

from posts.querysets.counting import count_of, public_through, seen_by
from posts.querysets.post import Visitor

if TYPE_CHECKING:
    from posts.models import Post, Tag

TAG = 1  # as Kind has it


class TagQuerySet(models.QuerySet["Tag"]):
    """Tags."""

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the tags; addresses that readers knew say so."""
        former = apps.get_model("posts", "FormerAddress").objects
        former.bury_lists("tags", 1, self)
        return super().delete()

    delete.queryset_only = True  # type: ignore[attr-defined]

    def visible_to(self, visitor: Visitor) -> Self:
        """Keep the tags of posts this visitor may open: others would tell what drafts are about."""
        edits = visitor.has_perm("posts.change_tag")
        return self if edits else self.filter(seen_by(visitor, TAG, tags=OuterRef("pk")))

    def beside(self, tag: "Tag") -> Self:
        """Keep the tags that often stand with this one, as the worker counted; nearest first."""
        return self.filter(related_to__tag=tag).order_by("related_to__position")

    def with_post_counts(self) -> Self:
        """Annotate `post_count`: how many public posts each has."""
        return self.annotate(post_count=Count("posts", filter=public_through("posts__")))

    def with_all_counts(self) -> Self:
        """Annotate `all_count`: how many posts each has, whatever their state."""
        has = self.model.posts.through.objects.filter(tag=OuterRef("pk"))
        return self.annotate(all_count=count_of(has, "tag"))

    def most_used(self, posts: "models.QuerySet[Post]") -> Self:
        """Order by how often the newest 500 of the posts have each; leave the others out."""
        newest = posts.order_by("-published_at", "-pk").values("pk")[:500]
        return self.filter(posts__in=newest).annotate(uses=Count("posts")).order_by("-uses", "name")

    def latest_used(self, posts: "models.QuerySet[Post]") -> Self:
        """Keep the tags of the newest 50 of the posts."""
        newest = posts.order_by("-published_at", "-pk").values("pk")[:50]
        return self.filter(posts__in=newest).distinct()
