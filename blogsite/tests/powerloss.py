"""What a disk may hold after the power failed: SQLite's own writes recorded, and replayed in part.

A shim between SQLite and the system's files notes every write, truncation, synchronisation and
deletion, in their order. A failure keeps what was synchronised; of what came later any part may
have reached the disk, sector by sector, in any order.
"""

import ctypes
import random
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_OK = 0
_POINTER = ctypes.c_void_p
# Where functions stand in SQLite's structures: https://sqlite.org/c3ref/vfs.html, io_methods.html
_VFS_NAME, _VFS_OPEN, _VFS_DELETE, _VFS_SIZE = 24, 40, 48, 168
_IO_WRITE, _IO_TRUNCATE, _IO_SYNC, _IO_SIZE = 24, 32, 40, 152
_Open = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, _POINTER, ctypes.c_int, _POINTER)
_Delete = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, ctypes.c_int)
_Write = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, ctypes.c_int, ctypes.c_int64)
_Truncate = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a file; or, without one, something acknowledged."""

    kind: str
    file: str = ""
    at: int = 0
    data: bytes = b""
    said: Any = None


@dataclass
class Recorder:
    """Notes what SQLite does to the database `file` and its log, in this process."""

    file: Path
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        own = sys.modules.get("pysqlite3._sqlite3") or sys.modules["_sqlite3"]
        self.library = ctypes.CDLL(own.__file__)
        self.library.sqlite3_vfs_find.restype = _POINTER
        self.paths: dict[int, str] = {}
        self.methods: dict[int, Any] = {}
        self.kept: list[Any] = []

    def acknowledge(self, said: Any) -> None:
        """Note that somebody was told that it is stored."""
        self.events.append(Event("told", said=said))

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Stand between SQLite and the files it opens from now on."""
        system = self.library.sqlite3_vfs_find(None)
        shim = ctypes.create_string_buffer(ctypes.string_at(system, _VFS_SIZE), _VFS_SIZE)
        name = ctypes.c_char_p(b"recorder")
        opened = _function(system, _VFS_OPEN, _Open)
        deleted = _function(system, _VFS_DELETE, _Delete)
        _put(shim, _VFS_OPEN, _Open(lambda *given: self._open(opened, *given)), self.kept)
        _put(shim, _VFS_DELETE, _Delete(lambda *given: self._delete(deleted, *given)), self.kept)
        ctypes.memmove(ctypes.addressof(shim) + _VFS_NAME, ctypes.addressof(name), 8)
        self.kept += [shim, name]
        self.library.sqlite3_vfs_register(shim, 1)
        try:
            yield
        finally:
            self.library.sqlite3_vfs_register(_POINTER(system), 1)

    def _open(
        self, system: Any, vfs: int, name: int | None, file: int, flags: int, out: int | None
    ) -> int:
        result: int = system(vfs, name, file, flags, out)
        # SQLite keeps the pointer: what it gets must be its own, no copy.
        path = ctypes.string_at(name).decode() if name else ""
        self.paths.pop(file, None)
        if result == _OK and path in (str(self.file), f"{self.file}-wal", f"{self.file}-journal"):
            self.paths[file] = path
            address = ctypes.cast(file, ctypes.POINTER(_POINTER))
            if address[0] not in self.methods:
                self.methods[address[0] or 0] = self._shimmed(address[0] or 0)
            address[0] = ctypes.addressof(self.methods[address[0] or 0])
        return result

    def _shimmed(self, system: int) -> Any:
        shim = ctypes.create_string_buffer(ctypes.string_at(system, _IO_SIZE), _IO_SIZE)
        write = _function(system, _IO_WRITE, _Write)
        truncate = _function(system, _IO_TRUNCATE, _Truncate)
        sync = _function(system, _IO_SYNC, _Sync)

        def on_write(file: int, data: int, size: int, at: int) -> int:
            self._note("write", file, at, ctypes.string_at(data, size))
            return int(write(file, data, size, at))

        def on_truncate(file: int, size: int) -> int:
            self._note("truncate", file, size)
            return int(truncate(file, size))

        def on_sync(file: int, flags: int) -> int:
            result = int(sync(file, flags))
            self._note("sync", file)
            return result

        _put(shim, _IO_WRITE, _Write(on_write), self.kept)
        _put(shim, _IO_TRUNCATE, _Truncate(on_truncate), self.kept)
        _put(shim, _IO_SYNC, _Sync(on_sync), self.kept)
        return shim

    def _note(self, kind: str, file: int, at: int = 0, data: bytes = b"") -> None:
        self.events.append(Event(kind, self.paths[file], at, data))

    def _delete(self, system: Any, vfs: int, name: int, folder: int) -> int:
        result: int = system(vfs, name, folder)
        path = ctypes.string_at(name).decode()
        if result == _OK and path.startswith(str(self.file)):
            self.events.append(Event("delete", path))
        return result


def _function(structure: int, offset: int, kind: Any) -> Any:
    return kind(ctypes.cast(structure + offset, ctypes.POINTER(_POINTER))[0])


def _put(structure: Any, offset: int, function: Any, kept: list[Any]) -> None:
    kept.append(function)
    pointer = ctypes.cast(function, _POINTER)
    ctypes.memmove(ctypes.addressof(structure) + offset, ctypes.addressof(pointer), 8)


@dataclass(frozen=True)
class Loss:
    """What one failure left: the files' bytes, and what had been acknowledged before it."""

    files: dict[str, bytes]
    told: list[Any]
    how: str


def losses(start: dict[str, bytes], events: list[Event], count: int, seed: int) -> Iterator[Loss]:
    """Yield that many states of the disk, each after a failure at a moment of its own."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    # Every other one just after an acknowledgement: that is when most may be lost.
    told_at = [number + 1 for number, event in enumerate(events) if event.kind == "told"]
    moments = [chance.choice(told_at) for _ in range(count // 2)]
    moments += [chance.randrange(1, len(events) + 1) for _ in range(count - len(moments))]
    disk = {file: bytearray(data) for file, data in start.items()}
    pending: list[Event] = []
    told: list[Any] = []
    done = 0
    for moment in sorted(moments):
        for event in events[done:moment]:
            _happen(event, disk, pending, told)
        done = moment
        how = chance.choice(["nothing", "everything", "some", "512", "4096"])
        yield Loss(_torn(disk, pending, how, chance), list(told), how)


def _happen(
    event: Event, disk: dict[str, bytearray], pending: list[Event], told: list[Any]
) -> None:
    if event.kind == "told":
        told.append(event.said)
    elif event.kind == "sync":
        for known in [one for one in pending if one.file == event.file]:
            _reach(known, disk)
        pending[:] = [one for one in pending if one.file != event.file]
    else:
        pending.append(event)


def _torn(
    disk: dict[str, bytearray], pending: list[Event], how: str, chance: random.Random
) -> dict[str, bytes]:
    left = {file: bytearray(data) for file, data in disk.items()}
    for event in pending:
        if how == "nothing" or (how != "everything" and chance.random() < 0.5):
            continue
        for part in _sectors(event, int(how), chance) if how.isdigit() else [event]:
            _reach(part, left)
    return {file: bytes(data) for file, data in left.items()}


def _sectors(event: Event, size: int, chance: random.Random) -> Iterator[Event]:
    if event.kind != "write":
        yield event
        return
    at = event.at
    while at < event.at + len(event.data):
        end = min((at // size + 1) * size, event.at + len(event.data))
        if chance.random() < 0.5:
            yield Event("write", event.file, at, event.data[at - event.at : end - event.at])
        at = end


def _reach(event: Event, disk: dict[str, bytearray]) -> None:
    """Let it reach the disk."""
    if event.kind == "delete":
        disk.pop(event.file, None)
        return
    data = disk.setdefault(event.file, bytearray())
    if event.kind == "truncate":
        del data[event.at :]
        return
    end = event.at + len(event.data)
    data.extend(bytes(max(0, end - len(data))))
    data[event.at : end] = event.data


def opened(loss: Loss, folder: Path) -> sqlite3.Connection:
    """Return the database as it opens after the failure."""
    for old in folder.iterdir():
        old.unlink()
    for file, data in loss.files.items():
        (folder / Path(file).name).write_bytes(data)
    name = min(loss.files, key=len)
    return sqlite3.connect(folder / Path(name).name)
