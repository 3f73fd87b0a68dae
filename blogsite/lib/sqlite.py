"""Which SQLite the site runs on, one without the WAL-reset fault, and which file."""

import os
import sqlite3
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.signals import request_started
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

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


def identity(file: str) -> tuple[int, int]:
    """Return what tells the file from another that takes its place. Raises OSError.

    It is never opened for that: closing it would drop the locks that SQLite holds on it.
    """
    found = os.stat(file)  # noqa: PTH116 - asked for each request
    return found.st_dev, found.st_ino


def let_go_of_replaced(**kwargs: Any) -> None:
    """Close this thread's connections to a file that another one has taken the place of."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "sqlite" or connection.connection is None:
            continue
        try:
            found = identity(str(connection.settings_dict["NAME"]))
        except OSError:
            continue  # moved away, and nothing there yet
        if found != connection.opened and not connection.in_atomic_block:  # type: ignore[attr-defined]
            connection.close()


def _remember(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.opened = identity(str(connection.settings_dict["NAME"]))  # type: ignore[attr-defined]


def follow_files() -> None:
    """Let each request meet the file that is there when it comes, though threads keep it open."""
    connection_created.connect(_remember, dispatch_uid="sqlite")
    request_started.connect(let_go_of_replaced, dispatch_uid="sqlite")
