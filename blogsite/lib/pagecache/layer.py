"""A WSGI layer that keeps finished pages for strangers, and proves each true before serving it.

What a stranger sends beside scheme, host, path, a declared query and declared choices reaches the
site no more than it is part of the key: the page is rendered for a request made of the key alone.
"""

import io
import re
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from blogsite.lib.pagecache import encoding
from blogsite.lib.pagecache.page import Answer, Headers, Page, Versions, encoded
from blogsite.lib.pagecache.store import Flight, Flights, Key, Store
from blogsite.lib.pagecache.variants import Choice, variant

PATIENCE = 10.0  # seconds to wait for somebody else's render of the same page
ROUNDS = 3  # how often a page may change while somebody waits for it
ATTEMPTS = 3  # renders of a page that changes meanwhile
# One parameter, of characters that need no encoding: there is one way to write it.
QUERY = re.compile(r"([a-z_]+)=[0-9A-Za-z-]{1,40}")


class Unreadable(Exception):
    """The content versions cannot be read: nothing kept is known to be true."""


class Reader(Protocol):
    """Reads content versions, from the database that pages are rendered from."""

    def versions(self, scope: int) -> Versions:
        """Return the versions of the site and of the scope; empty while nothing keeps them true.

        Raises Unreadable.
        """

    def known(self, scope: int) -> Versions | None:
        """Return the same if memory alone proves it."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a page about to be rendered stands on, read before a byte of it."""

    scope: int
    versions: Versions
    since: float
    until: float


class Site(Protocol):
    """What the layer is told about the site it stands before."""

    @property
    def hosts(self) -> Collection[str]:
        """Return the Host headers that are answered from memory."""

    @property
    def personal_cookies(self) -> Collection[str]:
        """Return the names of the cookies that make a page one person's."""

    @property
    def choices(self) -> Sequence[Choice]:
        """Return the choices of strangers that make another page of the same address."""

    def is_secure(self, environ: WSGIEnvironment) -> bool:
        """Tell whether the request came over HTTPS."""

    def is_declared(self, path: str, parameter: str) -> bool:
        """Tell whether the path is a page to keep, and the parameter, "" for none, one of its."""

    def basis(self, path: str, now: float) -> Basis | None:
        """Return what the page will stand on, None where it cannot be kept. Raises Unreadable."""


class PageCache:
    """The layer: a WSGI application around another."""

    def __init__(
        self,
        application: WSGIApplication,
        site: Site,
        reader: Reader,
        *,
        memory: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep at most `memory` bytes of pages; a quarter of it for addresses anybody can make."""
        self.application = application
        self.site = site
        self.reader = reader
        self.clock = clock
        self.largest = memory // 16
        self.plain: Store[Key, Page] = Store(memory - memory // 4)
        self.asked: Store[Key, Page] = Store(memory // 4)
        self.flights = Flights()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer from memory where that is known to be true, else by the site."""
        key = self.key(environ)
        if key is None:
            return self._pass(environ, start)
        try:
            page = self._kept(key)
            if page is not None:
                return page.send(environ, start, "hit")
            return self._fetch(key, environ, start)
        except Unreadable:
            return self._pass(environ, start)

    def at_once(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes] | None:
        """Answer as a call would, None where that might wait for anything: the database, a lock."""
        key = self.key(environ)
        page = self._timely(key) if key is not None else None
        if page is None or not page.is_made(environ):
            return None
        if self.reader.known(page.scope) != page.versions:
            return None
        return page.send(environ, start, "hit")

    def key(self, environ: WSGIEnvironment) -> Key | None:
        """Return what the answer may depend on, None where it may depend on more."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("SCRIPT_NAME"):
            return None
        if "HTTP_AUTHORIZATION" in environ or environ.get("CONTENT_LENGTH", "0") not in {"", "0"}:
            return None
        cookie = environ.get("HTTP_COOKIE")
        if cookie and any(name in cookie for name in self.site.personal_cookies):
            return None
        host, query = environ.get("HTTP_HOST", ""), environ.get("QUERY_STRING", "")
        if host not in self.site.hosts or (query and not QUERY.fullmatch(query)):
            return None
        scheme = "https" if self.site.is_secure(environ) else "http"
        chosen = variant(cookie, self.site.choices) if cookie else ""
        return scheme, host, environ["PATH_INFO"], query, chosen

    def _timely(self, key: Key) -> Page | None:
        """Return the page if it is kept and its time is now; it may be over all the same."""
        page = self.plain.get(key) or self.asked.get(key)
        return page if page is not None and page.since <= self.clock() < page.until else None

    def _kept(self, key: Key) -> Page | None:
        """Return the page if it is kept and true at this moment."""
        page = self._timely(key)
        if page is None:
            return None
        return page if self.reader.versions(page.scope) == page.versions else None

    def _fetch(self, key: Key, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Render the page, or wait for whoever does."""
        if not self.site.is_declared(key[2], key[3].partition("=")[0]):
            return self._pass(environ, start)
        for _round in range(ROUNDS):
            flight, is_own = self.flights.join(key)
            if is_own:
                return self._render(key, flight, environ, start)
            if not flight.landed.wait(PATIENCE) or not flight.was_kept:
                break
            # Proved now, after this request came: what was rendered before it may be too old.
            page = self._kept(key)
            if page is not None:
                return page.send(environ, start, "hit")
        return self._pass(environ, start)

    def _render(
        self, key: Key, flight: Flight, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        page = None
        try:
            for _attempt in range(ATTEMPTS):
                basis = self.site.basis(key[2], self.clock())
                if basis is None:
                    return self._pass(environ, start)
                answer, rest = call(self.application, canonical(key, environ))
                if rest is not None:
                    break
                if self._stands(basis):
                    if answer.is_keepable(self.largest):
                        page = Page(answer, basis.scope, basis.versions, basis.since, basis.until)
                        self._keep(key, page)
                    break
        finally:
            self.flights.land(key, flight, was_kept=page is not None)
        if page is not None:
            return page.send(environ, start, "miss")
        return self._send(answer, rest, environ, start)

    def _stands(self, basis: Basis) -> bool:
        """Tell whether what was made on it is of one moment, and that moment not over.

        A change meanwhile may show in a part of a page; made past its end, or before its beginning
        by a clock set back, it shows another time.
        """
        is_timely = basis.since <= self.clock() < basis.until
        return is_timely and self.reader.versions(basis.scope) == basis.versions

    def _keep(self, key: Key, page: Page) -> None:
        """Keep it in one of the stores: anybody can make up queries, and ways to be redirected."""
        is_plain = not key[3] and page.answer.code == 200
        kept, other = (self.plain, self.asked) if is_plain else (self.asked, self.plain)
        kept.keep(key, page)
        other.drop(key)

    def _pass(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Let the site answer; nothing is kept."""
        cookie = environ.get("HTTP_COOKIE", "")
        if any(name in cookie for name in self.site.personal_cookies):
            return self.application(environ, _marking(start))
        answer, rest = call(self.application, environ)
        return self._send(answer, rest, environ, start)

    def _send(
        self,
        answer: Answer,
        rest: Iterable[bytes] | None,
        environ: WSGIEnvironment,
        start: StartResponse,
    ) -> Iterable[bytes]:
        """Send what is not kept, compressed where nobody's secret is in it."""
        headers, body = [*answer.headers, ("X-Cache", "pass")], rest
        if body is None:
            body = [answer.body]
            chosen = encoding.choose(environ.get("HTTP_ACCEPT_ENCODING", ""))
            if is_compressed_when_passed(answer, environ):
                variant = encoded(answer, chosen)
                untagged = [pair for pair in variant.headers if pair[0] != "ETag"]
                headers, body = [*untagged, ("X-Cache", "pass")], variant.body
        start(answer.status, headers)
        return body


def is_compressed_when_passed(answer: Answer, environ: WSGIEnvironment) -> bool:
    """Tell whether length may tell: no secret stands beside what the address said (BREACH)."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and answer.code in {200, 404}
        and not answer.is_personal
        and not answer.header("content-encoding")
        and not answer.header("etag")
        and encoding.is_compressible(answer.header("content-type"), answer.body)
    )


def canonical(key: Key, environ: WSGIEnvironment) -> WSGIEnvironment:
    """Return a request that says what the key says, and nothing else."""
    scheme, host, path, query, chosen = key
    made = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "",
        "HTTP_HOST": host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": environ["wsgi.errors"],
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    return made | {"HTTP_COOKIE": chosen} if chosen else made


def call(
    application: WSGIApplication, environ: WSGIEnvironment
) -> tuple[Answer, Iterable[bytes] | None]:
    """Return what the application answers; its body apart, and unread, where it is a stream."""
    begun: list[tuple[str, Headers]] = []

    def start(status: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:
        begun.append((status, headers))
        return _no_writing

    body: Any = application(environ, start)
    status, headers = begun[-1]
    if getattr(body, "streaming", True) and not isinstance(body, list):
        return Answer(status, headers, b""), body
    try:
        return Answer(status, headers, b"".join(body)), None
    finally:
        if hasattr(body, "close"):
            body.close()


def _no_writing(data: bytes) -> object:
    raise NotImplementedError("Applications here return their bodies.")


def _marking(start: StartResponse) -> StartResponse:
    def begin(status: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:
        return start(status, [*headers, ("X-Cache", "pass")], *rest)

    return begin
