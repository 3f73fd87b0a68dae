"""SQLite is really set as safety asks, on the connections that the site uses."""

import threading
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection, transaction

from blogsite import checks
from blogsite.lib.sqlite import is_safe

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="for SQLite"),
]


def pragma(name: str) -> Any:
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("mmap_size", 0)],
)
def test_a_pragma_is_in_force(name: str, value: object) -> None:
    connection.close()
    assert pragma(name) == value


def test_waiting_is_patient() -> None:
    assert pragma("busy_timeout") == 20_000


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
