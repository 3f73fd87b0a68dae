"""Pictures that people send: decoded in a child process, re-encoded, without metadata.

Only JPEG, PNG, WebP, GIF and AVIF are opened, by their content; names and declared types mean
nothing. What comes out is WebP (moving pictures stay moving), never the bytes that were sent.
While somebody waits only the full size is made; blogsite.lib.renditions makes the others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from threading import BoundedSemaphore
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blogsite.lib.ending import Ending
from blogsite.lib.imaging.parent import Child, Failed, Kind

MAX_BYTES = 20 * 1024 * 1024
CHILDREN_AT_ONCE = 2
QUEUE_PATIENCE = 15.0  # seconds

# A child is not trusted either: what it answers is only kept where it begins as it should.
BEGINNINGS = {
    "avif": re.compile(rb"....ftypavi[fs]", re.DOTALL),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
# How each format is served. A file of any other kind is not.
TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}

TONE = re.compile("#[0-9a-f]{6}")
Answer = tuple[dict[str, Any], bytes]

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
    """One size of a picture; `tone` is its average colour as in CSS, "" where it is transparent."""

    width: int
    height: int
    format: str
    data: bytes
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Processed:
    """A picture in its full size, WebP of at most 2560 pixels a side.

    `sha256` is of the bytes that were sent.
    """

    sha256: str
    original: Rendition


def process(data: bytes) -> Processed:
    """Return the picture re-encoded, by a child process of its own. Raises Refused."""
    with Processor() as processor:
        return processor.process(data)


def portrait(data: bytes) -> Rendition:
    """Return the square in the middle of a picture, standing still, small. Raises Refused."""
    with Children("portraits") as children:
        return only(children.ask(checked(data)))


def logo(data: bytes) -> Rendition:
    """Return the picture standing still, small enough for a page's header. Raises Refused."""
    with Children("logos") as children:
        return only(children.ask(checked(data)))


def share(asked: bytes) -> Rendition:
    """Return the picture that stands beside a link, drawn as `imaging.shares` is asked.

    Raises Refused.
    """
    with Children("shares") as children:
        return only(children.ask(asked))


def checked(data: bytes) -> bytes:
    """Return what was sent if its length is right. Raises Refused."""
    if not data:
        raise Refused("empty")
    if len(data) > MAX_BYTES:
        raise Refused("bytes")
    return data


class Processor(Ending):
    """Child processes for many pictures, started when first needed; threads may share them.

    A child that dies or does not answer costs one picture; the next gets a new child. With
    `drawings` SVG is taken too, turned into pixels by another child: for what an operator
    imports, not for what strangers send.
    """

    def __init__(self, *, drawings: bool = False) -> None:
        self._pictures = Children("pictures")
        self._drawings = Children("drawings") if drawings else None

    def end(self) -> None:
        """End its children."""
        self._pictures.end()
        if self._drawings is not None:
            self._drawings.end()

    def process(self, data: bytes) -> Processed:
        """Return the picture re-encoded. Raises Refused."""
        head, body = self._pictures.ask(checked(data))
        if head.get("refused") == "svg" and self._drawings is not None:
            drawn = only(self._drawings.ask(data))
            head, body = self._pictures.ask(drawn.data)
        return Processed(sha256(data).hexdigest(), only((head, body)))


class Children(Ending):
    """Children of one kind that were used before; no more work at once than the site allows."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.idle: list[Child] = []

    def ask(self, data: bytes) -> Answer:
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


def sizes(answer: Answer) -> list[Rendition]:
    """Return the sizes of the answer; those without bytes are a plan. Raises Refused."""
    head, body = answer
    if "refused" in head:
        raise Refused(head["refused"])
    try:
        found = list(_read(head, body))
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("damaged") from error
    if not found:
        raise Refused("damaged")
    return found


def _read(head: dict[str, Any], body: bytes) -> Iterator[Rendition]:
    start = 0
    for size in head["sizes"]:
        kind, data = size["format"], body[start : start + size["length"]]
        if data and not BEGINNINGS[kind].match(data):
            raise ValueError(kind)
        tone = size["tone"] if TONE.fullmatch(size["tone"]) else ""
        yield Rendition(int(size["width"]), int(size["height"]), kind, data, tone)
        start += size["length"]


def only(answer: Answer) -> Rendition:
    """Return the one size of the answer. Raises Refused."""
    found = sizes(answer)
    if len(found) != 1 or not found[0].data:
        raise Refused("damaged")
    return found[0]
