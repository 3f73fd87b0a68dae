"""A local S3 server for tests, in a process of its own so that it can be stopped and come back."""

import subprocess
import sys
import urllib.error
import urllib.request
from types import TracebackType
from typing import Any, Self

import boto3
from django.conf import settings

from blogsite.lib import storage
from blogsite.tests.served import eventually, free_port

NAME = "pictures"


class BucketServer:
    """moto's S3 server with one empty bucket; use it as a context manager."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.url = f"s3+http://testing:testing@127.0.0.1:{self.port}/{NAME}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, with nothing in the bucket."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert eventually(self.answers, 60)
        self.client().create_bucket(Bucket=NAME)

    def stop(self) -> None:
        """Stop it; what it held is gone."""
        self.process.kill()
        self.process.wait()

    def answers(self) -> bool:
        """Tell whether it listens yet."""
        try:
            urllib.request.urlopen(f"{self.address}/moto-api/", timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            return False
        return True

    def client(self) -> Any:
        """Return a client that knows nothing of the site."""
        return boto3.Session("testing", "testing").client(
            "s3", endpoint_url=self.address, region_name="us-east-1"
        )

    def names(self) -> list[str]:
        """Return the names of all that is stored."""
        found = self.client().list_objects_v2(Bucket=NAME)
        return [entry["Key"] for entry in found.get("Contents", [])]


def storages(url: str) -> dict[str, dict[str, object]]:
    """Return the setting STORAGES with pictures kept at the address."""
    return {**settings.STORAGES, "default": storage.media(url)}
