"""Pictures that people send: decoded in a child process, re-encoded, without metadata.

Only JPEG, PNG, WebP, GIF and AVIF are opened, by their content; names and declared types mean
nothing. What comes out is WebP (moving pictures stay moving), never the bytes that were sent.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import BoundedSemaphore
from types import TracebackType
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 20 * 1024 * 1024
CHILD = Path(__file__).parent / "imaging" / "child.py"
CHILDREN_AT_ONCE = 2
PATIENCE = 20.0  # seconds for one picture, by the clock
QUEUE_PATIENCE = 20.0

_free = BoundedSemaphore(CHILDREN_AT_ONCE)

SENTENCES: dict[str, str | Promise] = {
    "empty": _("The file is empty."),
    "bytes": _("The picture is larger than 20 MB; please make it smaller."),
    "unknown": _("This is not a picture the site knows: use JPEG, PNG, WebP, GIF or AVIF."),
    "svg": _("SVG drawings can carry programs and are not taken; please send a PNG of it."),
    "pixels": _("The picture has too many pixels: 40 million at most, 16,000 on a side."),
    "frames": _("The moving picture is too long or too large; please shorten it."),
    "damaged": _("The picture is damaged or cut short; please send it again."),
    "effort": _("The picture takes too long to read; please save it anew and send that."),
    "busy": _("Many pictures are being sent just now; please try again in a moment."),
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
    """A child process for many pictures one after the other; it is started when first needed.

    A child that dies or does not answer costs one picture; the next gets a new child.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def process(self, data: bytes) -> Processed:
        """Return the picture re-encoded. Raises Refused."""
        if not data:
            raise Refused("empty")
        if len(data) > MAX_BYTES:
            raise Refused("bytes")
        if not _free.acquire(timeout=QUEUE_PATIENCE):
            raise Refused("busy")
        try:
            head, body = self._ask(data)
        except (EOFError, TimeoutError, BrokenPipeError) as error:
            self._end()
            raise Refused("effort") from error
        finally:
            _free.release()
        if "refused" in head:
            raise Refused(head["refused"])
        first, *others = _renditions(head["renditions"], body)
        return Processed(sha256(data).hexdigest(), first, tuple(others))

    def _ask(self, data: bytes) -> tuple[dict[str, Any], bytes]:
        child = self._started()
        exchange = _Exchange(child, time.monotonic() + PATIENCE)
        exchange.send(len(data).to_bytes(8) + data)
        head = json.loads(exchange.receive(int.from_bytes(exchange.receive(8))))
        sizes = [rendition["size"] for rendition in head.get("renditions", ())]
        return head, exchange.receive(sum(sizes))

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            self._child = subprocess.Popen(  # noqa: S603 - a fixed command, nothing of a stranger's
                [sys.executable, "-I", str(CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                bufsize=0,
            )
            for pipe in (self._child.stdin, self._child.stdout):
                os.set_blocking(pipe.fileno(), False)  # type: ignore[union-attr]
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr]


class _Exchange:
    """Sends and receives through a child's pipes until a deadline."""

    def __init__(self, child: "subprocess.Popen[bytes]", deadline: float) -> None:
        assert child.stdin is not None  # noqa: S101 - for the type checker
        assert child.stdout is not None  # noqa: S101
        self.into, self.out = child.stdin.fileno(), child.stdout.fileno()
        self.deadline = deadline

    def send(self, data: bytes) -> None:
        """Write all of it. Raises TimeoutError and BrokenPipeError."""
        rest = memoryview(data)
        while rest:
            self._wait(writing=True)
            rest = rest[os.write(self.into, rest[:65536]) :]

    def receive(self, size: int) -> bytes:
        """Read exactly so many bytes. Raises TimeoutError, and EOFError where the child died."""
        parts: list[bytes] = []
        while size:
            self._wait(writing=False)
            part = os.read(self.out, min(size, 1024 * 1024))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _wait(self, *, writing: bool) -> None:
        left = max(0.0, self.deadline - time.monotonic())
        poll = select.poll()
        poll.register(*((self.into, select.POLLOUT) if writing else (self.out, select.POLLIN)))
        if not poll.poll(left * 1000):
            raise TimeoutError


def _renditions(heads: list[dict[str, Any]], body: bytes) -> list[Rendition]:
    found, start = [], 0
    for head in heads:
        data = body[start : start + head["size"]]
        found.append(Rendition(head["width"], head["height"], head["format"], data))
        start += head["size"]
    return found
