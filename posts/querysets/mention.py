"""Which pictures the versions of posts name; no model is imported here."""

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from posts.rendering import uploaded_pictures
from posts.snapshot import PICTURES, Snapshot

if TYPE_CHECKING:
    from posts.models import Image, PictureMention, Post


class PictureMentionQuerySet(models.QuerySet["PictureMention"]):
    """Pictures that versions of posts name."""

    def drafted(self) -> Self:
        """Keep those of posts with a draft over them: its publication may show the picture."""
        return self.filter(post__pending_change__isnull=False)

    def note(self, post: "Post", taken: Snapshot) -> None:
        """Remember the pictures of a snapshot of the post; few queries, none without pictures."""
        keys = {picture.pk for picture in uploaded_pictures(taken.get("body") or "")}
        named = [taken[name] for name in PICTURES if taken.get(name)]
        if named:
            images = apps.get_model("posts", "Image").objects
            keys |= set(images.filter(pk__in=named).values_list("pk", flat=True))
        rows = [self.model(post=post, image_id=key) for key in sorted(keys)]
        if rows:
            self.bulk_create(rows, ignore_conflicts=True)


def names(column: str, image: "Image") -> Q:
    """Return the condition that a text names the picture, by any address it has or had."""
    named = Q(pk__in=())
    for folder in filter(None, image.folders()):
        named |= Q(**{f"{column}__icontains": folder})
    return named
