"""Where a picture is used: what its owner reads before it goes into the bin, or for good."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from posts.models import Autosave, Image, Post, Snippet

SHOWN = 50
PLACES: dict[str, Promise] = {
    "text": _("in the text"),
    "cover": _("as the cover"),
    "share": _("with its links"),
    "draft": _("unpublished changes"),
}


class Use(NamedTuple):
    """A post that shows the picture, and where."""

    post: Post
    places: list[str | Promise]


@dataclass(frozen=True, slots=True)
class Uses:
    """Who shows a picture.

    `posts` are those the person may change, at most SHOWN; `others` counts further ones, and other
    people's templates and snippets; `snippets` are the person's own. `versions` are
    posts that do not show it now, but did: putting an early version back would. `unsaved` counts
    texts that are typed and not saved.
    """

    posts: list[Use]
    others: int
    snippets: list[Snippet]
    versions: list[Post]
    unsaved: int

    @property
    def is_used(self) -> bool:
        """Tell whether any post shows it, or a template or a snippet does."""
        return bool(self.posts or self.others or self.snippets)


def uses_of(image: Image, person: User) -> Uses:
    """Return where the picture is used, as far as the person may know; nine queries."""
    showing = Post.objects.showing(image)
    mine = Post.objects.editable_by(person)
    columns = ("title", "slug", "cover_id", "share_image_id", "deleted_at")
    posts = list(mine.filter(pk__in=showing.values("pk")).only(*columns).order_by("-pk")[:SHOWN])
    in_text = set(
        image.showing_posts.filter(pk__in=[post.pk for post in posts]).values_list("pk", flat=True)
    )
    in_draft = set(image.mentions.drafted().values_list("post", flat=True))
    snippets = Snippet.objects.naming(image).only("name", "owner")
    own = [one for one in snippets if one.owner_id == person.pk]
    once = mine.filter(pk__in=image.mentions.values("post")).exclude(pk__in=showing.values("pk"))
    return Uses(
        posts=[Use(post, _places(post, image, in_text, in_draft)) for post in posts],
        others=showing.count() - len(posts) + len(snippets) - len(own),
        snippets=own,
        versions=list(once.only("title", "slug", "deleted_at").order_by("-pk")[:SHOWN]),
        unsaved=Autosave.objects.naming(image).count(),
    )


def _places(post: Post, image: Image, in_text: set[int], in_draft: set[int]) -> list[str | Promise]:
    where = {
        "text": post.pk in in_text,
        "cover": post.cover_id == image.pk,
        "share": post.share_image_id == image.pk,
        "draft": post.pk in in_draft,
    }
    return [PLACES[name] for name, shows in where.items() if shows]
