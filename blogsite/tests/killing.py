"""Web workers and the background worker killed outright, again and again, while people write."""

import os
import random
import signal
import time
from collections import Counter

from blogsite.tests.crowd import Author, crowd, finish, untrue
from blogsite.tests.served import ServedSite, eventually, is_running, name_of

WRITERS, PATIENCE = 4, 60


def kill(site: ServedSite, times: int, age: float = 0) -> tuple[list[Author], Counter[str]]:
    """Kill that often; return who wrote meanwhile, and what was killed.

    Only processes that have lived for `age` seconds are: the server lets the place of one that died
    young rest, longer each time. Before each, more writes than there were kills were acknowledged,
    however slow the machine is.
    """
    authors = crowd(site.port, WRITERS, bears_loss=True)
    chance = random.Random(times)  # noqa: S311 - the same each time
    killed = Counter[str]()
    seen: dict[int, float] = {}

    def grown_up() -> list[int]:
        now = time.monotonic()
        living = filter(is_running, site.children())
        return [pid for pid in living if now - seen.setdefault(pid, now) >= age]

    for author in authors:
        author.start()
    try:
        while sum(killed.values()) < times:
            assert eventually(site.answers, PATIENCE), site.output()
            assert eventually(lambda: bool(grown_up()), PATIENCE), site.output()
            assert eventually(lambda: told(authors) > sum(killed.values()), PATIENCE), site.output()
            time.sleep(chance.uniform(0.05, 0.6))
            victims = grown_up()  # none where the one seen before was just dying
            for pid in chance.sample(victims, min(len(victims), 1)):
                killed[name_of(pid).rstrip(" 0123456789")] += 1
                os.kill(pid, signal.SIGKILL)
    finally:
        failures = finish(authors)
    assert not failures, failures
    assert eventually(site.answers, PATIENCE)
    return authors, killed


def told(authors: list[Author]) -> int:
    """Return how many writes were acknowledged."""
    return sum(len(author.seconds) for author in authors)


def report(authors: list[Author], killed: Counter[str]) -> str:
    """Return the figures, and what is untrue."""
    texts = sum(len(author.told) for author in authors)
    wrong = untrue(authors)
    lines = [f"killed {dict(killed)}; {told(authors)} writes acknowledged, {texts} posts begun"]
    return "\n".join([*lines, f"lost, torn or miscounted: {len(wrong)}", *wrong[:20]])
