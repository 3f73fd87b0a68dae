"""Filters over uploaded pictures; no model is imported here."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Least
from django.utils import timezone

from blogsite.lib.leases import WorkQuerySet
from blogsite.lib.renditions import IMAGES_VERSION
from posts.querysets.binning import BinnedQuerySet
from posts.querysets.counting import count_of
from posts.querysets.post import Visitor

if TYPE_CHECKING:
    from posts.models import Image, PictureMention, Post


class ImageQuerySet(BinnedQuerySet["Image"], WorkQuerySet["Image"]):  # type: ignore[override]
    """Uploaded pictures."""

    def editable_by(self, visitor: Visitor) -> Self:
        """Keep the pictures this visitor may change, the bin included."""
        if not visitor.is_authenticated:
            return self.none()
        if visitor.can("posts.edit_any_post"):
            return self
        return self.filter(owner=visitor)

    def visible_to(self, visitor: Visitor) -> Self:
        """Keep the pictures this visitor may choose from."""
        return self.editable_by(visitor).not_deleted()

    def choices_for(self, visitor: Visitor, post: "Post") -> Self:
        """Keep the pictures this visitor may put on the post, and the one that is there."""
        return self.visible_to(visitor) | self.filter(pk__in=[post.cover_id, post.share_image_id])

    def unused(self) -> Self:
        """Keep those that no post shows: in text, as cover, with links, or in its draft."""
        return self.exclude(_is_used())

    def undescribed(self) -> Self:
        """Keep those that need a description and have none."""
        return self.filter(alt="", is_decorative=False)

    def doubled(self, among: Self) -> Self:
        """Keep those whose content another row of `among` has too; the same beside each other."""
        others = among.exclude(pk=OuterRef("pk"))
        same = Exists(others.filter(path=OuterRef("path")))
        sent = Exists(others.filter(sha256=OuterRef("sha256")))
        return self.filter(same | sent).order_by("sha256", "path", "-pk")

    def like(self, image: "Image") -> Self:
        """Keep the other rows with the same content as the picture."""
        same = Q(path=image.path) | Q(sha256=image.sha256)
        return self.exclude(pk=image.pk).filter(same)

    def with_use_counts(self) -> Self:
        """Annotate `use_count`: how often posts show each; drafts over others that do count."""
        shown = self.model.showing_posts.through.objects.filter(image=OuterRef("pk"))
        posts = apps.get_model("posts", "Post").objects
        covers, shares = (posts.filter(**{n: OuterRef("pk")}) for n in ("cover", "share_image"))
        drafted = _drafted()
        for place in ("pictures", "cover", "share_image"):
            drafted = drafted.exclude(**{f"post__{place}": OuterRef("pk")})
        used = count_of(shown, "image") + count_of(covers, "cover") + count_of(drafted, "image")
        return self.annotate(use_count=used + count_of(shares, "share_image"))

    def hold(self, keys: Iterable[int | None]) -> dict[int, str]:
        """Have whoever replaces or deletes them wait until the transaction is over.

        Returns the paths of those that are still there, by their keys.
        """
        wanted = [key for key in keys if key]
        if not wanted:
            return {}
        held = self.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
        return dict(held.values_list("pk", "path"))

    # What the background worker makes of them

    def outdated(self) -> Self:
        """Keep the pictures whose sizes are still to be made, or to be made anew."""
        return self.filter(recipe__lt=IMAGES_VERSION, given_up_at__isnull=True)

    def due(self) -> Self:
        """Keep those to work on now: claimed by nobody, their pause over; the new ones first."""
        return super().due().outdated().order_by("recipe", "next_attempt_at", "pk")

    def record(self, **made: Any) -> int:
        """Keep what was made of the pictures, their work done; return how many there still are."""
        return self.update(**made, claimed_until=None, attempts=0, given_up_at=None, error="")

    def try_again(self) -> int:
        """Have the sizes of these made anew, whatever became of it before; return how many.

        What they have is shown until then.
        """
        return self.update(
            recipe=Least(F("recipe"), IMAGES_VERSION - 1),
            given_up_at=None,
            claimed_until=None,
            attempts=0,
            error="",
            next_attempt_at=timezone.now(),
        )


def _is_used() -> Q:
    """Return the condition that a post shows the picture."""
    posts = apps.get_model("posts", "Post")
    shown = posts.pictures.through.objects.filter(image=OuterRef("pk"))
    covers, shares = (
        posts.objects.filter(**{name: OuterRef("pk")}) for name in ("cover", "share_image")
    )
    return Q(Exists(shown)) | Q(Exists(covers)) | Q(Exists(shares)) | Q(Exists(_drafted()))


def _drafted() -> "models.QuerySet[PictureMention]":
    """Return the mentions of the outer picture in posts with a draft over them."""
    mentions = apps.get_model("posts", "PictureMention").objects
    return mentions.drafted().filter(image=OuterRef("pk"))
