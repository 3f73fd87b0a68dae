"""Goal 19: five graceful reloads and a killed worker under load.

Run from the project's folder: .venv/bin/python -m bench.reloads. Thirty visitors ask for kept and
for rendered pages over open connections, ten more over a new connection each time, while the server
is told to reload five times, and then a web worker is killed outright. Ends with 1 if a reload cost
a request, or the kill more than what the worker had in flight.
"""

import asyncio
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from bench.visitors import Record, Visitor, crowd
from blogsite.tests.served import ServedSite

RELOADS, BETWEEN, KEPT_OPEN, OPENED_EACH_TIME = 5, 6.0, 30, 10
CLOSING = "Connection: close\r\n"


def visitors(port: int) -> list[Visitor]:
    """Return people who read: every third asks for a page that is rendered each time."""
    paths = ["/", "/feed/", "/health/ready"]
    staying = [Visitor(port, paths[number % 3]) for number in range(KEPT_OPEN)]
    return staying + [Visitor(port, "/", head=CLOSING) for _ in range(OPENED_EACH_TIME)]


async def reload_often(site: ServedSite) -> None:
    """Reload five times, each when the one before is over."""
    for _ in range(RELOADS):
        before = set(site.working("blog web"))
        site.process.send_signal(signal.SIGHUP)
        while before & set(site.working("blog web")):
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)


async def under_load(site: ServedSite) -> tuple[Record, float]:
    """Return what visitors met while the site was reloaded, and the seconds a reload took."""
    began = time.monotonic()
    seconds = RELOADS * BETWEEN
    record, _ = await asyncio.gather(crowd(visitors(site.port), seconds, 0.02), reload_often(site))
    return record, (time.monotonic() - began) / RELOADS


async def kill_one(site: ServedSite) -> Record:
    """Return what visitors met while a web worker was killed."""

    async def kill() -> None:
        await asyncio.sleep(3)
        os.kill(site.working("blog web")[0], signal.SIGKILL)

    record, _ = await asyncio.gather(crowd(visitors(site.port), 8, 0.02), kill())
    return record


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder, ServedSite(Path(folder) / "data") as site:
        record, _seconds = asyncio.run(under_load(site))
        print(f"{RELOADS} reloads: {record.summary()}")
        killed = asyncio.run(kill_one(site))
        print(f"a killed worker: {killed.summary()}")
        print(record.failures[:5], killed.failures[:5])
    in_flight = (KEPT_OPEN + OPENED_EACH_TIME) // 2 + 5
    sys.exit(bool(record.failures) or len(killed.failures) > in_flight)


if __name__ == "__main__":
    main()
