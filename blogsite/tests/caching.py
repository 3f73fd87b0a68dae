"""The page cache before the site or before a small application, and requests to it."""

import io
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from blogsite import content_versions, pagecache
from blogsite.content_versions import RIGHTS, SITE
from blogsite.lib.pagecache.layer import Basis, PageCache
from blogsite.lib.pagecache.page import Versions
from blogsite.lib.pagecache.readers import PostgresReader, SqliteReader
from blogsite.lib.pagecache.variants import Choice

HOST = "testserver"
Moved = Callable[[], set[int]]
NewCache = Callable[..., PageCache]


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def cached(self) -> str:
        """Return what X-Cache says."""
        return self.headers["X-Cache"]

    @property
    def everything(self) -> bytes:
        """Return headers and body as one text to search through."""
        return repr(sorted(self.headers.items())).encode() + self.body


def ask(application: Any, address: str, **environ: Any) -> Reply:
    """Ask a WSGI application for an address; further parts of the request by their WSGI names."""
    path, _mark, query = address.partition("?")
    request = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(quote(path)).encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "here",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": HOST,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    begun: list[Any] = []
    body = application(request | environ, lambda *given: begun.append(given))
    try:
        text = b"".join(body)
    finally:
        getattr(body, "close", lambda: None)()
    status, headers = begun[-1][:2]
    return Reply(int(status[:3]), dict(headers), text)


def site_cache(
    *, clock: Callable[[], float] = time.time, application: Any = None, memory: int = 8
) -> PageCache:
    """Return the page cache before Django's handler, as one web process has it."""
    kind = SqliteReader if connections["default"].vendor == "sqlite" else PostgresReader
    reader = kind(SITE)
    site = pagecache.Blog(reader)
    application = application or WSGIHandler()
    memory = memory * pagecache.MEGABYTE
    return PageCache(application, site, reader, memory=memory, clock=clock)


@dataclass
class Small:
    """A small application with a site and a reader of its own, for what needs no database."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    status: str = "200 OK"
    body: bytes = b"<p>words</p>" * 100
    version: int = 1
    until: float = float("inf")
    now: float = 1000.0
    renders: int = 0
    is_known: bool = True
    hosts: tuple[str, ...] = (HOST, "other.example")
    personal_cookies: tuple[str, ...] = ("session", "messages")
    choices: tuple[Choice, ...] = ()
    working: Callable[[], object] = lambda: None
    seen: dict[str, Any] = field(default_factory=dict)

    def __call__(self, environ: Any, start: Any) -> Iterable[bytes]:
        """Answer with the body there was when asked."""
        body, self.seen = self.body, environ
        self.renders += 1
        self.working()
        start(self.status, [("Content-Type", "text/html"), *self.headers])
        return [body] if environ["REQUEST_METHOD"] == "GET" else [b""]

    def is_secure(self, environ: Any) -> bool:
        """Tell what the scheme says."""
        return bool(environ["wsgi.url_scheme"] == "https")

    def is_declared(self, path: str, parameter: str) -> bool:
        """Keep everything with the one parameter."""
        return parameter in {"", "page"}

    def basis(self, path: str, now: float) -> Basis | None:
        """Stand on the version there is."""
        return Basis(1, self.versions(1), now, self.until)

    def versions(self, scope: int) -> Versions:
        """Return the version there is."""
        return [(1, self.version)]

    def known(self, scope: int) -> Versions | None:
        """Return the version there is, unless it must be asked for."""
        return self.versions(scope) if self.is_known else None

    def cache(self, kind: type[PageCache] = PageCache, memory: int = 1_000_000) -> PageCache:
        """Return a cache before it."""
        return kind(self, self, self, memory=memory, clock=lambda: self.now)


def versions_are_there() -> None:
    """Give the site its versions again, which flushing the test database may have taken."""
    for scope in (RIGHTS, SITE):
        content_versions.move(connections["default"], scope)
