"""Goal 20: an article while 1,000 idle, 300 slow-header and 200 slow-body clients hold on.

Run from the project's folder: .venv/bin/python -m bench.slow_clients [--direct]. Prints how long an
article takes without and with them. Each that the server gets rid of comes back at once. Ends with
1 if 99 of 100 articles take more than 200 ms, or any request for one fails.
"""

import asyncio
import resource
import sys
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path

from bench.visitors import Record, Visitor, crowd
from blogsite.tests.served import ServedSite

IDLE, SLOW_HEADERS, SLOW_BODIES = 1000, 300, 200
READERS, SECONDS, MOST = 8, 40.0, 200.0
HEADER = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def hold(port: int, beginning: bytes, pause: float) -> None:
    """Connect, send the beginning, then a byte after each pause; begin anew when thrown out."""
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(beginning)
            while not reader.at_eof():
                await asyncio.sleep(pause)
                if beginning:
                    writer.write(b"x")
                    await writer.drain()
        except OSError:
            await asyncio.sleep(0.5)


async def besieged(port: int, article: Callable[[], Coroutine[None, None, Record]]) -> Record:
    """Return what readers met while slow clients held on."""
    slow = [asyncio.create_task(hold(port, b"", 1.0)) for _ in range(IDLE)]
    slow += [asyncio.create_task(hold(port, HEADER, 1.0)) for _ in range(SLOW_HEADERS)]
    slow += [asyncio.create_task(hold(port, BODY, 1.0)) for _ in range(SLOW_BODIES)]
    await asyncio.sleep(5)
    try:
        return await article()
    finally:
        for task in slow:
            task.cancel()


async def measure(port: int) -> tuple[Record, Record]:
    """Return what readers met alone, and among slow clients."""

    async def article() -> Record:
        staying = [Visitor(port, "/posts/welcome/") for _ in range(READERS // 2)]
        coming = [Visitor(port, "/", head="Connection: close\r\n") for _ in range(READERS // 2)]
        return await crowd(staying + coming, SECONDS, 0.05)

    return await article(), await besieged(port, article)


def main() -> None:
    """Print the figures."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    with tempfile.TemporaryDirectory() as folder, ServedSite(Path(folder) / "data") as site:
        alone, among = asyncio.run(measure(site.port))
    print(f"alone: {alone.summary()}")
    print(f"among {IDLE + SLOW_HEADERS + SLOW_BODIES:,} slow clients: {among.summary()}")
    sys.exit(bool(among.failures) or among.percentile(99) > MOST)


if __name__ == "__main__":
    main()
