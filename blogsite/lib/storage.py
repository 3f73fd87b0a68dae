"""Where pictures are kept: a folder of this machine, or a bucket that all nodes share."""

import re
from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from blogsite.lib.environment import BrokenEnvironment

SCHEMES = {"s3": "https", "s3+http": "http"}
OPTIONS = {"region", "public_url", "addressing"}
# A bucket's name, and below it perhaps a folder.
_PLACE = re.compile(r"/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([\w./-]*))?", re.ASCII)

# For whoever sent a picture, or wants one away.
NOT_STORED = _("The picture could not be stored just now; please send it again in a few minutes.")
NOT_DELETED = _("The picture could not be deleted just now; please try again in a few minutes.")


class Unavailable(OSError):
    """What holds the pictures does not answer now, or refuses; nothing was changed."""


@runtime_checkable
class Remote(Protocol):
    """A storage outside of this machine, which may be away."""

    @property
    def public_url(self) -> str:
        """Return where readers fetch pictures themselves; empty where the site hands them on."""

    def names(self) -> Iterator[str]:
        """Yield the name of every picture. Raises Unavailable."""

    def fault(self) -> str:
        """Return what is wrong with how it is named, as a sentence; empty if all is well.

        Raises Unavailable where it cannot be asked.
        """


def storage_is_ready() -> bool:
    """Tell whether pictures can be stored and fetched, within a few seconds."""
    storage = storages["default"]
    try:
        return not isinstance(storage, Remote) or not storage.fault()
    except Unavailable:
        return False


def media(url: str) -> dict[str, Any]:
    """Return Django's settings for the storage at the address; the media folder if empty.

    s3://key:secret@host:port/bucket/folder?region=…&public_url=…&addressing=path or virtual;
    s3+http:// for a server without TLS. Raises BrokenEnvironment.
    """
    if not url:
        return {"BACKEND": "blogsite.lib.folder.Folder"}
    parts, place = _parts(url)
    asked = _options(parts.query)
    if bool(parts.username) != bool(parts.password):
        raise BrokenEnvironment("STORAGE_URL must have both a key and a secret, or neither.")
    _check_public(asked["public_url"])
    if asked["addressing"] not in {"path", "virtual"}:
        raise BrokenEnvironment("STORAGE_URL must have addressing=path or addressing=virtual.")
    options = {
        "access_key": unquote(parts.username or "") or None,
        "secret_key": unquote(parts.password or "") or None,
        "bucket_name": place[1],
        "location": (place[2] or "").strip("/"),
        "endpoint_url": f"{SCHEMES[parts.scheme]}://{parts.netloc.rpartition('@')[2]}",
        "region_name": asked["region"],
        "addressing_style": asked["addressing"],
        "public_url": asked["public_url"].rstrip("/"),
    }
    return {"BACKEND": "blogsite.lib.bucket.Bucket", "OPTIONS": options}


def _parts(url: str) -> tuple[SplitResult, re.Match[str]]:
    try:
        parts = urlsplit(url)
        _ = parts.port
        place = _PLACE.fullmatch(parts.path)
        if parts.scheme in SCHEMES and parts.hostname and place:
            return parts, place
    except ValueError:
        pass
    raise BrokenEnvironment(
        "STORAGE_URL must be like s3://key:secret@host/bucket?region=name, or s3+http:// for a"
        " server without TLS."
    )


def _options(query: str) -> dict[str, str]:
    given = parse_qs(query, keep_blank_values=True)
    if unknown := given.keys() - OPTIONS:
        names = ", ".join(sorted(OPTIONS))
        raise BrokenEnvironment(f"STORAGE_URL may have {names}, not {min(unknown)!r}.")
    return {"region": "us-east-1", "public_url": "", "addressing": "path"} | {
        name: values[-1] for name, values in given.items()
    }


def _check_public(url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment):
        # The site's content policy shows foreign pictures over HTTPS only.
        raise BrokenEnvironment("STORAGE_URL must have a public_url that starts with https://.")
