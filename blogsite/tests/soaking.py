"""A long mixed load, and what the server's processes grow by meanwhile."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from blogsite.tests.crowd import Author, crowd, finish, session_of
from blogsite.tests.served import ServedSite, children_of
from blogsite.tests.truth.browser import Line

MEGABYTE = 1024 * 1024
READERS = 4
WARM = 0.2  # of the requests, before memory counts
PAGES = (
    *("/", "/posts/liked/", "/feed/", "/feed/json/", "/archive/", "/sitemap-posts.xml"),
    "/tags/bees/",
)
LIVE = ("/accounts/login/", "/search/?q=words", "/posts/none/", "/robots.txt", "/health/ready")


@dataclass(frozen=True)
class Sample:
    """What the server has taken after so many requests; sizes in bytes."""

    requests: int
    memory: int
    files: int
    log_of_writes: int
    printed: int


@dataclass
class Soak:
    """A run: who asks, how often, and the samples."""

    site: ServedSite
    total: int
    seconds: float
    samples: list[Sample] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    asked: int = 0

    def run(self) -> None:
        """Ask that often within about that time, while one member writes."""
        self.lock = threading.Lock()
        (author,) = crowd(self.site.port, 1)
        readers = [
            threading.Thread(target=self._read, args=[number, author]) for number in range(READERS)
        ]
        self.began = time.monotonic()
        for thread in (author, *readers):
            thread.start()
        step = max(self.total // 40, 1)
        for wanted in range(0, self.total + 1, step):
            while self.asked < wanted and any(thread.is_alive() for thread in readers):
                time.sleep(0.05)
            self.samples.append(sample(self.site, self.asked))
        for reader in readers:
            reader.join()
        self.failures += finish([author])

    def _read(self, number: int, author: Author) -> None:
        line, chance = Line(self.site.port), random.Random(number)  # noqa: S311
        session = session_of(author.person)
        connection.close()
        while self.asked < self.total:
            kind = chance.random()
            headers = {"Accept-Encoding": chance.choice(["br", "gzip", "identity"])}
            path = chance.choice(PAGES if kind < 0.8 else LIVE)
            if kind > 0.95:
                path, headers["Cookie"] = "/posts/liked/", session
            elif kind > 0.9:
                path = f"/posts/liked/?any={chance.random()}"
            status = line.ask("GET", path, **headers)[0]
            with self.lock:
                self.asked += 1
                self.statuses[status] += 1
            ahead = self.asked / self.total * self.seconds - (time.monotonic() - self.began)
            if ahead > 0:
                time.sleep(min(ahead, 1))
        line.close()

    def slope(self) -> float:
        """Return by how many bytes memory grows with each 10,000 requests, once warm."""
        warm = [one for one in self.samples if one.requests >= self.total * WARM]
        mean_x = sum(one.requests for one in warm) / len(warm)
        mean_y = sum(one.memory for one in warm) / len(warm)
        above = sum((one.requests - mean_x) * (one.memory - mean_y) for one in warm)
        below = sum((one.requests - mean_x) ** 2 for one in warm)
        return above / below * 10_000


def sample(site: ServedSite, requests: int) -> Sample:
    """Measure the server as it is."""
    processes = [site.process.pid]
    for pid in processes:
        processes += children_of(pid)
    wal = Path(f"{connection.settings_dict['NAME']}-wal")
    return Sample(
        requests,
        sum(memory_of(pid) for pid in processes),
        sum(files_of(pid) for pid in processes),
        wal.stat().st_size if wal.exists() else 0,
        site.printed.stat().st_size,
    )


def memory_of(pid: int) -> int:
    """Return the process's own memory, what it shares divided by those who share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def files_of(pid: int) -> int:
    """Return how many files the process has open."""
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except (FileNotFoundError, ProcessLookupError):
        return 0
