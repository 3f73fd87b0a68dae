"""Pictures in an S3-compatible bucket: one address each, whatever holds them, and no page waits.

Texts name pictures by /media/ whether a folder or a bucket has them, so either can follow the
other. A bucket that does not answer is left alone for a while: one request asks again, the others
are told at once.
"""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files import File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from blogsite.lib.images import TYPES
from blogsite.lib.storage import Unavailable

PAUSE = 5.0  # seconds in which a bucket that did not answer is asked by nobody
CONNECT_PATIENCE, READ_PATIENCE = 2, 5
FOREVER = "public, max-age=31536000, immutable"

logger = logging.getLogger("blogsite.storage")


class Fetched(File[bytes]):
    """A picture read whole, with the time it was stored."""

    def __init__(self, data: bytes, name: str, changed: datetime) -> None:
        super().__init__(BytesIO(data), name)
        self.size = len(data)
        self.changed = changed


class Bucket(S3Storage):  # type: ignore[misc]
    """A bucket. Everything but `url()` may raise Unavailable."""

    def __init__(self, *, public_url: str = "", **options: Any) -> None:
        """Take django-storages' options; `public_url` is where readers fetch pictures."""
        config = Config(
            s3={"addressing_style": options.get("addressing_style", "path")},
            connect_timeout=CONNECT_PATIENCE,
            read_timeout=READ_PATIENCE,
            retries={"total_max_attempts": 2, "mode": "standard"},
            # Checksums that not every S3-compatible server knows.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(client_config=config, **options)
        self.public_url = public_url
        self._making = threading.Lock()
        self._made: tuple[int, Any] = 0, None
        self._is_away = False
        self._left_alone_until = 0.0

    @property
    def client(self) -> Any:
        """Return the client, which all threads share; a forked process needs one of its own."""
        with self._making:
            if self._made[0] != os.getpid():
                session = boto3.Session(self.access_key, self.secret_key)
                client = session.client(
                    "s3",
                    region_name=self.region_name,
                    endpoint_url=self.endpoint_url,
                    config=self.client_config,
                )
                self._made = os.getpid(), client
            return self._made[1]

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        """Return the address on this site."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name or "").lstrip("/"))

    def exists(self, name: str) -> bool:
        """Tell whether there is such a picture."""
        try:
            self._ask("head_object", name)
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        """Delete it, if it is there."""
        self._ask("delete_object", name)

    def size(self, name: str) -> int:
        """Return its bytes. Raises FileNotFoundError."""
        return int(self._ask("head_object", name)["ContentLength"])

    def get_modified_time(self, name: str) -> datetime:
        """Return when it was stored. Raises FileNotFoundError."""
        changed: datetime = self._ask("head_object", name)["LastModified"]
        return changed

    def names(self) -> Iterator[str]:
        """Yield the name of every picture, a thousand at a question."""
        prefix = f"{self.location}/" if self.location else ""
        after: dict[str, str] = {}
        while True:
            with self._asking():
                found = self.client.list_objects_v2(Bucket=self.bucket_name, Prefix=prefix, **after)
            yield from (entry["Key"].removeprefix(prefix) for entry in found.get("Contents", []))
            if not found.get("IsTruncated"):
                return
            after = {"ContinuationToken": found["NextContinuationToken"]}

    def fault(self) -> str:
        """Return why the bucket cannot be used, as a sentence; empty if it can."""
        try:
            with self._asking():
                self.client.head_bucket(Bucket=self.bucket_name)
        except FileNotFoundError:
            return f"There is no bucket {self.bucket_name} at {self.endpoint_url}."
        except PermissionError:
            return f"The key of STORAGE_URL may not use the bucket {self.bucket_name}."
        return ""

    def _open(self, name: str, mode: str = "rb") -> Fetched:
        """Fetch the whole picture, so that none ends in the middle. Raises FileNotFoundError."""
        if mode != "rb":
            raise ValueError("Pictures in a bucket are opened for reading; save() writes.")
        with self._asking():
            found = self.client.get_object(Bucket=self.bucket_name, Key=self._key(name))
            return Fetched(found["Body"].read(), name, found["LastModified"])

    def _save(self, name: str, content: File[bytes]) -> str:
        kind = TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
        said = {"ContentType": kind, "CacheControl": FOREVER, "ContentDisposition": "inline"}
        self._ask("put_object", name, Body=content.read(), **said)
        return str(clean_name(name))

    def _key(self, name: str) -> str:
        return str(self._normalize_name(clean_name(name)))

    def _ask(self, method: str, name: str, **parameters: Any) -> dict[str, Any]:
        key = self._key(name)
        with self._asking():
            answer = getattr(self.client, method)(Bucket=self.bucket_name, Key=key, **parameters)
        return dict(answer)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Turn what goes wrong into FileNotFoundError, PermissionError or Unavailable."""
        now = time.monotonic()
        if now < self._left_alone_until:
            raise Unavailable("The storage of pictures did not answer a moment ago.")
        if self._is_away:
            self._left_alone_until = now + PAUSE  # the others wait for what this one finds
        try:
            yield
        except ClientError as error:
            self._note_answer()
            raise _meaning(error) from error
        except BotoCoreError as error:
            self._note_silence(error)
            raise Unavailable(f"The storage of pictures does not answer: {error}") from error
        self._note_answer()

    def _note_answer(self) -> None:
        if self._is_away:
            self._is_away, self._left_alone_until = False, 0.0
            logger.warning("The storage of pictures answers again.")

    def _note_silence(self, error: BotoCoreError) -> None:
        if not self._is_away:
            logger.warning("The storage of pictures does not answer: %s", error)
        self._is_away, self._left_alone_until = True, time.monotonic() + PAUSE


def _meaning(error: ClientError) -> OSError:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    said = str(error)
    if status == 404:
        return FileNotFoundError(said)
    if status == 403:
        return PermissionError(said)
    return Unavailable(said)
