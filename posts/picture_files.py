"""The files of pictures in the media storage, named by content: none is ever replaced."""

import logging
from collections.abc import Iterable, Mapping
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from blogsite.lib.images import Rendition

logger = logging.getLogger("blogsite.storage")

DIGITS = 32  # of a hash in an address: short to read in a text, too many to collide
# A format whose encoder is set differently from one release on gets new names: those there are
# stay true for good. Format by the number of its edition, where that is not 1.
EDITIONS: dict[str, int] = {}


def path_of(whole: Rendition, salt: bytes = b"") -> str:
    """Return the path of a full size: its folder is the hash of its bytes, and of the salt.

    With a random salt no other picture has that path, nor can it be guessed from the bytes.
    """
    digest = sha256(salt + whole.data).hexdigest()[:DIGITS]
    return beside(f"images/{digest[:2]}/{digest}/", whole)


def folder_of(path: str) -> str:
    """Return the folder that all files of a picture share."""
    return path.rpartition("/")[0]


def beside(path: str, size: Rendition) -> str:
    """Return the path of a size in the folder of the full size."""
    edition = EDITIONS.get(size.format, 1)
    name = f"{size.width}-{edition}" if edition > 1 else f"{size.width}"
    return f"{path.rpartition('/')[0]}/{name}.{size.format}"


def write(files: Mapping[str, Rendition]) -> None:
    """Write the files that are missing. Raises OSError."""
    for path, size in files.items():
        if default_storage.exists(path):
            continue
        written = default_storage.save(path, ContentFile(size.data))
        if written != path:  # another request was faster
            default_storage.delete(written)


def read(path: str) -> bytes:
    """Return the bytes of a file. Raises OSError."""
    with default_storage.open(path) as file:
        data: bytes = file.read()
    return data


def remove(paths: Iterable[str]) -> None:
    """Delete the files; the log names one that could not be."""
    for path in paths:
        try:
            default_storage.delete(path)
        except OSError as error:
            logger.warning("The picture %s, which no post shows, was left: %s", path, error)
