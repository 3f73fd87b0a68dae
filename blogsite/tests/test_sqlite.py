"""SQLite is really set as safety asks, on the connections that the site uses."""

import threading
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.core.signals import request_started
from django.db import connection, transaction

from blogsite import checks
from blogsite.lib import sqlite
from blogsite.lib.pagecache.readers import SqliteReader
from blogsite.lib.sqlite import is_safe
from conftest import AtOnce

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="for SQLite"),
]


def pragma(name: str) -> Any:
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


IN_FORCE = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: an acknowledged post outlives a power failure
    "foreign_keys": 1,
    "busy_timeout": 20_000,  # ms
    "mmap_size": 0,  # a fault of the disk is an error then, not the end of the process
    "cache_size": -8000,  # KiB, of each thread
    "journal_size_limit": 16 * 1024 * 1024,
    "temp_store": 2,
    "locking_mode": "normal",
}


@pytest.mark.parametrize("name", IN_FORCE)
def test_a_pragma_is_in_force_on_every_connection(name: str, at_once: AtOnce) -> None:
    connection.close()
    assert [pragma(name), *at_once(lambda _: pragma(name), 2)] == [IN_FORCE[name]] * 3


def test_control_sqlite_by_itself_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})
    found = {name: pragma(name) for name in IN_FORCE}
    connection.close()
    own = {"busy_timeout", "cache_size", "journal_size_limit", "temp_store"}
    assert {name for name in IN_FORCE if found[name] != IN_FORCE[name]} == own


def test_the_page_cache_reads_by_a_connection_that_cannot_write() -> None:
    reader = SqliteReader(-2)
    asked = ("query_only", "mmap_size", "busy_timeout")
    assert [reader.rows(f"PRAGMA {name}", ()) for name in asked] == [[(1,)], [(0,)], [(1000,)]]
    reader.close()


def test_a_connection_outlives_its_request() -> None:
    """Opening the file anew for each request would cost more than most pages."""
    connection.ensure_connection()
    before = connection.connection
    connection.close_if_unusable_or_obsolete()
    assert connection.connection is before


@pytest.mark.parametrize("is_replaced", [True, False])
def test_a_request_meets_the_file_that_is_there(
    monkeypatch: pytest.MonkeyPatch, *, is_replaced: bool
) -> None:
    connection.ensure_connection()
    before = connection.connection
    if is_replaced:
        monkeypatch.setattr(sqlite, "identity", lambda file: (0, 0))
    request_started.send(None, environ={})
    connection.ensure_connection()
    assert (connection.connection is not before) is is_replaced


def test_the_library_in_use_is_free_of_the_wal_fault() -> None:
    with connection.cursor() as cursor:
        version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
    major, minor, patch = map(int, version.split("."))
    assert is_safe((major, minor, patch))


def test_a_transaction_takes_the_write_lock_at_its_beginning() -> None:
    """Read, then write, would otherwise fail beside another writer."""
    inside, done = threading.Event(), threading.Event()
    order: list[str] = []

    def other() -> None:
        inside.wait(5)
        with transaction.atomic():
            order.append("second")
        connection.close()
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with transaction.atomic():
        inside.set()
        assert not done.wait(0.3)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((4, 0, 0), True),
    ],
)
def test_versions_with_the_fault_are_known(version: tuple[int, int, int], *, safe: bool) -> None:
    assert is_safe(version) is safe


def test_a_faulty_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not run_checks(tags=[Tags.database], databases=["default"])
    monkeypatch.setattr(checks, "is_safe", lambda version: False)
    (problem,) = run_checks(tags=[Tags.database], databases=["default"])
    assert problem.id == "blogsite.E001"
