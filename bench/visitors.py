"""Visitors who keep a site busy and note what goes wrong, for the trials of its reliability.

Each holds a connection open and asks one request after another, as browsers and proxies do. A
connection that the server closed between two requests is opened again, as HTTP tells clients to:
such a request is sent once more, and counted as such. Anything else but the expected status is a
failed request.
"""

import asyncio
import time
from dataclasses import dataclass, field
from statistics import quantiles

TIMEOUT = 15.0


@dataclass
class Record:
    """What visitors met."""

    seconds: list[tuple[float, float]] = field(default_factory=list)  # when it ended, how long
    failures: list[tuple[float, str]] = field(default_factory=list)
    asked_again: int = 0

    def percentile(self, percent: int) -> float:
        """Return the milliseconds that so many percent of the requests did not pass."""
        return quantiles([took for _at, took in self.seconds], n=100)[percent - 1] * 1000

    def summary(self) -> str:
        """Return the figures in a line."""
        return (
            f"{len(self.seconds):,} requests, {len(self.failures)} failed, "
            f"{self.asked_again} sent again on a new connection; "
            f"median {self.percentile(50):.1f} ms, p99 {self.percentile(99):.1f} ms, "
            f"longest {max(took for _at, took in self.seconds) * 1000:.0f} ms"
        )


class Visitor:
    """One connection, and what it asks for."""

    def __init__(self, port: int, path: str, *, expected: int = 200, head: str = "") -> None:
        self.port, self.expected = port, expected
        lines = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: br\r\n{head}"
        self.request = f"{lines}\r\n".encode()
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def visit(self, record: Record, until: float, pause: float = 0.0) -> None:
        """Ask until that moment."""
        while time.monotonic() < until:
            began = time.monotonic()
            try:
                status = await asyncio.wait_for(self.ask(record), TIMEOUT)
            except (TimeoutError, OSError, EOFError) as error:
                self.streams = None
                record.failures.append((time.monotonic(), type(error).__name__))
            else:
                ended = time.monotonic()
                record.seconds.append((ended, ended - began))
                if status != self.expected:
                    record.failures.append((ended, str(status)))
            if pause:
                await asyncio.sleep(pause)
            elif record.failures and record.failures[-1][0] >= began:
                await asyncio.sleep(0.05)

    async def ask(self, record: Record) -> int:
        """Return the status of the answer, having read it whole."""
        is_used = self.streams is not None
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        try:
            writer.write(self.request)
            head = await reader.readuntil(b"\r\n\r\n")
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            self.streams = None
            has_begun = isinstance(error, asyncio.IncompleteReadError) and error.partial
            if not is_used or has_begun:
                raise
            record.asked_again += 1
            return await self.ask(record)
        lines = head.decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            writer.close()
            self.streams = None
        return int(lines[0].split()[1])


async def crowd(visitors: list[Visitor], seconds: float, pause: float = 0.0) -> Record:
    """Let all of them ask for so long; return what they met."""
    record, until = Record(), time.monotonic() + seconds
    await asyncio.gather(*(one.visit(record, until, pause) for one in visitors))
    return record
