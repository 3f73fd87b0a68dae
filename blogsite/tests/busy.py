"""Eight writers and sixteen readers at once: nobody is refused, nothing is overwritten."""

import threading
import time
from dataclasses import dataclass, field

from blogsite.tests.crowd import Author, crowd, finish
from blogsite.tests.served import ServedSite
from blogsite.tests.truth.browser import Line

WRITERS, READERS = 8, 16
PAGES = ("/", "/posts/liked/", "/feed/", "/tags/bees/", "/search/?q=words", "/posts/liked/?live=1")
PAUSE = 0.02  # of a reader between two pages


@dataclass
class Found:
    """What came of it."""

    authors: list[Author]
    failures: list[str] = field(default_factory=list)
    reads: int = 0

    @property
    def writes(self) -> int:
        """Return how many were acknowledged."""
        return sum(len(author.seconds) for author in self.authors)

    def slowest(self, share: float) -> float:
        """Return the seconds that this share of the writes stayed below."""
        seconds = sorted(second for author in self.authors for second in author.seconds)
        return seconds[min(int(len(seconds) * share), len(seconds) - 1)]


def measure(site: ServedSite, seconds: float) -> Found:
    """Write and read for that long."""
    found = Found(crowd(site.port, WRITERS))
    ending = threading.Event()
    lock = threading.Lock()

    def read(number: int) -> None:
        line = Line(site.port)
        while not ending.wait(PAUSE):
            status = line.ask("GET", PAGES[number % len(PAGES)])[0]
            with lock:
                number += 1
                found.reads += 1
                if status not in {200, 404}:  # a tag has no page before its first post
                    found.failures.append(f"{PAGES[number % len(PAGES)]}: {status}")
        line.close()

    readers = [threading.Thread(target=read, args=[number]) for number in range(READERS)]
    for thread in (*found.authors, *readers):
        thread.start()
    time.sleep(seconds)
    found.failures += finish(found.authors)
    ending.set()
    for reader in readers:
        reader.join()
    logged = [line for line in site.output().splitlines() if "locked" in line]
    found.failures += logged
    return found
