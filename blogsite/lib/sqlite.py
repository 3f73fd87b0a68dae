"""Which SQLite the site runs on: one without the WAL-reset fault."""

import sqlite3
import sys
from importlib import import_module
from importlib.util import find_spec

Version = tuple[int, int, int]
# https://sqlite.org/wal.html: a race between a reset of the WAL and a checkpoint corrupts the file.
FIXED: Version = (3, 51, 3)
BACKPORTED: tuple[Version, ...] = ((3, 44, 6), (3, 50, 7))


def is_safe(version: Version) -> bool:
    """Tell whether WAL mode is safe on that version of SQLite."""
    backport = any(version[:2] == fix[:2] and version >= fix for fix in BACKPORTED)
    return version >= FIXED or backport


def use_safe_sqlite() -> None:
    """Put pysqlite3's SQLite in the place of Python's own where that one has the fault.

    Must run before Django's SQLite backend is imported.
    """
    if is_safe(sqlite3.sqlite_version_info) or find_spec("pysqlite3") is None:
        return
    sys.modules["sqlite3"] = import_module("pysqlite3")
    sys.modules["sqlite3.dbapi2"] = import_module("pysqlite3.dbapi2")
