"""The WAL index tells of every commit, by whomever, and of nothing else."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from blogsite.lib.pagecache.walindex import COPY, WalIndex, watch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="for Linux")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.sqlite3"


@pytest.fixture
def database(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE a (b)")
    yield connection
    connection.close()


def look_at(file: Path) -> WalIndex:
    look = watch(str(file))
    assert look is not None
    return look


def test_every_commit_makes_a_difference(file: Path, database: sqlite3.Connection) -> None:
    look = look_at(file)
    marks = [look.mark()]
    for number in range(200):
        database.execute("INSERT INTO a VALUES (?)", (number,))
        marks.append(look.mark())
        if number % 50 == 0:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert None not in marks
    assert len(set(marks)) == len(marks)


def test_a_commit_of_another_process_makes_one(file: Path, database: sqlite3.Connection) -> None:
    look = look_at(file)
    before = look.mark()
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('INSERT INTO a"
    code += " VALUES (1)'); c.commit()"
    subprocess.run([sys.executable, "-c", code, str(file)], check=True)
    assert look.mark() != before


def test_reading_and_taking_back_make_none(file: Path, database: sqlite3.Connection) -> None:
    look = look_at(file)
    before = look.mark()
    database.execute("SELECT * FROM a").fetchall()
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO a VALUES (1)")
    assert look.mark() == before
    database.execute("ROLLBACK")
    assert look.mark() == before


def test_it_outlives_every_connection(file: Path, database: sqlite3.Connection) -> None:
    look = look_at(file)
    database.close()
    before = look.mark()
    again = sqlite3.connect(file, isolation_level=None)
    again.execute("INSERT INTO a VALUES (1)")
    again.close()
    assert look.mark() != before
    assert look_at(file) is look


def test_locks_stay_where_they_were(file: Path, database: sqlite3.Connection) -> None:
    """Closing any file on the index would drop this process's locks for all others."""
    database.execute("BEGIN IMMEDIATE")
    look_at(file)
    look_at(file)
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=0);"
    code += " c.execute('BEGIN IMMEDIATE')"
    tried = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, check=False
    )
    assert b"locked" in tried.stderr


def test_a_half_written_header_is_not_believed() -> None:
    whole = bytes(range(COPY))
    assert WalIndex(whole + whole).mark() == whole + whole
    assert WalIndex(whole + bytes(COPY)).mark() is None
    assert WalIndex(bytes(2 * COPY)).mark() is None


def test_without_a_wal_there_is_none(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE a (b)")
    connection.close()
    assert watch(str(file)) is None
