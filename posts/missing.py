"""Addresses that readers asked for and that are missing: counted in memory, written now and then.

Nothing about who asked is kept, and of where they came from only the host. However many are made
up, a process writes down a few each minute, and the table keeps what was asked for most.
"""

import logging
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from posts import redirects
from posts.forms.address import why_taken
from posts.models import MissingAddress

LONGEST = 300
MOST_ROWS = 1000
PAUSE = 10.0  # seconds between two writings of one process
A_MINUTE = 50  # different addresses that a process takes up in a minute

# Rooms whose addresses hold keys, and what no reader was sent to: programs look for holes.
_CLOSED = re.compile(r"/(?:accounts|admin|write|shared|setup|health|static|comments|oembed)(?:/|$)")
_SCANNED = re.compile(
    r"""
    \.(?:php\d?|phtml|aspx?|ashx|jspx?|cgi|env|ini|ya?ml|sql|bak|old|swp|zip|gz|tgz|rar|7z|tar|exe
       |dll|pem|key|log|conf|cfg|sh|py|rb|map)$
    | (?:^|/)\.                        # hidden files and folders
    | (?:^|/)(?:wp-|wordpress|cgi-bin|phpmyadmin|pma|vendor|xmlrpc|actuator|solr|console
        |node_modules|server-status|autodiscover|owa|boaform|hnap1|_profiler|telescope)
    | (?:^|/)(?:favicon\.ico|apple-touch-icon[^/]*|browserconfig\.xml|(?:app-)?ads\.txt
        |sellers\.json|humans\.txt|llms(?:-full)?\.txt|security\.txt)$
    | @ | [0-9a-f]{24}                 # a mail address, a key
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HOST = re.compile(r"[a-z0-9.:-]{1,100}")

logger = logging.getLogger("blogsite.missing")


@dataclass(slots=True)
class _Asked:
    count: int = 0
    first_at: datetime = field(default_factory=timezone.now)
    last_at: datetime = field(default_factory=timezone.now)
    referrer: str = ""


class Notes:
    """What this process was asked for in vain and has not written down yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: dict[str, _Asked] = {}
        self._taken_up: list[float] = []
        self._due = 0.0

    def add(self, path: str, referrer: str) -> bool:
        """Count the path; tell whether it is time to write."""
        now = time.monotonic()
        with self._lock:
            known = self._asked.get(path)
            if known is None:
                self._taken_up = [one for one in self._taken_up if one > now - 60]
                if len(self._taken_up) >= A_MINUTE:
                    return False
                self._taken_up.append(now)
                if not self._asked:
                    self._due = now + PAUSE
                known = self._asked[path] = _Asked()
            known.count += 1
            known.last_at = timezone.now()
            known.referrer = referrer or known.referrer
            return now >= self._due

    def take(self) -> dict[str, _Asked]:
        """Return all there is, and begin anew."""
        with self._lock:
            asked, self._asked = self._asked, {}
        return asked


_notes = Notes()


def note(path: str, referrer: str = "") -> None:
    """Count a reader's question for a path that is missing; every so often write them down."""
    if not settings.MISSING_ADDRESSES or not is_worth_noting(path):
        return
    if _notes.add(path.strip("/"), _host(referrer)):
        write()


def is_worth_noting(path: str) -> bool:
    """Tell whether a reader may have been sent there by a link."""
    whole = path.strip("/")
    if not whole or len(whole) > LONGEST or not whole.isprintable():
        return False
    return not _CLOSED.match(path) and not _SCANNED.search(whole)


def write() -> None:
    """Add what was counted to the table, and keep that small; what cannot be written is let go."""
    taken = _notes.take()
    try:
        asked = {path: one for path, one in taken.items() if not _is_there(path)}
        with transaction.atomic():
            new = [path for path, one in asked.items() if not _add(path, one)]
            _rows().bulk_create(
                [
                    MissingAddress(
                        path=path,
                        count=asked[path].count,
                        first_at=asked[path].first_at,
                        last_at=asked[path].last_at,
                        referrer=asked[path].referrer,
                    )
                    for path in new
                ],
                ignore_conflicts=True,
            )
            _prune()
    except DatabaseError as error:
        logger.warning("Missing addresses were not written down: %s", error)


def _is_there(path: str) -> bool:
    """Tell whether something is there, for others or with another query: a list has no page 99.

    So a draft's address shows to nobody, and nobody is asked to redirect what cannot be.
    """
    under = redirects.UNDER.fullmatch(path)
    return any(why_taken(one) for one in {path, under[1] if under else path})


def _rows() -> QuerySet[MissingAddress]:
    # Named, so that a reader whose pages come from a replica goes on reading there.
    return MissingAddress.objects.using(DEFAULT_DB_ALIAS)


def _add(path: str, one: _Asked) -> int:
    changes = {"count": F("count") + one.count, "last_at": one.last_at}
    if one.referrer:
        changes["referrer"] = one.referrer
    return _rows().filter(path=path).update(**changes)


def _prune() -> None:
    """Let the least asked go, the oldest of them first; what staff ignore stays ignored."""
    spare = _rows().count() - MOST_ROWS
    if spare > 0:
        least = _rows().order_by("count", "last_at")
        _rows().filter(pk__in=list(least.values_list("pk", flat=True)[:spare])).delete()


def _host(referrer: str) -> str:
    """Return the host of another site that led here, "" for none."""
    try:
        host = urlsplit(referrer).netloc.lower().rpartition("@")[2]
    except ValueError:
        return ""
    own = urlsplit(settings.SITE_URL).netloc
    return host if _HOST.fullmatch(host) and host != own else ""
