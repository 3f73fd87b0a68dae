"""Between granian and the WSGI application: no slow client holds a thread that pages need.

granian gives each request a thread, of which there may be many: they cost little while they wait.
A few of them call the application themselves; the others read bodies, whole and into a file, and
then have one of as many handlers call it. So however slowly bodies come, few threads hold database
connections, and some are always free. A large answer is sent by yet others. What arrives too
slowly is answered with 408, which ends the connection. Only a body that came whole is handled.
"""

import logging
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol
from wsgiref.types import WSGIApplication, WSGIEnvironment

from blogsite.serving.callers import Callers

Headers = list[tuple[str, str]]

# Threads of granian, and how many of them may read bodies at once; threads for large answers.
THREADS, READERS, SENDERS = 512, 448, 64
CHUNK = 16 * 1024
IN_MEMORY = 128 * 1024  # bytes of a body, before it goes into a temporary file
AT_ONCE = 512 * 1024  # bytes of an answer that is handed over whole
# A body may take so many seconds, and one more for each so many bytes that came.
GRACE, RATE = 20.0, 4096
STUCK = 120.0
PLAIN = ("Content-Type", "text/plain; charset=utf-8")
LATE = "The request took too long to arrive.\n"
FULL = "The site takes in too many requests at this moment; please try again.\n"
ENDING = "The site is being restarted; please try again in a moment.\n"
NO_ROOM = "The site has no room for this request at this moment; please try again later.\n"

logger = logging.getLogger("blogsite.server")


class Answerer(Protocol):
    """granian's way back to the client; its methods may be called once, from any thread."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer at once."""

    def response_iter(self, status: int, headers: Headers, body: object) -> None:
        """Answer piece by piece; returns when all is sent, or the client is gone."""


class Begun:
    """WSGI's start_response, keeping what it is told."""

    __slots__ = ("headers", "status")

    def __init__(self) -> None:
        self.status, self.headers = 500, [PLAIN]

    def __call__(self, status: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:
        self.status, self.headers = int(status[:3]), headers
        return _no_writing


class Pieces:
    """A body as granian iterates over it."""

    __slots__ = ("__next__", "body")

    def __init__(self, body: Iterable[bytes]) -> None:
        self.body = body
        self.__next__ = iter(body).__next__

    def close(self) -> None:
        """Let the application clean up."""
        close(self.body)


class Reading:
    """A body on its way in."""

    __slots__ = ("answerer", "came", "has_come", "is_cut", "since")

    def __init__(self, answerer: Answerer) -> None:
        self.answerer, self.since = answerer, time.monotonic()
        self.came, self.is_cut, self.has_come = 0, False, False

    def is_late(self, now: float) -> bool:
        """Tell whether it comes too slowly to be waited for."""
        return now > self.since + GRACE + self.came / RATE


class Gate:
    """What granian calls with each request, in a thread that it may keep."""

    def __init__(
        self,
        application: WSGIApplication,
        *,
        threads: int,
        limit: int,
        at_once: Callable[[WSGIEnvironment, Begun], list[bytes] | None] | None = None,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        """Let `threads` handlers call the application, and twice as many of granian's threads.

        `at_once` answers in any thread, from memory alone, or returns None: handing a kept page
        over costs more than the page. Bodies of more than `limit` bytes are refused.

        `after` is called in a thread whose answer another goes on sending.
        """
        self.at_once = at_once
        self.application, self.limit, self.after = application, limit, after
        self.is_draining, self.came_last = False, 0.0
        self.threads = threads
        self.readings: set[Reading] = set()
        # Since when requests are being handled, by callers and by handlers; and who waits for it.
        self.called: dict[object, float] = {}
        self.handled: dict[object, float] = {}
        self.waiting: set[object] = set()
        self.callers = Callers(2 * threads)
        self.handlers = ThreadPoolExecutor(threads, "handler")
        self.senders = ThreadPoolExecutor(SENDERS, "sender")

    def __call__(self, answerer: Answerer, environ: WSGIEnvironment) -> None:
        """Answer; returns when the whole request has come and, but for large ones, is answered.

        To return before its body is read would make granian wait for the rest with Python's lock.
        """
        if self.is_draining:
            self.came_last = time.monotonic()
        declared = environ.get("CONTENT_LENGTH", "0")
        if declared != "0" or "HTTP_TRANSFER_ENCODING" in environ:
            self.take_in(answerer, environ, declared)
            return
        begun = Begun()
        kept = self.at_once(environ, begun) if self.at_once else None
        if kept is not None:
            self.send(answerer, begun, kept)
        elif self.callers.include_this():
            self.answer(answerer, environ, self.called)
        else:
            self.hand_over(answerer, environ)

    def hand_over(self, answerer: Answerer, environ: WSGIEnvironment) -> None:
        """Have a handler answer, and wait for it."""
        self.waiting.add(answerer)
        self.handlers.submit(self.handle, answerer, environ).result()

    def handle(self, answerer: Answerer, environ: WSGIEnvironment) -> None:
        """Answer, in the thread of a handler."""
        self.waiting.discard(answerer)
        self.answer(answerer, environ, self.handled)

    def answer(
        self, answerer: Answerer, environ: WSGIEnvironment, running: dict[object, float]
    ) -> None:
        """Call the application and send what it answers."""
        begun, is_answered = Begun(), False
        environ |= BASE
        running[begun] = time.monotonic()
        try:
            body = self.application(environ, begun)
            self.send(answerer, begun, body)
            is_answered = True
        finally:
            del running[begun]
            if not is_answered:
                refuse(answerer, 500, "")

    def send(self, answerer: Answerer, begun: Begun, body: Iterable[bytes]) -> None:
        """Hand the answer over whole, or have another thread send it piece by piece."""
        headers = begun.headers
        if self.is_draining:
            headers = [*headers, ("Connection", "close")]
        if not isinstance(body, list) and is_long(body, headers):
            sent = self.senders.submit(answerer.response_iter, begun.status, headers, Pieces(body))
            sent.add_done_callback(_report)
            self.after()
            return
        whole = b"".join(body)
        close(body)
        answerer.response_bytes(begun.status, headers, whole)

    def take_in(self, answerer: Answerer, environ: WSGIEnvironment, declared: str) -> None:
        """Read a body whole, then have the request handled."""
        reading = Reading(answerer)
        full = len(self.readings) >= READERS
        self.readings.add(reading)
        try:
            with SpooledTemporaryFile(IN_MEMORY) as body:
                source, environ["wsgi.input"] = environ["wsgi.input"], body
                if full:
                    refuse(answerer, 503, FULL)
                elif int(declared) > self.limit:
                    self.hand_over(answerer, environ)  # refused unread
                elif self.copy(reading, source, body, environ):
                    self.hand_over(answerer, environ)
        finally:
            self.readings.discard(reading)

    def copy(
        self,
        reading: Reading,
        source: Any,
        body: "SpooledTemporaryFile[bytes]",
        environ: WSGIEnvironment,
    ) -> bool:
        """Read until the end, or one piece past the limit; tell whether to handle the request."""
        try:
            while reading.came <= self.limit and (piece := source.read(CHUNK)):
                reading.came += len(piece)
                if reading.came <= self.limit:
                    body.write(piece)
            body.seek(0)
        except OSError:
            logger.exception("A request could not be taken in.")
            refuse(reading.answerer, 503, NO_ROOM)
            return False
        declared, environ["CONTENT_LENGTH"] = environ.get("CONTENT_LENGTH"), str(reading.came)
        is_whole = not reading.is_cut and int(declared or reading.came) == reading.came
        if not is_whole:
            refuse(reading.answerer, 400, "")
        reading.has_come = is_whole
        return is_whole

    def cut_off(self, *, everybody: bool = False) -> None:
        """Answer in the place of those who send too slowly; to be called every second.

        Everybody whose request is still coming is too slow for a process that must end.
        """
        now = time.monotonic()
        for reading in list(self.readings):
            if reading.has_come or reading.is_cut or not (everybody or reading.is_late(now)):
                continue
            reading.is_cut = True
            if everybody:
                refuse(reading.answerer, 503, ENDING)
            else:
                refuse(reading.answerer, 408, LATE)

    def lost(self) -> int:
        """Return how many threads wait for senders that were answered, and keep their side open."""
        return sum(reading.is_cut for reading in self.readings.copy())

    def is_idle(self) -> bool:
        """Tell whether nothing is under way that may still be answered."""
        return not self.called and not self.handled and self.lost() == len(self.readings)

    def is_stuck(self) -> bool:
        """Tell whether for long no thread has been free to begin anything."""
        called, handled = list(self.called.values()), list(self.handled.values())
        long_ago = time.monotonic() - STUCK
        if len(called) >= 2 * self.threads and max(called) < long_ago:
            return True
        is_full = bool(self.waiting) and len(handled) >= self.threads
        return is_full and max(handled) < long_ago


def refuse(answerer: Answerer, status: int, words: str) -> None:
    """Answer without the application, and end the connection."""
    headers = [PLAIN, ("Connection", "close"), ("X-Content-Type-Options", "nosniff")]
    answerer.response_bytes(status, headers, words.encode())


# The environment of the process is none of it: it holds passwords, and errors show requests.
BASE: dict[str, Any] = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}


def is_long(body: Iterable[bytes], headers: Headers) -> bool:
    """Tell whether a slow client would hold the thread that sends it."""
    if not getattr(body, "streaming", True):
        return False
    sizes = [value for name, value in headers if name.lower() == "content-length"]
    return not sizes or int(sizes[0]) > AT_ONCE


def close(body: Iterable[bytes]) -> None:
    """Let the application clean up after its answer."""
    if hasattr(body, "close"):
        body.close()


def _no_writing(data: bytes) -> object:
    raise NotImplementedError("Applications here return their bodies.")


def _report(done: "Future[Any]") -> None:
    """Log what a thread of a pool raised, as others would."""
    if error := done.exception():
        logger.error("A request failed.", exc_info=error)
