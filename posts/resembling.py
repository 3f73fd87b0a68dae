"""Which pages of the site a mistyped or outdated address may have meant."""

import re
from difflib import SequenceMatcher
from typing import Any

from blogsite.lib.text import slugify
from posts.models import Post, Series, Tag
from posts.querysets.post import Visitor
from posts.search.finding import matching
from posts.search.query import parse

BEGINNING = 4  # letters that a slug must share
LOOKED_AT = 200  # slugs of each kind
LIKE = 0.55
MOST = 5
_ENDING = re.compile(r"\.\w{1,5}$")
_DATE = re.compile(r"^[\d-]+-(?=\D)")


def pages_like(path: str, visitor: Visitor) -> list[Any]:
    """Return posts, tags and series whose address or title is like the path's end, best first."""
    wanted = _wanted(path)
    found: list[tuple[float, Any]] = []
    for word in {wanted, _DATE.sub("", wanted)}:
        start = word[:BEGINNING]
        if len(start) == BEGINNING:
            found += [(_likeness(word, thing.slug), thing) for thing in _beginning(start, visitor)]
    found += [(_likeness(wanted, slugify(post.title)), post) for post in _saying(wanted, visitor)]
    best = sorted(found, key=lambda one: -one[0])
    things = dict.fromkeys(thing for score, thing in best if score >= LIKE)
    return list(things)[:MOST]


def _wanted(path: str) -> str:
    segments = [part for part in path.strip("/").split("/") if part]
    last = segments[-1] if segments else ""
    if last in {"feed", "index.html", "index.htm", "amp"} and len(segments) > 1:
        last = segments[-2]
    return slugify(_ENDING.sub("", last).replace("_", "-"))


def _beginning(start: str, visitor: Visitor) -> list[Any]:
    """Return the things whose slug begins so, by a range of its index."""
    things: list[Any] = []
    for model in (Post, Tag, Series):
        rows: Any = model.objects.visible_to(visitor)
        rows = rows.filter(slug__gte=start, slug__lt=f"{start}\U0010ffff").order_by("slug")
        things += rows.only("slug", "name" if model is Tag else "title")[:LOOKED_AT]
    return things


def _saying(wanted: str, visitor: Visitor) -> list[Post]:
    """Return the newest posts that say all words of the address."""
    keys = matching(parse(wanted.replace("-", " ")))[:LOOKED_AT]
    return list(Post.objects.visible_to(visitor).filter(pk__in=keys).only("slug", "title"))


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
