"""What a path that does not answer once was, and where that is now; no model is imported here."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import models
from django.utils import timezone

from posts.querysets.post import Visitor

if TYPE_CHECKING:
    from posts.models import FormerAddress, Post, Series, Tag

# What stands under the address of a thing and moves along with it: feeds, and the Markdown twin.
UNDER = re.compile(r"(.+?)(\.md|/(?:comments/)?feeds?(?:/[a-z]+)?)")
_ROOM = re.compile(r"(posts|tags|series)/([^/]+)")
_AUTHOR = re.compile(r"authors/([^/]+)")
_PICTURE = re.compile(r"(media/.+)/[^/]+")
# Whoever had the address could read it.
OPEN = ("public", "unlisted")
NOTHING: dict[str, Any] = {
    **dict.fromkeys(("post", "tag", "series", "person", "gone_at")),
    "target": "",
}


class Fate(NamedTuple):
    """What became of an address: it leads on, is gone, or is there and not for this visitor.

    What `is_temporary` may lead elsewhere tomorrow.
    """

    target: str = ""
    is_gone: bool = False
    is_hidden: bool = False
    is_temporary: bool = False


GONE, HIDDEN, UNKNOWN = Fate(is_gone=True), Fate(is_hidden=True), Fate()


class FormerAddressQuerySet(models.QuerySet["FormerAddress"]):
    """Paths that once answered."""

    def fate(self, path: str, visitor: Visitor) -> Fate:
        """Return what became of a path that does not answer; at most three queries.

        A feed under a former address leads to the feed under the present one.
        """
        if "\0" in path:
            return UNKNOWN
        whole = path.strip("/")
        under = UNDER.fullmatch(whole)
        rests = {whole: ""} | ({under[1]: under[2]} if under else {})
        picture = _PICTURE.fullmatch(whole)
        known = self._known([*rests, picture[1]] if picture else rests)
        for address, rest in rests.items():
            row = known.get(address)
            fate = _standing(address) or (_leads(row, visitor) if row else _former_author(address))
            if fate is not None:
                return _under(fate, rest)
        return _picture(picture[1], known.get(picture[1])) if picture else UNKNOWN

    def _known(self, paths: Iterable[str]) -> dict[str, "FormerAddress"]:
        rows = self.filter(path__in=list(paths)).select_related("post", "tag", "series", "person")
        return {row.path: row for row in rows}

    def remember(self, room: str, before: str | None, now: str, **thing: Any) -> None:
        """Let `/room/before/` lead to the thing now at `/room/now/`; free a name taken back.

        What leads elsewhere from a draft's address does so until the draft is published.
        """
        taken = self.filter(path=f"{room}/{now}")
        post = thing.get("post")
        if post is not None and post.published_at is None:
            taken = taken.filter(post=post)
        taken.delete()
        if before and before != now:
            self.update_or_create(path=f"{room}/{before}", defaults=NOTHING | thing)

    def leads_elsewhere(self, room: str, slug: str, **thing: Any) -> bool:
        """Tell whether that address leads to something else than the thing, and so is taken."""
        rows = self.filter(path=f"{room}/{slug}", gone_at=None)
        return (rows.exclude(**thing) if all(thing.values()) else rows).exists()

    def bury(self, *paths: str) -> None:
        """Say of the paths that what was there is gone."""
        now = timezone.now()
        for path in paths:
            self.update_or_create(path=path, defaults=NOTHING | {"gone_at": now})

    def bury_post(self, pk: int) -> None:
        """Say so of one post; before it goes."""
        self.bury_posts(apps.get_model("posts", "Post").objects.filter(pk=pk))

    def bury_posts(self, posts: "models.QuerySet[Post]") -> None:
        """Say so of the addresses of those posts that were open to readers; before they go."""
        now = timezone.now()
        once = posts.order_by().filter(published_at__lte=now, visibility__in=OPEN)
        slugs = list(once.values_list("slug", flat=True))
        self.filter(post__in=once.values("pk")).update(**NOTHING | {"gone_at": now})
        self.bury(*(f"posts/{slug}" for slug in slugs))

    def bury_lists(
        self, room: str, kind: int, things: "models.QuerySet[Tag] | models.QuerySet[Series]"
    ) -> None:
        """Say so of the addresses of tags or series that readers could see; before they go."""
        now = timezone.now()
        places = apps.get_model("posts", "Listing").objects.filter(
            kind=kind, key=models.OuterRef("pk"), at__lte=now, is_public=True
        )
        seen = things.order_by().filter(models.Exists(places))
        slugs = list(seen.values_list("slug", flat=True))
        name = room.removesuffix("s") if room == "tags" else room
        self.filter(**{f"{name}__in": seen.values("pk")}).update(**NOTHING | {"gone_at": now})
        self.bury(*(f"{room}/{slug}" for slug in slugs))


def _standing(address: str) -> Fate | None:
    """Return what keeps the page of a thing that is there from answering, None for no such thing.

    A post that was never published does not show in what becomes of its address.
    """
    found = _ROOM.fullmatch(address)
    if found is None:
        return None
    room, slug = found.groups()
    if room == "tags":
        return HIDDEN if apps.get_model("posts", "Tag").objects.filter(slug=slug).exists() else None
    if room == "series":
        series = apps.get_model("posts", "Series").objects.filter(slug=slug).first()
        return None if series is None else _absent_series(series)
    posts = apps.get_model("posts", "Post").objects.filter(slug=slug, published_at__isnull=False)
    post = posts.only("published_at", "deleted_at", "visibility").first()
    return None if post is None else _absent(post)


def _absent(post: "Post") -> Fate:
    """Return why a post that was published at some time cannot be read."""
    was_open = post.published_at and post.published_at <= timezone.now()
    return GONE if post.deleted_at and was_open and post.visibility in OPEN else HIDDEN


def _absent_series(series: "Series") -> Fate:
    """Return why a series that is there does not answer: in the bin, or nothing in it to see."""
    places = apps.get_model("posts", "Listing").objects.in_series(series.pk).by_now()
    return GONE if series.deleted_at and places.filter(is_public=True).exists() else HIDDEN


def _picture(folder: str, row: "FormerAddress | None") -> Fate:
    """Return what became of the files of a picture: replaced by others, or deleted."""
    rows = apps.get_model("posts", "FormerPicture").objects.select_related("image")
    # Of several people's pictures that were the same, the one that was here first.
    replaced = rows.filter(folder=folder.partition("/")[2]).order_by("image_id").first()
    if replaced is not None:
        return Fate(replaced.image.url, is_temporary=True)
    return GONE if row and row.gone_at else UNKNOWN


def _former_author(address: str) -> Fate | None:
    found = _AUTHOR.fullmatch(address)
    former = apps.get_model("accounts", "FormerUsername").objects
    row = former.named(found[1]).select_related("person").first() if found else None
    if row is None:
        return None
    return Fate(row.person.get_absolute_url()) if row.person else GONE


def _leads(row: "FormerAddress", visitor: Visitor) -> Fate:
    if row.gone_at:
        return GONE
    if row.target or row.person:
        return Fate(row.target or row.thing.get_absolute_url())
    thing = row.thing
    if type(thing).objects.visible_to(visitor).filter(pk=thing.pk).exists():
        return Fate(thing.get_absolute_url())
    if row.series:
        return _absent_series(row.series)
    return _absent(thing) if row.post else HIDDEN


def _under(fate: Fate, rest: str) -> Fate:
    """Return the same of what stands under the address."""
    if not fate.target or not rest:
        return fate
    ending = "" if rest == ".md" else "/"
    return Fate(f"{fate.target.rstrip('/')}{rest}{ending}")
