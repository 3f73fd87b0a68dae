"""Pictures that people send: decoded in a child process, re-encoded, without metadata.

Only JPEG, PNG, WebP, GIF and AVIF are opened, by their content; names and declared types mean
nothing. What comes out is WebP (moving pictures stay moving), never the bytes that were sent.
"""

from dataclasses import dataclass
from hashlib import sha256
from threading import BoundedSemaphore
from types import TracebackType
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blogsite.lib.imaging.parent import Child, Failed, Kind

MAX_BYTES = 20 * 1024 * 1024
CHILDREN_AT_ONCE = 2
QUEUE_PATIENCE = 15.0  # seconds

# A child is not trusted either: what it answers is only kept where it begins as it should.
BEGINNINGS = {"webp": b"RIFF", "png": b"\x89PNG\r\n\x1a\n"}

_free = BoundedSemaphore(CHILDREN_AT_ONCE)

SENTENCES: dict[str, str | Promise] = {
    "empty": _("The file is empty."),
    "bytes": _("The picture is larger than 20 MB; please make it smaller."),
    "unknown": _("This is not a picture the site knows: use JPEG, PNG, WebP, GIF or AVIF."),
    "svg": _("SVG drawings can carry programs and are not taken; please send a PNG of it."),
    "heic": _("HEIC photos are not taken; please save or export the photo as JPEG and send that."),
    "pixels": _("The picture has too many pixels: 40 million at most, 16,000 on a side."),
    "frames": _("The moving picture is too long or too large; please shorten it."),
    "damaged": _("The picture is damaged or cut short; please send it again."),
    "effort": _("The picture takes too long to read; please save it anew and send that."),
    "busy": _("Many pictures are being sent just now; please try again in a moment."),
    "fonts": _("The drawing has text, and this machine has no fonts to draw it with."),
}


class Refused(ValueError):
    """A picture that is not taken; str() is the sentence for the person who sent it."""

    def __init__(self, code: str) -> None:
        super().__init__(str(SENTENCES.get(code, code)))


@dataclass(frozen=True, slots=True)
class Rendition:
    """One size of a picture; `format` is "webp"."""

    width: int
    height: int
    format: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Processed:
    """A picture in its sizes: at most 2560 pixels a side, and 480, 960 and 1600 wide if larger.

    A smaller size that would not save bytes is left out; so are those of moving pictures.
    `sha256` is of the bytes that were sent.
    """

    sha256: str
    original: Rendition
    smaller: tuple[Rendition, ...]


def process(data: bytes) -> Processed:
    """Return the picture re-encoded, by a child process of its own. Raises Refused."""
    with Processor() as processor:
        return processor.process(data)


class Processor:
    """Child processes for many pictures, started when first needed; threads may share them.

    A child that dies or does not answer costs one picture; the next gets a new child. With
    `drawings` SVG is taken too, turned into pixels by another child: for what an operator
    imports, not for what strangers send.
    """

    def __init__(self, *, drawings: bool = False) -> None:
        self._pictures = _Children("pictures")
        self._drawings = _Children("drawings") if drawings else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pictures.end()
        if self._drawings is not None:
            self._drawings.end()

    def process(self, data: bytes) -> Processed:
        """Return the picture re-encoded. Raises Refused."""
        if not data:
            raise Refused("empty")
        if len(data) > MAX_BYTES:
            raise Refused("bytes")
        head, body = self._pictures.ask(data)
        if head.get("refused") == "svg" and self._drawings is not None:
            drawn = _renditions(*self._drawings.ask(data))
            head, body = self._pictures.ask(drawn[0].data)
        first, *others = _renditions(head, body)
        return Processed(sha256(data).hexdigest(), first, tuple(others))


class _Children:
    """Children of one kind that were used before; no more work at once than the site allows."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.idle: list[Child] = []

    def ask(self, data: bytes) -> tuple[dict[str, Any], bytes]:
        """Return a child's answer. Raises Refused."""
        if not _free.acquire(timeout=QUEUE_PATIENCE):
            raise Refused("busy")
        try:
            child = self.idle.pop()  # one step: another thread cannot get the same
        except IndexError:
            child = Child(self.kind)
        try:
            return child.ask(data)
        except Failed as failure:
            raise Refused(failure.args[0]) from failure
        finally:
            self.idle.append(child)
            _free.release()

    def end(self) -> None:
        """End all of them."""
        for child in self.idle:
            child.end()


def _renditions(head: dict[str, Any], body: bytes) -> list[Rendition]:
    """Return the sizes of the answer. Raises Refused where it has none."""
    if "refused" in head:
        raise Refused(head["refused"])
    found, start = [], 0
    for size in head["sizes"]:
        data = body[start : start + size["length"]]
        if not data.startswith(BEGINNINGS[size["format"]]):
            raise Refused("damaged")
        found.append(Rendition(size["width"], size["height"], size["format"], data))
        start += size["length"]
    return found
