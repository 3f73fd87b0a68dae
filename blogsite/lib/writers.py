"""Writers of SQLite wait in line for their turn, over threads and processes.

By itself SQLite lets each writer look again after pauses that grow to 100 ms: who has waited long
looks least often, and whoever comes meanwhile is first. Here only the first in line looks, every
few milliseconds. The line is for fairness alone: that one writes at a time is held by SQLite, and
where there can be no line, or somebody does not queue, it is as SQLite would have it.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

WRITING = ("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE", "REPLACE")
# For so many milliseconds SQLite itself looks again: after 1, 2 and 5 of them.
LOOKING = 8
LOCKED = "database is locked"


class Line:
    """Those who want to write to a file: the threads of a process, and the first of each."""

    def __init__(self, file: str) -> None:
        self.threads = threading.Lock()
        try:
            self.descriptor: int | None = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            self.descriptor = None

    @contextmanager
    def first(self, seconds: float) -> Iterator[None]:
        """Wait to be first, no longer than that in this process, and be it meanwhile.

        In other processes each is first for no longer than it may wait itself.
        """
        is_first = self.threads.acquire(timeout=max(seconds, 0))
        try:
            if is_first and self.descriptor is not None:
                fcntl.lockf(self.descriptor, fcntl.LOCK_EX)
            yield
        finally:
            if is_first:
                if self.descriptor is not None:
                    fcntl.lockf(self.descriptor, fcntl.LOCK_UN)
                self.threads.release()


@lru_cache
def line_of(file: str) -> Line:
    """Return the line of this process before a database."""
    return Line(f"{file}-line")


def in_line(
    execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Let what begins to write wait for its turn, as long as the connection's timeout allows."""
    connection = context["connection"]
    raw = connection.connection
    if many or raw.in_transaction or not sql.startswith(WRITING):
        return execute(sql, parameters, many, context)
    patience = connection.settings_dict["OPTIONS"].get("timeout", 5)
    until = time.monotonic() + patience
    with line_of(str(connection.settings_dict["NAME"])).first(patience):
        raw.execute(f"PRAGMA busy_timeout={LOOKING}")
        try:
            while True:
                try:
                    return execute(sql, parameters, many, context)
                except OperationalError as error:
                    if str(error) != LOCKED or time.monotonic() > until:
                        raise
        finally:
            raw.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")


def _join(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    is_file = connection.vendor == "sqlite" and Path(connection.settings_dict["NAME"]).is_absolute()
    if is_file and in_line not in connection.execute_wrappers:
        connection.execute_wrappers.append(in_line)


def queue() -> None:
    """Have every connection of the process queue from now on."""
    connection_created.connect(_join, dispatch_uid="writers")
    os.register_at_fork(after_in_child=line_of.cache_clear)
