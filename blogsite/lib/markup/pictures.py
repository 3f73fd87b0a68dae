"""Pictures of a text: stored in their full size, dressed in all their sizes when a page is made.

What a text is stored with is true for good: the address of the full size, its width and height.
Sizes come later, from a worker, and may be others one day; `complete()` writes those there are.
"""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from typing import NamedTuple

from django.utils.translation import gettext as _

from blogsite.lib.markup.elements import Attributes, written
from blogsite.lib.markup.rendered import ImageLookup

LINKED_FROM = 480  # pixels: what is no wider hardly gains in a window of its own
# How wide the column of prose is, by css/tokens.css, from which window on, and in smaller ones.
COLUMN, WIDE, NARROW = "40rem", "42rem", "calc(100vw - 2.25rem)"
COLUMN_PIXELS, GUTTERS = 640, 36
# How far into its HTML a text may have a picture that is likely on the first screen.
FIRST_SCREEN = 2500

_PICTURE = re.compile(r'<img src="([^"]*)"((?: [a-z]+(?:="[^"]*")?)*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_ALONE = re.compile(
    r'<p>((?:<a [^>]*>)?<img [^>]*?)(?: title="([^"]*)")([^>]*>(?:</a>)?)</p>', re.DOTALL
)


class Shown(NamedTuple):
    """An uploaded picture as plain values; `avif` and `webp` are as in `srcset`, "" without any.

    `url` is its full size, `src` what a browser shows that knows neither format, `still` its first
    moment where it moves, `tone` its average colour.
    """

    url: str
    src: str
    width: int
    height: int
    avif: str = ""
    webp: str = ""
    still: str = ""
    tone: str = ""


def element(
    picture: Shown,
    alt: str,
    sizes: str,
    *,
    is_first: bool = False,
    more: Mapping[str, str] | None = None,
) -> str:
    """Return the picture's HTML; every value given is plain text, and escaped here.

    `sizes` says as in HTML how wide the page shows it. One that `is_first` is loaded before all
    else, the others when they come near the screen.
    """
    sources = [
        _source(picture.still, "", media="(prefers-reduced-motion: reduce)"),
        _source(picture.avif, sizes, type="image/avif"),
        _source(picture.webp, sizes, type="image/webp"),
    ]
    how = {"fetchpriority": "high"} if is_first else {"loading": "lazy"}
    tone = {"data-tone": picture.tone} if picture.tone else {}
    size = {"width": f"{picture.width}", "height": f"{picture.height}"}
    shown = {"src": picture.src, "alt": alt, **size, **how, "decoding": "async", **tone}
    image = written("img", _escaped(shown | dict(more or {})))
    return f"<picture>{''.join(sources)}{image}</picture>" if any(sources) else image


def _source(srcset: str, sizes: str, **how: str) -> str:
    """Return a <source>, nothing without files."""
    widths = {"sizes": sizes} if sizes else {}
    return written("source", _escaped(how | {"srcset": srcset} | widths)) if srcset else ""


def _escaped(attributes: Mapping[str, str]) -> Attributes:
    return {name: escape(value) for name, value in attributes.items()}


class Pictures:
    """The pictures of one text; `lookup` knows the uploaded ones by their address."""

    def __init__(self, lookup: ImageLookup | None) -> None:
        self.lookup = lookup
        self.sources: dict[str, None] = {}

    def show(self, attributes: Attributes, *, is_linked: bool) -> str:
        """Return an <img>, in a link to its full size unless `is_linked` already.

        The attributes are escaped, before and after.
        """
        source = unescape(attributes.get("src", ""))
        self.sources[source] = None
        kept = {name: attributes[name] for name in ("title", "id") if name in attributes}
        shown = _escaped({"src": source, "alt": unescape(attributes.get("alt", ""))})
        shown |= {name: escape(unescape(value)) for name, value in kept.items()}
        known = self.lookup(source) if self.lookup else None
        size = {name: attributes.get(name, "") for name in ("width", "height")}
        if known:
            shown["src"] = escape(known.src)
            size = {"width": f"{known.width}", "height": f"{known.height}"}
        shown |= {name: value for name, value in size.items() if value.isdecimal()}
        image = written("img", shown | {"loading": "lazy", "decoding": "async"})
        if not known or is_linked or known.width <= LINKED_FROM:
            return image
        label = escape(_("Enlarge the picture"))
        named = "" if shown["alt"].strip() else f' aria-label="{label}"'
        return f'<a class="lightbox" href="{shown["src"]}"{named}>{image}</a>'


def figures(html: str) -> tuple[str, list[str]]:
    """Return decorated HTML in which a titled picture, alone in its paragraph, has a caption.

    And the captions, as plain text.
    """
    captions = [unescape(match[2]) for match in _ALONE.finditer(html)]
    if not captions:
        return html, captions
    return _ALONE.sub(r"<figure>\1\3<figcaption>\2</figcaption></figure>", html), captions


def uploaded(html: str, folder: str) -> dict[str, None]:
    """Return the addresses under `folder` of the pictures in decorated HTML, in order."""
    found = (unescape(match[1]) for match in _PICTURE.finditer(html))
    return dict.fromkeys(source for source in found if source.startswith(folder))


def complete(html: str, lookup: Callable[[str], Shown | None], *, has_cover: bool) -> str:
    """Return decorated HTML with the known pictures in all their sizes.

    The first of them is loaded before all else where it is near the beginning, and no cover is
    above it.
    """
    is_next_first = not has_cover

    def dressed(match: re.Match[str]) -> str:
        nonlocal is_next_first
        known = lookup(unescape(match[1]))
        if known is None:
            return match[0]
        given = {name: unescape(value) for name, value in _ATTRIBUTE.findall(match[2])}
        more = {name: given[name] for name in ("title", "id") if name in given}
        is_first = is_next_first and match.start() < FIRST_SCREEN
        is_next_first = False
        sizes = in_column(known.width)
        return element(known, given.get("alt", ""), sizes, is_first=is_first, more=more)

    return _PICTURE.sub(dressed, html)


def in_column(width: int) -> str:
    """Return how wide a text shows a picture of that width, as in `sizes`."""
    if width < COLUMN_PIXELS:
        return f"(min-width: {width + GUTTERS}px) {width}px, {NARROW}"
    return f"(min-width: {WIDE}) {COLUMN}, {NARROW}"
