"""A run: one writer, strangers who read all the while, and a judge who knows what must be seen."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.models import SiteSettings
from blogsite.tests.truth import outside, writing
from blogsite.tests.truth.browser import Line, Member, Stranger, Wrong
from blogsite.tests.truth.model import STATUS, Facts, State, expected, pages
from blogsite.tests.truth.outside import Foreign
from blogsite.tests.truth.watching import Read, Version, Watch
from blogsite.tests.truth.writing import Desk, Impossible

TAGS = 3
FORMS: list[tuple[int, Callable[[Desk], State]]] = [
    *[(3, writing.begin), (5, writing.publish), (4, writing.edit), (2, writing.redate)],
    *[(3, writing.withdraw), (2, writing.put_in_bin), (2, writing.undo_bin), (1, writing.delete)],
    *[(6, writing.comment), (2, writing.edit_comment), (2, writing.delete_comment)],
    *[(2, writing.hide_and_undo), (5, writing.like), (3, writing.like_comment)],
    *[(2, writing.rename_person), (2, writing.rename_tag), (1, writing.rename_site)],
    (2, writing.bulk),
]
OTHERS: list[tuple[int, Callable[[Desk, Foreign], State]]] = [
    *[(4, outside.retitle), (3, outside.reword), (3, outside.rename), (1, outside.miscount)],
    *[(1, outside.recount), (1, outside.import_one), (1, outside.retitle_many)],
    *[(5, outside.schedule), (2, outside.take_back), (2, outside.take_half_back)],
    *[(1, outside.replace_row), (2, outside.shake)],
]
DEEDS: list[tuple[int, Any]] = [*FORMS, *OTHERS]
WEIGHTS = [weight for weight, _deed in DEEDS]
ROUGH = {writing.bulk}


@dataclass
class Run:
    """A site of three processes under one writer and some readers."""

    ports: list[int]
    seed: int
    steps: int
    readers: int = 2
    reads: list[Read] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    taken: int = 0

    def __post_init__(self) -> None:
        self.watch = Watch()
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.tickets = threading.Semaphore(0)  # for reads while something is written
        self.failures: list[BaseException] = []
        charlie = session(make_user("charlie", role=Role.READER, pk=3).pk)
        seeds = [(self.seed, number) for number in range(self.readers + 1)]
        self.strangers = [Stranger(self.ports, seed, charlie) for seed in seeds]
        self.chance = random.Random(self.seed)  # noqa: S311 - the same each time
        self.foreign = Foreign()
        self.lines = [Line(port) for port in self.ports]
        members = {number: Member(self.lines, session(number)) for number in writing.NAMES}
        tags = dict.fromkeys(range(1, TAGS + 1), 0)
        self.desk = Desk(self.chance, members, State(names={1: 0, 2: 0}, tags=tags))
        writing.make_subjects(self.desk, TAGS)
        self.watch.versions.append(Version(self.desk.state, 0, 0))

    def go(self) -> None:
        """Write and read that many times. Raises Wrong for the first thing that is not true."""
        threads = [
            threading.Thread(target=self._keep_reading, args=[stranger])
            for stranger in self.strangers[1:]
        ]
        for thread in threads:
            thread.start()
        try:
            for deed in [writing.begin, writing.publish] * 4:
                self._write(deed)
            while self.taken < self.steps and not self.failures:
                self._write(self.chance.choices([d for _w, d in DEEDS], WEIGHTS)[0])
                self._read_after()
                self._judge()
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join()
            for stranger in self.strangers:
                stranger.close()
            for line in self.lines:
                line.close()
            self.foreign.close()
        self._judge()
        if self.failures:
            raise self.failures[0]

    def report(self) -> str:
        """Return the figures."""
        said = sum((Counter(stranger.said) for stranger in self.strangers), Counter[str]())
        deeds = ", ".join(f"{name} {count}" for name, count in sorted(self.done.items()))
        writes = sum(self.done.values())
        return f"{writes} writes ({deeds})\n{self.taken - writes} reads ({dict(said)})"

    def _write(self, deed: Any) -> None:
        began = time.time()
        version = Version(self.desk.state, began, is_rough=deed in ROUGH)
        with self.lock:
            self.watch.versions.append(version)
        self.tickets.release(self.readers)
        try:
            parts = [self.desk] if deed in [d for _w, d in FORMS] else [self.desk, self.foreign]
            version.state = self.desk.state = deed(*parts)
        except Impossible:
            version.state = self.desk.state
        else:
            self.done[deed.__name__] += 1
            self.taken += 1
        version.ended = time.time()

    def _read_after(self) -> None:
        """Read what has just changed, and something else."""
        before, after = (version.state for version in self.watch.versions[-2:])
        known = list(pages(after, self.desk.former[-5:]))
        changed = [path for path in known if _differs(path, before, after)]
        for number in range(2):
            likely = changed if changed and number < 1 else known
            path = self.chance.choice(likely)
            for _time in range(2):
                self._read(self.strangers[0], path)

    def _keep_reading(self, stranger: Stranger) -> None:
        try:
            while not self.stopping.is_set():
                if not self.tickets.acquire(timeout=0.1):
                    continue
                known = list(pages(self.desk.state, self.desk.former[-5:]))
                self._read(stranger, stranger.chance.choice(known))
        except (Wrong, HTTPException, OSError, AssertionError, LookupError, ValueError) as error:
            self.failures.append(error)

    def _read(self, stranger: Stranger, path: str) -> None:
        began = time.time()
        facts = stranger.read(path)
        ended = time.time()
        with self.lock:
            self.taken += 1
            if facts is not None:
                self.reads.append(Read(path, facts, began, ended))

    def _judge(self) -> None:
        """Judge what has been read; no write is under way."""
        with self.lock:
            reads, self.reads = self.reads, []
        for read in sorted(reads, key=lambda one: one.ended):
            known = dict(read.facts)
            if known == {STATUS: 200}:
                continue
            self.watch.judge(read)


def _differs(path: str, before: State, after: State) -> bool:
    now = time.time()

    def shown(state: State) -> Facts:
        return expected(path, state, now)

    return shown(before) != shown(after)


def session(number: int) -> str:
    """Return the cookie of a person who is signed in."""
    client = Client()
    client.force_login(User.objects.get(pk=number))
    cookie = next(iter(client.cookies.values()))
    return f"{cookie.key}={cookie.value}"


def people() -> None:
    """Make who writes; the database is otherwise empty."""
    for number, (name, role) in enumerate([("alice", Role.OWNER), ("bob", Role.AUTHOR)], 1):
        make_user(name, role=role, pk=number, display_name=f"A{number}v0")
    settings = SiteSettings.load()
    settings.title = "S0v0"
    settings.save()
