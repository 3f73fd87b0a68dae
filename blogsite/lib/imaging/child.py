"""The child process that decodes pictures: nothing a stranger sent is decoded anywhere else.

Started by blogsite.lib.imaging.parent, without Django. Reads from standard input a length (8
bytes) and what was sent, again and again; answers each with a JSON head and a body, a length
before either. The head is {"refused": code}, or {"sizes": [{width, height, format, length,
tone}]}.
"""

import importlib
import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from blogsite.lib.imaging.answers import Refusal, Size

MEGABYTE = 1024 * 1024
ADDRESS_SPACE = 1024 * MEGABYTE
CPU_SECONDS = 8
OPEN_FILES = 64
# Nobody waits for these: they may take longer, and those who read come first.
UNHURRIED = {"sizes"}
UNHURRIED_CPU_SECONDS = 40

Renderer = Callable[[bytes], list[Size]]


def main(kind: str) -> None:
    """Answer until the parent closes the pipe."""
    render: Renderer = importlib.import_module(f"blogsite.lib.imaging.{kind}").render
    os.chdir("/")
    seconds = CPU_SECONDS
    if kind in UNHURRIED:
        seconds = UNHURRIED_CPU_SECONDS
        os.nice(10)
    limit()
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(8):
        allow_cpu(seconds)
        answer(render, source.read(int.from_bytes(head, "big")), answers)


def limit() -> None:
    """Give up what decoding does not need, for good."""
    if sys.platform == "linux":  # elsewhere the limit is not kept
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_cpu(seconds: int) -> None:
    """Let this process use that much more processor time; the system kills it after."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + 1 + seconds, resource.RLIM_INFINITY))


def answer(render: Renderer, data: bytes, answers: BinaryIO) -> None:
    """Write the answer to one picture."""
    body = b""
    head: dict[str, Any]
    try:
        sizes = render(data)
    except Refusal as refusal:
        head = {"refused": refusal.args[0]}
    except MemoryError:
        head = {"refused": "pixels"}
    # What decoders raise on damaged input; by anything else this process ends, to the same effect.
    except (OSError, SyntaxError, ValueError, EOFError):
        head = {"refused": "damaged"}
    else:
        head = {"sizes": [size.head() for size in sizes]}
        body = b"".join(size.data for size in sizes)
    parts = (json.dumps(head).encode(), body)
    answers.writelines(len(part).to_bytes(8, "big") + part for part in parts)
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
