"""The page cache before this site: which pages it keeps, what each stands on, how long it lasts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.db import connections
from django.urls import Resolver404, ResolverMatch, resolve

from blogsite.appearance import LANGUAGE, THEME
from blogsite.content_versions import LISTS, SITE
from blogsite.lib.pagecache.layer import Basis, PageCache, Unreadable
from blogsite.lib.pagecache.page import Versions
from blogsite.lib.pagecache.readers import PostgresReader, SqliteReader, VersionReader
from blogsite.lib.pagecache.variants import Choice

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of page: the query it may be asked with, and the scope it stands on beside the site.

    No scope stands for that of the post whose page it is.
    """

    parameters: frozenset[str] = frozenset()
    scope: int | None = SITE


LISTED = ("list", "tag", "author", "series", "archive_month")
LIST = Kept(frozenset({"before", "after", "page"}), LISTS)
# By the names of their addresses; all else is answered by the site each time.
PAGES: Mapping[str, Kept] = {
    **dict.fromkeys((f"posts:{n}" for n in LISTED), LIST),
    "posts:archive": Kept(),
    # Their redirects; pictures themselves pass.
    "posts:share_picture": Kept(),
    "posts:site_picture": Kept(),
    "posts:detail": Kept(frozenset({"thread_after"}), None),
    "posts:markdown": Kept(),
    "posts:llms": Kept(),
    "posts:sitemap": Kept(),
    "posts:sitemap_page": Kept(frozenset({"p"})),
    **{
        f"posts:{room}feed{kind}": Kept(frozenset({"page"}))
        for room in ("", "tag_", "author_", "series_")
        for kind in ("", "_rss", "_json")
    },
    **{f"posts:{room}feeds": Kept() for room in ("", "tag_", "author_", "series_")},
    **{f"comments:feed{kind}": Kept(frozenset({"page"}), None) for kind in ("", "_rss", "_json")},
}
# What readers choose by a cookie: each page has a variant for each choice that somebody made.
CHOICES: tuple[Choice, ...] = (THEME, LANGUAGE)
_POST = "SELECT id FROM posts_post WHERE slug = ?"
# Nothing else that readers see changes by the clock alone. SQLite knows times by their text.
_NEXT = """SELECT min(at) FROM (
  SELECT * FROM (SELECT published_at AS at FROM posts_post
    WHERE published_at > ? ORDER BY published_at, id LIMIT 1) AS appears
  UNION ALL SELECT min(ends_at) FROM posts_post WHERE ends_at > ? AND withdrawn_at IS NULL
  UNION ALL SELECT min(pinned_until) FROM posts_post
    WHERE pinned_until > ? AND pinned_at IS NOT NULL
  UNION ALL SELECT min(publish_at) FROM posts_pendingchange WHERE publish_at > ?
) AS coming"""


class Blog:
    """What the layer is told about this site."""

    def __init__(self, reader: VersionReader) -> None:
        self.reader = reader
        self.choices = CHOICES
        names = {name.lower() for name in settings.ALLOWED_HOSTS if name.strip(".*")}
        ports = ("", ":80", ":443", f":{settings.PORT}")
        self.hosts = {urlsplit(settings.SITE_URL).netloc}
        self.hosts |= {f"{name}{port}" for name in names for port in ports}
        # Flash messages are kept in a cookie of their own where they fit.
        self.personal_cookies = (settings.SESSION_COOKIE_NAME, "messages")
        self.secure_header = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)

    def is_secure(self, environ: WSGIEnvironment) -> bool:
        """Tell whether the request came over HTTPS, as Django does."""
        if self.secure_header and (value := environ.get(self.secure_header[0])) is not None:
            return bool(value.split(",")[0].strip() == self.secure_header[1])
        return bool(environ["wsgi.url_scheme"] == "https")

    def is_declared(self, path: str, parameter: str) -> bool:
        """Tell whether the path is a page to keep, and the parameter, "" for none, one of its."""
        match = _match(path)
        kept = PAGES.get(match.view_name) if match else None
        return kept is not None and (not parameter or parameter in kept.parameters)

    def basis(self, path: str, now: float) -> Basis | None:
        """Return what the page will stand on, None where it cannot be kept. Raises Unreadable.

        The site's version comes first: whatever moves after it makes the page untrue at once.
        """
        match = _match(path)
        versions = self.reader.versions(SITE)
        if match is None or not versions:
            return None
        scope = PAGES[match.view_name].scope
        if scope is None:
            scope = self.reader.first(_POST, match.kwargs["slug"]) or SITE
        if scope != SITE:
            versions = versions + [v for v in self.reader.versions(scope) if v[0] == scope]
        coming = self.reader.first_time(_NEXT, datetime.fromtimestamp(now, UTC))
        return Basis(scope, versions, now, coming.timestamp() if coming else float("inf"))


def before(application: WSGIApplication) -> WSGIApplication:
    """Return the application with the page cache before it, where that is switched on."""
    if not settings.PAGE_CACHE:
        return application
    memory = settings.PAGE_CACHE_MEMORY * MEGABYTE
    return PageCache(application, Blog(reader()), reader(), memory=memory)


@cache
def reader() -> VersionReader:
    """Return the process's reader of versions."""
    kind = SqliteReader if connections["default"].vendor == "sqlite" else PostgresReader
    return kind(SITE)


def versions(scope: int) -> Versions:
    """Return the versions of the site and of the scope; empty while they are not known."""
    try:
        return reader().versions(scope)
    except Unreadable:
        return []


def _match(path: str) -> ResolverMatch | None:
    """Return where the address leads; WSGI hands paths over as Latin-1."""
    try:
        return resolve(path.encode("latin-1").decode())
    except (Resolver404, UnicodeError):
        return None
