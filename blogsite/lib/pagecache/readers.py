"""Readers of content versions: raw, on a connection of each thread's own beside Django's.

They must ask the very database that pages are rendered from: a replica may be behind another.
"""

import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connections

from blogsite.lib.pagecache.layer import Unreadable
from blogsite.lib.pagecache.page import Versions
from blogsite.lib.pagecache.walindex import WalIndex, watch
from blogsite.lib.sqlite import identity

MOST_REMEMBERED = 10_000  # scopes
SURE = 1.0  # seconds after which a file is asked whether it is still the one at its place
PREPARED = b"content_versions"

_VERSIONS = "SELECT scope, stamp FROM content_version WHERE scope IN (?, ?) ORDER BY scope, stamp"


class VersionReader(ABC):
    """Reads; `site` is the scope every page stands on. Everything may raise Unreadable."""

    def __init__(self, site: int, alias: str = "default") -> None:
        self.site = site
        self.alias = alias
        self._own = threading.local()

    def versions(self, scope: int) -> Versions:
        """Return the versions of the site and of the scope; empty while the site has none."""
        found = self.rows(_VERSIONS, (self.site, scope))
        return found if found and found[0][0] == self.site else []

    def known(self, scope: int) -> Versions | None:
        """Return the same if memory alone proves it, None otherwise; asks nobody."""
        return None

    def first(self, query: str, asked: object) -> Any:
        """Return the first column of the first row, None where there is none.

        Each question mark stands for what is asked.
        """
        found = self.rows(query, (asked,) * query.count("?"))
        return found[0][0] if found else None

    @abstractmethod
    def rows(self, query: str, asked: tuple[object, ...]) -> list[Any]:
        """Return what the query finds; parameters are question marks."""

    @abstractmethod
    def first_time(self, query: str, asked: datetime) -> datetime | None:
        """Return the first column of the first row as a time, asked for by another."""

    @abstractmethod
    def connect(self) -> Any:
        """Return a new connection."""

    def connection(self) -> Any:
        """Return this thread's connection."""
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self.connect()
        return connection

    def close(self) -> None:
        """End this thread's connection; the next read makes another."""
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            self._own.connection = None
            connection.close()


@dataclass(frozen=True, slots=True)
class Opened:
    """A database file, the look at its WAL index, and the versions read under each mark."""

    file: tuple[int, int]
    index: WalIndex | None
    read: dict[int, tuple[bytes, Versions]] = field(default_factory=dict)


class SqliteReader(VersionReader):
    """Reads again only after a commit, by whomever: until then one look at memory proves it."""

    def __init__(
        self, site: int, alias: str = "default", clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(site, alias)
        self.clock = clock
        self._opened: Opened | None = None
        self._sure_until = 0.0

    def known(self, scope: int) -> Versions | None:
        """Return the versions if nothing was committed since they were read, None otherwise."""
        opened = self._opened
        if opened is None or opened.index is None or self.clock() >= self._sure_until:
            return None
        mark, known = opened.index.mark(), opened.read.get(scope)
        return known[1] if known is not None and known[0] == mark else None

    def versions(self, scope: int) -> Versions:
        """Return the versions of the site and of the scope. Raises Unreadable."""
        opened = self._opened
        if opened is None or self.clock() >= self._sure_until:
            opened = self._open()
        known = self.known(scope)
        if known is not None:
            return known
        # Before the versions: what is committed in between makes them be read again.
        mark = opened.index.mark() if opened.index is not None else None
        found = super().versions(scope)
        if mark is not None:
            if len(opened.read) >= MOST_REMEMBERED:
                opened.read.clear()
            opened.read[scope] = mark, found
        return found

    def connection(self) -> Any:
        """Return this thread's connection to the file that is there now."""
        if getattr(self._own, "opened", None) is not self._opened:
            self.close()
            self._own.opened = self._opened
        return super().connection()

    def _open(self) -> Opened:
        """Return what is known of the file, anew once another one stands in its place."""
        file = str(connections[self.alias].settings_dict["NAME"])
        try:
            found = identity(file)
            if self._opened is None or self._opened.file != found:
                self._opened = Opened(found, watch(file))
        except (sqlite3.Error, OSError) as error:
            raise Unreadable from error
        self._sure_until = self.clock() + SURE
        return self._opened

    def rows(self, query: str, asked: tuple[object, ...]) -> list[Any]:
        """Return what the query finds; parameters are question marks."""
        try:
            found: list[Any] = self.connection().execute(query, asked).fetchall()
        except sqlite3.Error as error:
            self.close()
            raise Unreadable from error
        return found

    def first_time(self, query: str, asked: datetime) -> datetime | None:
        """Return the first column of the first row as a time, asked for by another."""
        found = self.first(query, str(asked.astimezone(UTC).replace(tzinfo=None)))
        return datetime.fromisoformat(found).replace(tzinfo=UTC) if found else None

    def connect(self) -> sqlite3.Connection:
        """Return a connection that cannot write."""
        file = connections[self.alias].settings_dict["NAME"]
        connection = sqlite3.connect(file, timeout=1, isolation_level=None)
        connection.execute("PRAGMA query_only = ON")
        return connection


class PostgresReader(VersionReader):
    """Reads by prepared statements in autocommit; versions without psycopg's own layers."""

    def versions(self, scope: int) -> Versions:
        """Return the versions of the site and of the scope. Raises Unreadable."""
        import psycopg
        from psycopg.pq import ExecStatus

        try:
            asked = [b"%d" % self.site, b"%d" % scope]
            result = self.connection().pgconn.exec_prepared(PREPARED, asked)
        except psycopg.Error as error:
            self.close()
            raise Unreadable from error
        if result.status != ExecStatus.TUPLES_OK:
            self.close()
            raise Unreadable
        value = result.get_value
        found = [(int(value(row, 0)), int(value(row, 1))) for row in range(result.ntuples)]
        return found if found and found[0][0] == self.site else []

    def rows(self, query: str, asked: tuple[object, ...]) -> list[Any]:
        """Return what the query finds; parameters are question marks."""
        import psycopg

        try:
            cursor = self.connection().execute(query.replace("?", "%s"), asked, prepare=True)
            found: list[Any] = cursor.fetchall()
        except psycopg.Error as error:
            self.close()
            raise Unreadable from error
        return found

    def first_time(self, query: str, asked: datetime) -> datetime | None:
        """Return the first column of the first row as a time, asked for by another."""
        found: datetime | None = self.first(query, asked)
        return found

    def connect(self) -> Any:
        """Return a connection to where Django's lead."""
        import psycopg

        given = connections[self.alias].get_connection_params()
        djangos = {"context", "cursor_factory", "prepare_threshold"}
        chosen = {name: value for name, value in given.items() if name not in djangos}
        connection = psycopg.connect(**chosen, autocommit=True)
        numbered = _VERSIONS.replace("?", "$1::bigint", 1).replace("?", "$2::bigint", 1)
        connection.pgconn.prepare(PREPARED, numbered.encode())
        return connection
