"""No event in the life of a SQLite file lets a commit go unnoticed by the look at its WAL index."""

import mmap
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections

from blogsite.lib.pagecache import walindex
from blogsite.lib.pagecache.readers import SURE, SqliteReader
from blogsite.lib.pagecache.walindex import COPY, WalIndex, watch
from blogsite.tests.sources import ROOT

pytestmark = pytest.mark.skipif("sys.platform != 'linux'", reason="for Linux")

# Forks a process for each piece of code it is sent; that one opens the file, and closes it.
OTHERS = """
import os, signal, sys
from blogsite.lib.sqlite import use_safe_sqlite
use_safe_sqlite()
import sqlite3
for line in sys.stdin:
    file, code = eval(line)
    child = os.fork()
    if not child:
        c = sqlite3.connect(file, isolation_level=None, timeout=0)
        said = ''
        try:
            exec(code)
        except sqlite3.Error as error:
            said = str(error)
        c.close()
        print(said, flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print('killed', flush=True)
"""
# Closing one would drop the locks of this process.
kept_open: list[mmap.mmap] = []
COMMIT = "c.execute('INSERT INTO a VALUES (zeroblob(5000))')\n"
Elsewhere = Callable[[Path, str], str]


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    """Return what runs code on a connection `c` to a file, in a process of its own."""
    others = subprocess.Popen(
        [sys.executable, "-c", OTHERS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert others.stdin is not None
    assert others.stdout is not None
    into, out = others.stdin, others.stdout

    def run(file: Path, code: str) -> str:
        print(repr((str(file), code)), file=into, flush=True)
        return out.readline().strip()

    yield run
    into.close()
    out.close()
    others.wait()


def connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None, timeout=0)


def make(file: Path, size: int = 4096) -> Path:
    connection = connect(file)
    connection.execute(f"PRAGMA page_size = {size}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE a (b)")
    connection.close()
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return make(tmp_path / "a.sqlite3")


def look_at(file: Path) -> WalIndex:
    look = watch(str(file))
    assert look is not None
    return look


def look_without_a_lock(file: Path) -> WalIndex:
    """Return a look such as `watch` makes, but without the connection that keeps the index."""
    descriptor = os.open(f"{file}-shm", os.O_RDONLY)
    return WalIndex(mmap.mmap(descriptor, 2 * COPY, access=mmap.ACCESS_READ))


def rows(file: Path) -> int:
    connection = connect(file)
    ((found,),) = connection.execute("SELECT count(*) FROM a").fetchall()
    connection.close()
    return int(found)


EVENTS: dict[str, str] = {
    "nothing": "",
    "passive checkpoint": COMMIT + "c.execute('PRAGMA wal_checkpoint(PASSIVE)').fetchall()",
    "full checkpoint": COMMIT + "c.execute('PRAGMA wal_checkpoint(FULL)').fetchall()",
    "the log begun anew": COMMIT + "c.execute('PRAGMA wal_checkpoint(RESTART)').fetchall()",
    "the log cut": COMMIT + "c.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchall()",
    "the log run over": "c.execute('PRAGMA wal_autocheckpoint = 5')\n" + COMMIT * 40,
    "vacuum": COMMIT + "c.execute('VACUUM')",
    "vacuum of other pages": "c.execute('PRAGMA auto_vacuum = 1')\nc.execute('VACUUM')",
    "taken back": "c.execute('BEGIN')\n" + COMMIT * 3 + "c.execute('ROLLBACK')",
    "spilled, taken back": "c.execute('PRAGMA cache_size = 2')\nc.execute('BEGIN')\n"
    + COMMIT * 60
    + "c.execute('ROLLBACK')",
    "exclusive locking": "c.execute('PRAGMA locking_mode = EXCLUSIVE')\ntry:\n    "
    + COMMIT
    + "except sqlite3.Error: pass",
    "killed": COMMIT + "os.kill(os.getpid(), signal.SIGKILL)",
    "killed in a transaction": "c.execute('PRAGMA cache_size = 2')\nc.execute('BEGIN')\n"
    + COMMIT * 60
    + "os.kill(os.getpid(), signal.SIGKILL)",
    "restored from a copy": "o = sqlite3.connect(':memory:')\n"
    "o.execute('CREATE TABLE a (b)')\no.execute('INSERT INTO a VALUES (1)')\no.commit()\n"
    "o.backup(c)",
    "another journal": "try: c.execute('PRAGMA journal_mode = DELETE').fetchall()\n"
    "except sqlite3.Error: pass",
}


@pytest.mark.parametrize("own", [True, False], ids=["open here too", "open there only"])
@pytest.mark.parametrize("event", EVENTS)
def test_every_commit_is_noticed_after(
    event: str, elsewhere: Elsewhere, file: Path, *, own: bool
) -> None:
    """With `own` false, the other process is the last to close the file but for the look."""
    kept = connect(file) if own else None
    if kept is not None:
        kept.execute("SELECT * FROM a").fetchall()
    look = look_at(file)
    marks, found = [look.mark()], [rows(file)]
    for code in (EVENTS[event], COMMIT, COMMIT):
        before = rows(file)
        elsewhere(file, code)
        after = rows(file)
        marks.append(look.mark())
        found.append(after)
        assert marks[-1] is not None
        assert (marks[-1] != marks[-2]) or before == after
    assert found[-1] == found[-3] + 2
    assert len(set(marks[1:])) == 3
    assert marks[0] not in marks[2:]


def test_control_without_its_connection_a_look_goes_blind(elsewhere: Elsewhere, file: Path) -> None:
    """Who closes last deletes the index, and the next commit is told in another one."""
    first = connect(file)
    first.execute("SELECT * FROM a").fetchall()
    look = look_without_a_lock(file)
    first.close()
    before = look.mark(), rows(file)
    assert not elsewhere(file, COMMIT)
    assert rows(file) == before[1] + 1
    assert look.mark() == before[0]


def test_the_journal_cannot_change_under_a_look(elsewhere: Elsewhere, file: Path) -> None:
    code = "c.execute('PRAGMA journal_mode = DELETE').fetchall()"
    look_at(file)
    assert "locked" in elsewhere(file, code)


def test_control_without_a_look_it_can(elsewhere: Elsewhere, file: Path) -> None:
    assert not elsewhere(file, "c.execute('PRAGMA journal_mode = DELETE').fetchall()")
    assert watch(str(file)) is None


@pytest.mark.parametrize("size", [512, 1024, 65536])
def test_the_size_of_pages_does_not_matter(size: int, elsewhere: Elsewhere, tmp_path: Path) -> None:
    file = make(tmp_path / "b.sqlite3", size)
    look = look_at(file)
    marks = {look.mark()}
    for _ in range(3):
        elsewhere(file, COMMIT)
        marks.add(look.mark())
    assert None not in marks
    assert len(marks) == 4


def tear(file: Path) -> None:
    """Leave the index as a writer does that is killed between the two copies."""
    whole = mmap.mmap(os.open(f"{file}-shm", os.O_RDWR), 2 * COPY)
    whole[8] ^= 0xFF
    kept_open.append(whole)


def test_a_header_left_half_written_is_not_believed_and_mended(
    elsewhere: Elsewhere, file: Path
) -> None:
    """Recovery counts commits from nothing again; still no mark comes back."""
    look = look_at(file)
    marks = []
    for number in range(1, 5):
        elsewhere(file, COMMIT)
        marks.append(look.mark())
        tear(file)
        assert look.mark() is None
        assert rows(file) == number
        marks.append(look.mark())
    assert None not in marks
    assert len(set(marks)) == len(marks)


def test_another_order_of_bytes_is_not_believed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walindex, "_FORMAT", int.from_bytes((3007000).to_bytes(4, "big"), "little"))
    assert watch(str(file)) is None


def test_a_writer_in_a_thread_is_never_missed(file: Path) -> None:
    """A look that equals the one before a commit that has returned would be a stale page."""
    look, done = look_at(file), threading.Event()
    told: list[tuple[bytes | None, bytes | None]] = []

    def write() -> None:
        connection = connect(file)
        connection.execute("PRAGMA synchronous = OFF")
        for _ in range(200):
            before = look.mark()
            connection.execute("INSERT INTO a VALUES (1)")
            told.append((before, look.mark()))
        connection.close()
        done.set()

    seen = []
    thread = threading.Thread(target=write)
    thread.start()
    while not done.is_set():
        seen.append(look.mark())
    thread.join()
    assert all(before != after for before, after in told)
    known = {mark for pair in told for mark in pair}
    assert len(known) == 201
    assert {mark for mark in seen if mark is not None} <= known


def test_a_forked_child_sees_what_its_parent_does(elsewhere: Elsewhere, file: Path) -> None:
    look = look_at(file)
    before = look.mark()
    elsewhere(file, COMMIT)
    child = os.fork()
    if not child:
        os._exit(0 if look.mark() not in {None, before} else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def versions_in(file: Path, stamp: int) -> Path:
    connection = connect(file)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE content_version (scope integer, stamp integer)")
    connection.execute("INSERT INTO content_version VALUES (-2, ?)", (stamp,))
    connection.close()
    return file


def test_another_file_in_its_place_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the second for which the reader is sure of its file; and not before, as control."""
    file, other = versions_in(tmp_path / "a", 1), versions_in(tmp_path / "b", 2)
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", str(file))
    now = [0.0]
    reader = SqliteReader(-2, clock=lambda: now[0])
    assert reader.versions(-1) == [(-2, 1)]
    for end in ("-wal", "-shm"):
        Path(f"{file}{end}").unlink()
    other.replace(file)
    assert reader.versions(-1) == [(-2, 1)]
    now[0] += SURE
    assert reader.versions(-1) == [(-2, 2)]
    assert reader.rows("SELECT stamp FROM content_version", ()) == [(2,)]
    reader.close()
