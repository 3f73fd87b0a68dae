"""The floor: a WSGI application that answers with the bytes it found when it started."""

import os
from collections.abc import Callable
from pathlib import Path

BODY = [Path(os.environ["FIXED_BODY"]).read_bytes()]
HEADERS = [
    tuple(line.split(": ", 1)) for line in Path(os.environ["FIXED_HEADERS"]).read_text().split("\n")
]


def application(environ: object, start: Callable[..., object]) -> list[bytes]:
    """Answer."""
    start("200 OK", HEADERS)
    return BODY
