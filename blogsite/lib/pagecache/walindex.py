"""The header of SQLite's WAL index: whether anything at all was committed since the last look.

Every commit in WAL mode, by any process, writes it anew before the commit returns; it holds a
counter, checksums and salts, so that it never comes back to what it was. SQLite itself trusts in
nothing else: a connection whose last header equals this one goes on with the pages it has. It is
one for the file, not one for each connection as `PRAGMA data_version` is. The format is SQLite's
documented one (https://sqlite.org/walformat.html, the WAL-index header: two copies of 48 bytes).

Looks are kept for the life of the process, each with a connection that was opened for it. Its
shared locks keep SQLite from deleting or cutting the index when others close the database, and
from leaving WAL mode. The file of a look must never be closed again: POSIX would drop the locks
that SQLite holds on it in the same process.

Reading needs no barrier: a commit that a request may know of has returned before, and between the
two lie system calls. What is read in the middle of a commit is None, or differs from everything
before and after it.
"""

import mmap
import os
import sqlite3
import struct
import sys
from threading import Lock

from blogsite.lib.sqlite import identity

COPY = 48
_FORMAT, _INITIALISED = 3007000, 12  # the first number of a copy; where its flag stands

_looks: "dict[tuple[int, int], WalIndex | None]" = {}
_kept_open: list[object] = []
_lock = Lock()


class WalIndex:
    """A look at the header; get it by `watch()`."""

    def __init__(self, index: mmap.mmap | bytes) -> None:
        self._index = index

    def mark(self) -> bytes | None:
        """Return what differs after every commit, None while that is being written."""
        header = self._index[: 2 * COPY]
        # SQLite writes the second copy first: a reader between the two sees them differ.
        if header[:COPY] != header[COPY:] or not header[_INITIALISED]:
            return None
        return header


def watch(file: str) -> WalIndex | None:
    """Return a look at the database's WAL index, None where there is none to be trusted."""
    with _lock:
        anchor = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        ((mode,),) = anchor.execute("PRAGMA journal_mode").fetchall()
        anchor.execute("SELECT count(*) FROM sqlite_master").fetchall()
        if mode != "wal" or sys.platform != "linux":
            anchor.close()
            return None
        key = identity(f"{file}-shm")
        if key in _looks:
            anchor.close()
        else:
            _looks[key] = _open(f"{file}-shm", anchor)
        return _looks[key]


def _open(index: str, anchor: sqlite3.Connection) -> WalIndex | None:
    descriptor = os.open(index, os.O_RDONLY)
    mapped = mmap.mmap(descriptor, 2 * COPY, access=mmap.ACCESS_READ)
    _kept_open.append((anchor, descriptor, mapped))
    (number,) = struct.unpack_from("=I", mapped)
    return WalIndex(mapped) if number == _FORMAT else None
