"""What a rendering is given and gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Whose text it is, which decides what it may contain."""

    POST = "post"
    COMMENT = "comment"
    BIOGRAPHY = "biography"


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of a table of contents; `id` is the whole id in the page, prefix included."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """An uploaded picture: its address and its size in pixels."""

    src: str
    width: int
    height: int


ImageLookup = Callable[[str], ImageInfo | None]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe HTML, and what other parts of the site want to know about it.

    `text` is plain text with a newline between blocks, `images` the sources as the author
    wrote them, each once, in order.
    """

    html: str
    text: str
    headings: tuple[Heading, ...]
    words: int
    images: tuple[str, ...]
