"""Writers of SQLite wait in line: each gets its turn, and nobody waits for one who is gone."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Attempt
from blogsite.lib.writers import Line, line_of
from blogsite.tests.sources import ROOT
from conftest import AtOnce

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="for SQLite"),
]

FIRST = """
import sys
from blogsite.lib.writers import Line
with Line(sys.argv[1]).first(1):
    print("first", flush=True)
    sys.stdin.read()
"""


class Foreigner:
    """Somebody who writes without queueing, and has not finished."""

    def __init__(self) -> None:
        self.other = connection.copy()
        self.other.connect()
        self.other.execute_wrappers.clear()
        self.other.connection.execute("BEGIN IMMEDIATE")

    def finish(self) -> None:
        """Let others write."""
        self.other.connection.execute("ROLLBACK")


@pytest.fixture
def foreigner() -> Iterator[Foreigner]:
    foreigner = Foreigner()
    yield foreigner
    foreigner.other.close()


@pytest.fixture
def asked() -> Iterator[Callable[[Callable[[], object]], list[str]]]:
    """Return what has SQLite asked something while each statement begins, and tells of them."""
    connection.ensure_connection()
    before = list(connection.execute_wrappers)

    def watch(then: Callable[[], object]) -> list[str]:
        statements: list[str] = []

        def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            statements.append(sql)
            if len(statements) == 3:
                then()
            return execute(sql, *rest)

        connection.execute_wrappers.append(note)  # the innermost: it sees each look
        return statements

    yield watch
    connection.execute_wrappers[:] = before


def write() -> int:
    return Attempt.objects.filter(scope="none").update(count=1)


def timeout() -> Any:
    return connection.connection.execute("PRAGMA busy_timeout").fetchone()[0]


def begin() -> None:
    with transaction.atomic():
        pass


@pytest.mark.parametrize("deed", [write, begin])
def test_the_first_in_line_looks_until_the_other_has_finished(
    deed: Callable[[], object], foreigner: Foreigner, asked: Any
) -> None:
    statements = asked(foreigner.finish)
    deed()
    assert len(statements) == 3
    assert timeout() == 20_000


@pytest.mark.parametrize("deed", [write, begin])
def test_it_waits_no_longer_than_it_may(
    deed: Callable[[], object], foreigner: Foreigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.ensure_connection()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    with pytest.raises(OperationalError, match="locked"):
        deed()
    assert timeout() == 50
    connection.close()


def test_a_thread_waits_no_longer_than_it_may_to_be_first(at_once: AtOnce, tmp_path: Path) -> None:
    line = Line(str(tmp_path / "line"))
    with line.first(1):
        at_once(lambda _: line.first(0.01).__enter__(), 1)
    assert line.threads.acquire(timeout=0)


def test_a_process_that_is_killed_leaves_the_line(tmp_path: Path) -> None:
    file = str(tmp_path / "line")
    command = [sys.executable, "-c", FIRST, file]
    other = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "first\n"
    is_first = threading.Event()

    def wait() -> None:
        with Line(file).first(1):
            is_first.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert not is_first.wait(0.1)
    other.kill()
    assert is_first.wait(30)
    waiting.join()
    other.communicate()


def test_in_a_transaction_nobody_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        monkeypatch.setattr("blogsite.lib.writers.line_of", None)
        write()
    with pytest.raises(TypeError):
        write()


def test_where_there_can_be_no_line_sqlite_decides_alone(tmp_path: Path) -> None:
    line = Line(str(tmp_path / "none" / "line"))
    with line.first(1):
        assert line.descriptor is None


def test_the_line_stands_before_the_database(tmp_path: Path) -> None:
    write()
    assert Path(f"{connection.settings_dict['NAME']}-line").exists()
    assert line_of(str(tmp_path / "one")) is line_of(str(tmp_path / "one"))
