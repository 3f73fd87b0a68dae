"""A picture's bytes are on the disk before its row says so, whole or not at all."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection

from accounts.testing import make_user
from blogsite.lib.folder import Folder
from posts.testing import make_image

Noted = list[tuple[str, str]]


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Noted:
    """Return what happens to files and rows, in its order."""
    found: Noted = []
    fsync, replace = os.fsync, Path.replace

    def on_fsync(descriptor: int) -> None:
        found.append(("sync", str(Path(f"/proc/self/fd/{descriptor}").readlink())))
        fsync(descriptor)

    def on_replace(path: Path, target: Path) -> Path:
        found.append((str(path), str(target)))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", on_fsync)
    monkeypatch.setattr(Path, "replace", on_replace)
    return found


def telling_of_rows(noted: Noted) -> Callable[..., Any]:
    def execute(run: Any, sql: str, *rest: Any) -> Any:
        noted.append(("row", sql)) if sql.startswith("INSERT") else None
        return run(sql, *rest)

    return execute


@pytest.mark.django_db
def test_a_picture_is_on_the_disk_before_its_row(noted: Noted) -> None:
    alice = make_user("alice")
    noted.clear()
    with connection.execute_wrapper(telling_of_rows(noted)):
        picture = make_image(alice)
    rows = [number for number, (kind, _what) in enumerate(noted) if kind == "row"]
    before = noted[: rows[0]]
    whole = default_storage.path(picture.path)
    (part,) = [source for source, target in before if target == whole]
    named = before.index((part, whole))
    assert ("sync", part) in before[:named]
    assert ("sync", str(Path(whole).parent)) in before[named:]
    media = Path(settings.MEDIA_ROOT)
    assert {("sync", str(folder)) for folder in (media, media / "images")} <= set(before)


@pytest.fixture(params=[Folder, FileSystemStorage])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> FileSystemStorage:
    kind: type[FileSystemStorage] = request.param
    return kind(location=tmp_path)


class Full(ContentFile[bytes]):
    """A file whose disk is full after its first half."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")


def test_what_is_cut_short_leaves_nothing(storage: FileSystemStorage, tmp_path: Path) -> None:
    """Django's own storage is the control: it leaves half a file, which counts as stored."""
    with pytest.raises(OSError, match="No space"):
        storage.save("a/b.webp", Full(b"half and half"))
    assert storage.exists("a/b.webp") is (type(storage) is FileSystemStorage)
    assert bool(list(tmp_path.glob("a/*"))) is (type(storage) is FileSystemStorage)


def test_it_stores_as_django_does(tmp_path: Path) -> None:
    storage = Folder(location=tmp_path, file_permissions_mode=0o640)
    names = [storage.save("a/b.webp", ContentFile(b"bytes")) for _ in range(2)]
    assert names[0] == "a/b.webp" != names[1]
    assert [(tmp_path / name).read_bytes() for name in names] == [b"bytes"] * 2
    assert oct((tmp_path / names[0]).stat().st_mode)[-3:] == "640"
    assert sorted(p.name for p in tmp_path.glob("a/*")) == sorted(n[2:] for n in names)
