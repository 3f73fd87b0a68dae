"""Where pages are kept: bounded memory, and one render of each page at a time."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Event, Lock
from typing import Generic, Protocol, TypeVar

Key = tuple[str, str, str, str, str]  # scheme, host, path, query, variant


class Sized(Protocol):
    """Something kept."""

    @property
    def size(self) -> int:
        """Return the bytes of memory it may come to take."""


K = TypeVar("K", bound=Hashable)
Kept = TypeVar("Kept", bound=Sized)


class Store(Generic[K, Kept]):
    """Pages by key; past its bytes, those asked for longest ago go first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.used = 0
        self._pages: OrderedDict[K, Kept] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: K) -> Kept | None:
        """Return the page, if it is kept; whether it is still true is not asked here."""
        page = self._pages.get(key)
        if page is not None:
            try:
                self._pages.move_to_end(key)
            except KeyError:  # another thread has just made room
                return page
        return page

    def keep(self, key: K, page: Kept) -> None:
        """Keep the page in the place of what was there, and make room."""
        with self._lock:
            before = self._pages.pop(key, None)
            self._pages[key] = page
            self.used += page.size - (before.size if before else 0)
            while self.used > self.most and self._pages:
                _key, gone = self._pages.popitem(last=False)
                self.used -= gone.size

    def drop(self, key: K) -> None:
        """Keep the page no longer."""
        with self._lock:
            gone = self._pages.pop(key, None)
            self.used -= gone.size if gone else 0


class Flight:
    """One render under way; the others that ask for the same page wait for it."""

    def __init__(self) -> None:
        self.landed = Event()
        self.was_kept = False


class Flights:
    """The renders under way, at most one for each key."""

    def __init__(self) -> None:
        self._flights: dict[Key, Flight] = {}
        self._lock = Lock()

    def join(self, key: Key) -> tuple[Flight, bool]:
        """Return the render of this page, and whether it is the caller's to do."""
        with self._lock:
            known = self._flights.get(key)
            if known is not None:
                return known, False
            flight = self._flights[key] = Flight()
            return flight, True

    def land(self, key: Key, flight: Flight, *, was_kept: bool) -> None:
        """Wake those who wait."""
        with self._lock:
            del self._flights[key]
        flight.was_kept = was_kept
        flight.landed.set()
