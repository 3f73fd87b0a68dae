"""Filters over uploaded pictures; no model is imported here."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import OuterRef

from posts.querysets.counting import count_of
from posts.querysets.post import Visitor

if TYPE_CHECKING:
    from posts.models import Image, Post


class ImageQuerySet(models.QuerySet["Image"]):
    """Uploaded pictures."""

    def visible_to(self, visitor: Visitor) -> Self:
        """Keep the pictures this visitor may choose from."""
        if not visitor.is_authenticated:
            return self.none()
        if visitor.can("posts.edit_any_post"):
            return self
        return self.filter(owner=visitor)

    def choices_for(self, visitor: Visitor, post: "Post") -> Self:
        """Keep the pictures this visitor may put on the post, and the one that is there."""
        return self.visible_to(visitor) | self.filter(pk__in=[post.cover_id, post.share_image_id])

    def with_use_counts(self) -> Self:
        """Annotate `use_count`: how often posts show each, in the text and as cover."""
        shown = self.model.showing_posts.through.objects.filter(image=OuterRef("pk"))
        posts = apps.get_model("posts", "Post").objects
        covers, shares = (posts.filter(**{n: OuterRef("pk")}) for n in ("cover", "share_image"))
        used = count_of(shown, "image") + count_of(covers, "cover")
        return self.annotate(use_count=used + count_of(shares, "share_image"))
