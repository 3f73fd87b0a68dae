from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

At = Callable[[Callable[[int], Any], int], list[Any]]


@pytest.fixture
def at_once(transactional_db: None, tmp_path: Path) -> Iterator[At]:
    """Runs a function in many threads at once, each with a connection of its own.

    On SQLite the database is copied to a file for the test: threads cannot share the one in
    memory as processes share a file.
    """
    if connection.vendor != "sqlite":
        yield _run
        return
    memory: Any = connections["default"]
    settings = connections.settings["default"]
    name, file = settings["NAME"], tmp_path / "threads.sqlite3"
    memory.ensure_connection()
    copy = memory.Database.connect(file)
    memory.connection.backup(copy)
    copy.close()
    settings["NAME"] = str(file)
    connections["default"] = connections.create_connection("default")
    yield _run
    connections["default"].close()
    settings["NAME"], connections["default"] = name, memory


def _run(work: Callable[[int], Any], threads: int) -> list[Any]:
    def alone(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(alone, range(threads)))
