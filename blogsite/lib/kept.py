"""Values kept in this process while the content versions they were read under stand.

The root provides what reads the versions; blogsite/content_versions.py says what moves them. Inside
a transaction nothing is kept, and nothing kept is used: its own changes are not committed yet.
"""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.conf import settings
from django.db import transaction

from blogsite.lib import replica

# Scopes; a positive one is the post with that primary key: its conversation and its counters.
SITE = -2  # all else that readers see
LISTS = -1  # the counters of posts, which lists show too
RIGHTS = 0  # who may do what; no page for strangers stands on it

MOST = 1000  # values of one kind

Versions = list[tuple[int, int]]
T = TypeVar("T")

_read: Callable[[int], Versions] | None = None


def provide(read: Callable[[int], Versions] | None) -> None:
    """Name what returns the versions of the site and a scope, empty where they are not known."""
    global _read
    _read = read


def versions(scope: int) -> Versions:
    """Return what something may be kept under, read before it is; empty where nothing may be."""
    return _read(scope) if _read is not None and is_possible() else []


def is_possible() -> bool:
    """Tell whether anything may be kept, or used that was kept, just now."""
    is_on = _read is not None and settings.KEPT_PIECES
    return is_on and not transaction.get_connection().in_atomic_block


class Kept(Generic[T]):
    """Values of one kind by key, read again once the versions of their scope have moved."""

    def __init__(self, scope: int) -> None:
        self.scope = scope
        self._known: dict[Hashable, tuple[Versions, T]] = {}

    def known(self, key: Hashable, now: Versions) -> T | None:
        """Return the value if it was read under those versions; asks nobody."""
        known = self._known.get(key)
        return known[1] if known is not None and known[0] == now else None

    def get(self, key: Hashable, read: Callable[[], T], now: Versions | None = None) -> T:
        """Return the value for the key; `read` must need nothing else and return what is fixed.

        `now` spares a look at the versions: those of the scope, looked at a moment ago.
        """
        now = versions(self.scope) if now is None else now
        # A scope without a version of its own is moved by nothing.
        if all(scope != self.scope for scope, _stamp in now):
            return read()
        known = self._known.get(key)
        if known is not None and known[0] == now:
            return known[1]
        with replica.primary():  # the versions are its
            value = read()
        if len(self._known) >= MOST:
            self._known = {}
        self._known[key] = now, value
        return value
