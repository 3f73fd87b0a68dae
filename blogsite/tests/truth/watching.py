"""Whether what was read is what must be seen, given when it was read and what was written when."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from blogsite.tests.truth.browser import Wrong
from blogsite.tests.truth.model import ORDER, Fact, Facts, State, expected
from blogsite.tests.truth.pages import Several

INSTANT = 1e-6


@dataclass(frozen=True)
class Read:
    """What somebody read, and between which two moments."""

    path: str
    facts: Facts
    began: float
    ended: float


@dataclass
class Version:
    """The site after a write; `is_rough` where that write was more than one."""

    state: State
    began: float
    ended: float = float("inf")
    is_rough: bool = False


@dataclass
class Watch:
    """Every state the site was in, and from when on nobody may see which."""

    versions: list[Version] = field(default_factory=list)
    floors: list[tuple[float, int]] = field(default_factory=list)

    def judge(self, read: Read) -> None:
        """Raise Wrong for what was not to be seen at that time. Reads come as they ended."""
        possible = self._possible(read)
        if any(self.versions[number].is_rough for number in possible[1:]):
            return
        seen = {number: list(self._expected(read, number)) for number in possible}
        oldest = possible[0]
        for fact in _facts(read.facts, seen):
            if fact == ORDER and (len(seen) > 1 or len(seen[oldest]) > 1):
                continue  # two lists of one page may be of two moments
            got = read.facts.get(fact)
            for value in got if isinstance(got, Several) else [got]:
                fits = [n for n in possible if value in _values(fact, seen[n])]
                if not fits:
                    raise Wrong(self._sentence(read, fact, seen))
                oldest = max(oldest, fits[0])
        self.floors = [(read.ended, oldest), *self.floors[:200]]

    def _possible(self, read: Read) -> range:
        """Return the numbers of the states that may be seen: those not known to be over."""
        known = range(len(self.versions))
        oldest = max(n for n in known if self.versions[n].ended < read.began or n == 0)
        newest = max(n for n in known if self.versions[n].began <= read.ended or n == 0)
        proven = [number for ended, number in self.floors if ended < read.began]
        return range(max([oldest, *proven]), newest + 1)

    def _expected(self, read: Read, number: int) -> Iterator[Facts]:
        state = self.versions[number].state
        moments = {read.began - INSTANT, read.ended + INSTANT}
        for post in state.posts.values():
            if read.began < (post.published_at or 0) < read.ended:
                moments.add(post.published_at or 0)
        for moment in sorted(moments):
            yield expected(read.path, state, moment)

    def _sentence(self, read: Read, fact: Fact, seen: dict[int, list[Facts]]) -> str:
        wanted = {n: [facts.get(fact) for facts in all_] for n, all_ in seen.items()}
        got = read.facts.get(fact)
        return f"{read.path}: {fact} was {got}, to be one of {wanted}; {read.facts}"


def _facts(read: Facts, seen: dict[int, list[Facts]]) -> set[Fact]:
    return set(read).union(*(facts for all_ in seen.values() for facts in all_))


def _values(fact: Fact, seen: list[Facts]) -> list[Any]:
    return [facts.get(fact) for facts in seen]
