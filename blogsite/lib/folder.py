"""Files in a folder of this machine that are there whole, or not at all, whatever happens."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class Folder(FileSystemStorage):
    """Django's storage, but a file gets its name once its bytes are on the disk.

    Whoever sees the name sees the whole file, also after a kill or a loss of power; and what is
    written to the database afterwards does not tell of a file that is gone.
    """

    def _save(self, name: str, content: File[Any]) -> str:
        place = Path(self.path(name))
        part = place.with_name(f".{uuid4().hex}.part")
        try:
            super()._save(str(part.relative_to(self.location)), content)  # type: ignore[misc]
            _sync(part)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)  # there is one only where this was cut short
        folder = place.parent
        _sync(folder)
        while folder != Path(self.location):  # a folder may be as new as the file in it
            folder = folder.parent
            _sync(folder)
        return name


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
