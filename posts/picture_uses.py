"""Where a picture is used: what its owner reads before it goes into the bin, or for good."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from posts.models import Autosave, Image, Post

SHOWN = 50
PLACES: dict[str, Promise] = {
    "text": _("in the text"),
    "cover": _("as the cover"),
    "share": _("with its links"),
}


class Use(NamedTuple):
    """A post that shows the picture, and where."""

    post: Post
    places: list[str | Promise]


@dataclass(frozen=True, slots=True)
class Uses:
    """Who shows a picture.

    `posts` are those the person may change, at most SHOWN; `others` counts further ones. `versions`
    are posts that do not show it now, but did: putting an early version back would. `unsaved`
    counts texts that are typed and not saved.
    """

    posts: list[Use]
    others: int
    versions: list[Post]
    unsaved: int

    @property
    def is_used(self) -> bool:
        """Tell whether any post shows it."""
        return bool(self.posts or self.others)


def uses_of(image: Image, person: User) -> Uses:
    """Return where the picture is used, as far as the person may know; six queries."""
    showing = Post.objects.showing(image)
    mine = Post.objects.editable_by(person)
    columns = ("title", "slug", "cover_id", "share_image_id", "deleted_at")
    posts = list(mine.filter(pk__in=showing.values("pk")).only(*columns).order_by("-pk")[:SHOWN])
    in_text = set(
        image.showing_posts.filter(pk__in=[post.pk for post in posts]).values_list("pk", flat=True)
    )
    once = mine.filter(pk__in=image.mentions.values("post")).exclude(pk__in=showing.values("pk"))
    return Uses(
        posts=[Use(post, _places(post, image, in_text)) for post in posts],
        others=showing.count() - len(posts),
        versions=list(once.only("title", "slug", "deleted_at").order_by("-pk")[:SHOWN]),
        unsaved=_unsaved(image),
    )


def _places(post: Post, image: Image, in_text: set[int]) -> list[str | Promise]:
    where = {
        "text": post.pk in in_text,
        "cover": post.cover_id == image.pk,
        "share": post.share_image_id == image.pk,
    }
    return [PLACES[name] for name, shows in where.items() if shows]


def _unsaved(image: Image) -> int:
    """Return how many unsaved texts name the picture, by any address it has or had."""
    named = Q()
    for folder in image.folders():
        named |= Q(fields__body__icontains=folder)
    return Autosave.objects.filter(named, finished_at__isnull=True).count()
