"""Pictures copied between a folder and a bucket; their addresses on the site stay the same."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from django.core.files.storage import FileSystemStorage, Storage
from django.utils.module_loading import import_string

from blogsite.lib import storage
from blogsite.lib.environment import BrokenEnvironment
from blogsite.moving.databases import CannotMove
from blogsite.moving.move import Progress

AT_ONCE = 8
AHEAD = 200  # names in work or waiting


def opened(address: str) -> Storage:
    """Return the storage of a folder, or at an address like STORAGE_URL. Raises CannotMove."""
    if "://" not in address:
        return FileSystemStorage(Path(address).absolute())
    try:
        settings = storage.media(address)
    except BrokenEnvironment as error:
        raise CannotMove(str(error)) from error
    bucket: Storage = import_string(settings["BACKEND"])(**settings["OPTIONS"])
    if isinstance(bucket, storage.Remote) and (fault := bucket.fault()):
        raise CannotMove(fault)
    return bucket


def copy(source: Storage, target: Storage, progress: Progress) -> Counter[str]:
    """Copy what the target lacks; return how many were copied and how many it had.

    Raises OSError where one of them stops answering; doing it again goes on from there.
    """
    done = Counter({"copied": 0, "there already": 0})
    names = source.names() if isinstance(source, storage.Remote) else walk(source)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while some := list(islice(names, AHEAD)):
            for result in pool.map(lambda name: _copied(source, target, name), some):
                done[result] += 1
                progress.update()
    return done


def _copied(source: Storage, target: Storage, name: str) -> str:
    """Copy one; what was cut short before has another size, and is written anew."""
    if target.exists(name):
        if target.size(name) == source.size(name):
            return "there already"
        target.delete(name)
    with source.open(name) as file:
        target.save(name, file)
    return "copied"


def walk(held: Storage, folder: str = "") -> Iterator[str]:
    """Yield the name of every file of a folder."""
    folders, files = held.listdir(folder)
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(files))
    for name in sorted(folders):
        yield from walk(held, f"{prefix}{name}")
