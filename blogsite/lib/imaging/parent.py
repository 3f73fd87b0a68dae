"""A decoding child process from its parent's side: bytes in, an answer out, or a clean end."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Literal

Kind = Literal["pictures", "drawings", "portraits", "logos", "sizes", "shares"]

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-E", "-s", "-m", "blogsite.lib.imaging.child"]
PATIENCE = 15.0  # seconds for one answer, by the clock
# What runs behind all else on a busy machine gets that many times as long.
UNHURRIED = {"sizes": 8}
MAX_HEAD, MAX_BODY = 64 * 1024, 64 * 1024 * 1024


class Failed(Exception):
    """The child gave no answer; args[0] is "effort" where it worked too long, else "damaged"."""


class Child:
    """A process that decodes what strangers sent, with limits of its own; started when needed.

    It gets no environment and no open file of the parent's. After a failure the next question
    goes to a new process. To be used by one thread at a time.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, data: bytes) -> tuple[dict[str, Any], bytes]:
        """Return the head and the body of the answer. Raises Failed."""
        process = self._started()
        patience = PATIENCE * UNHURRIED.get(self.kind, 1)
        exchange = _Exchange(process, time.monotonic() + patience)
        try:
            exchange.send(len(data).to_bytes(8, "big") + data)
            head = json.loads(exchange.receive(exchange.length(MAX_HEAD)))
            return head, exchange.receive(exchange.length(MAX_BODY))
        except TimeoutError as error:
            raise Failed("effort") from error
        except ValueError as error:
            raise Failed("damaged") from error
        except (EOFError, BrokenPipeError) as error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1)
            raise Failed(
                "effort" if process.returncode == -signal.SIGXCPU else "damaged"
            ) from error
        finally:
            if exchange.unfinished:
                self.end()

    def end(self) -> None:
        """Kill the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr]

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(  # noqa: S603 - nothing of a stranger's
                [*COMMAND, self.kind],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                bufsize=0,
            )
            for pipe in (self._process.stdin, self._process.stdout):
                os.set_blocking(pipe.fileno(), False)  # type: ignore[union-attr]
        return self._process


class _Exchange:
    """Sends and receives through a child's pipes until a deadline.

    Every method raises TimeoutError past it, and BrokenPipeError or EOFError where the child died.
    """

    def __init__(self, child: "subprocess.Popen[bytes]", deadline: float) -> None:
        assert child.stdin is not None  # noqa: S101 - for the type checker
        assert child.stdout is not None  # noqa: S101
        self.into, self.out = child.stdin.fileno(), child.stdout.fileno()
        self.deadline = deadline
        self.unfinished = 3  # one request out, two parts in

    def send(self, data: bytes) -> None:
        """Write all of it."""
        rest = memoryview(data)
        while rest:
            self._wait(self.into, select.POLLOUT)
            rest = rest[os.write(self.into, rest[:65536]) :]
        self.unfinished -= 1

    def length(self, most: int) -> int:
        """Read how long the next part is. Raises ValueError past the limit."""
        size = int.from_bytes(self._read(8), "big")
        if size > most:
            raise ValueError(size)
        return size

    def receive(self, size: int) -> bytes:
        """Read a part of exactly so many bytes."""
        part = self._read(size)
        self.unfinished -= 1
        return part

    def _read(self, size: int) -> bytes:
        pieces: list[bytes] = []
        while size:
            self._wait(self.out, select.POLLIN)
            piece = os.read(self.out, min(size, 1024 * 1024))
            if not piece:
                raise EOFError
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _wait(self, pipe: int, event: int) -> None:
        poll = select.poll()
        poll.register(pipe, event)
        if not poll.poll(max(0.0, self.deadline - time.monotonic()) * 1000):
            raise TimeoutError
