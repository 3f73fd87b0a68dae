"""Whether links of a text lead anywhere inside the site: by its map, and by one query a kind."""

from collections.abc import Callable, Iterable, Set
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db.models.functions import Lower
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from accounts.models import FormerUsername, User
from blogsite.lib.addresses import absolute
from posts.models import FormerAddress, FormerPicture, Image, Post, Series, Tag

MOST = 300  # different addresses of one text; what follows is not looked up
MOST_FILES = 20  # asked for in the storage, each by a request of its own where it is a bucket


class Place(NamedTuple):
    """What an address of the site names: a kind of thing, and which."""

    kind: str
    key: str


def _posts(slugs: Set[str]) -> set[str]:
    return set(Post.objects.published().filter(slug__in=slugs).values_list("slug", flat=True))


def _tags(slugs: Set[str]) -> set[str]:
    return set(Tag.objects.filter(slug__in=slugs).values_list("slug", flat=True))


def _series(slugs: Set[str]) -> set[str]:
    kept = Series.objects.not_deleted()
    return set(kept.filter(slug__in=slugs).values_list("slug", flat=True))


def _authors(names: Set[str]) -> set[str]:
    lower = {name.lower() for name in names}
    found = User.objects.annotate(low=Lower("username")).filter(low__in=lower)
    known = set(found.values_list("low", flat=True))
    return {name for name in names if name.lower() in known}


def _media(paths: Set[str]) -> set[str]:
    """Return which are there: all sizes of a picture share the folder of its full size."""
    full = set(Image.objects.filter(path__in=paths).values_list("path", flat=True))
    pictures = {path for path in paths if path.startswith("images/")}
    stems = [f"{path.rpartition('/')[0]}/" for path in pictures]
    known = {f"{path.rpartition('/')[0]}/" for path in full & pictures}
    former = FormerPicture.objects.filter(folder__in=[stem.rstrip("/") for stem in stems])
    known |= {f"{folder}/" for folder in former.values_list("folder", flat=True) if stems}
    found = {path for path in pictures if f"{path.rpartition('/')[0]}/" in known}
    return full | found | _files(paths - pictures - full)


def _files(paths: Set[str]) -> set[str]:
    """Return which are in the storage; what is not asked for, or not answered, counts as there."""
    asked = sorted(paths)[:MOST_FILES]
    try:
        return set(paths) - {path for path in asked if not _is_stored(path)}
    except OSError:  # the storage is away
        return set(paths)


def _is_stored(path: str) -> bool:
    try:
        return default_storage.exists(path)
    except SuspiciousOperation:
        return False


# By the beginning of the name of a route, and the part of the address that says which.
ROOMS: tuple[tuple[str, str, Callable[[Set[str]], set[str]]], ...] = (
    ("posts:tag", "slug", _tags),
    ("posts:series", "slug", _series),
    ("posts:author", "username", _authors),
    ("posts:detail", "slug", _posts),
    ("posts:markdown", "slug", _posts),
    ("comments:", "slug", _posts),
    ("media", "path", _media),
)


def faults(hrefs: Iterable[str], *, base: str, own: str = "") -> dict[str, str]:
    """Return a sentence for each link that leads nowhere in the site, or to a former address.

    Links are relative to `base`, the post's own address; its slug, `own`, is there once it is
    published. Links to other sites, and of the text to its own parts, have none. At most nine
    queries.
    """
    paths = {href: path for href in dict.fromkeys(hrefs) if (path := _path(href, base))}
    paths = dict(list(paths.items())[:MOST])
    absent = _absent({path: _place(path) for path in paths.values()}, own)
    former = _former(absent)
    return {
        href: former.get(path) or _("Nothing is at %(path)s.") % {"path": path}
        for href, path in paths.items()
        if path in absent
    }


def _path(href: str, base: str) -> str:
    """Return the path of a link inside the site, "" for any other."""
    if not href or href.startswith("#"):
        return ""
    try:
        parts = urlsplit(absolute(href, base))
    except ValueError:
        return ""
    is_here = parts.netloc == urlsplit(settings.SITE_URL).netloc
    is_web = parts.scheme in {"http", "https"}
    return unquote(parts.path) if is_here and is_web and len(parts.path) < 1000 else ""


def _place(path: str) -> Place | None:
    """Return what the path names, Place("", "") for a page of the site, None for nothing."""
    if path.startswith(settings.STATIC_URL):
        return Place("", "")
    try:
        match = resolve(path)
    except Resolver404:
        return None
    for kind, part, _there in ROOMS:
        if match.view_name.startswith(kind) and part in match.kwargs:
            return Place(kind, str(match.kwargs[part]))
    return Place("", "")


def _absent(places: dict[str, Place | None], own: str) -> set[str]:
    """Return the paths that answer to no reader."""
    absent = {path for path, place in places.items() if place is None}
    for kind, _part, there in ROOMS:
        named = {path: place.key for path, place in places.items() if place and place.kind == kind}
        keys = {key for key in named.values() if "\0" not in key}
        known = there(keys) | {own} if keys else set()
        absent |= {path for path, key in named.items() if key not in known}
    return absent


def _former(paths: Set[str]) -> dict[str, str]:
    """Return, for paths that lead on to what is elsewhere now, a sentence that says where."""
    if not paths:
        return {}
    by_path = {path.strip("/"): path for path in paths if "\0" not in path}
    rows = FormerAddress.objects.filter(path__in=by_path, gone_at=None)
    targets = {
        by_path[row.path]: row.target or row.thing.get_absolute_url()
        for row in rows.select_related("post", "tag", "series", "person")
    }
    names = {path.strip("/").removeprefix("authors/").lower(): path for path in paths}
    people = FormerUsername.objects.annotate(low=Lower("username")).select_related("person")
    for row in people.filter(low__in=names):
        if row.person is not None:
            targets[names[row.username.lower()]] = row.person.get_absolute_url()
    sentence = _("%(path)s is a former address, which leads to %(now)s.")
    return {path: sentence % {"path": path, "now": now} for path, now in targets.items()}
