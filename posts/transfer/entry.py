"""What every importer speaks: one post from elsewhere, and the report of what became of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Unreadable(ValueError):
    """A file that cannot become a post; str() is the reason for the report."""


class NotAPost(Exception):
    """A file that was never meant as a post; str() says what it is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One post as its source tells it.

    `key` names it within the source for ever; `digest` changes when anything of it changes.
    `addresses` are the paths it had elsewhere; `read_file` returns the bytes behind a relative
    reference, None where there is no such file.
    """

    key: str
    digest: str
    title: str
    body: str
    slug: str
    read_file: Callable[[str], bytes | None]
    date: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    summary: str = ""
    draft: bool = False
    cover: str = ""
    cover_alt: str = ""
    language: str = ""
    canonical: str = ""
    has_math: bool = False
    meta_title: str = ""
    meta_description: str = ""
    share_image: str = ""


class Outcome(StrEnum):
    """What became of one file."""

    IMPORTED = "imported"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


@dataclass(slots=True)
class Report:
    """How many of each outcome, and what the operator should look at."""

    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    skipped: list[tuple[str, str]] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def count(self, outcome: Outcome) -> None:
        """Add one post."""
        self.counts[outcome] += 1

    def skip(self, name: str, reason: str) -> None:
        """Add a file that should have become a post and did not."""
        self.count(Outcome.SKIPPED)
        self.skipped.append((name, reason))

    def pass_over(self, name: str, reason: str) -> None:
        """Add a file that is no post."""
        self.passed_over.append((name, reason))

    def note(self, name: str, remark: str) -> None:
        """Add something to look at in a post that came in."""
        self.notes.append((name, remark))

    def lines(self) -> Iterator[str]:
        """Yield the report as lines of text."""
        yield ", ".join(f"{number} {outcome}" for outcome, number in self.counts.items())
        sections = {
            "Skipped": self.skipped,
            "Not posts": self.passed_over,
            "To look at": self.notes,
        }
        for heading, rows in sections.items():
            if rows:
                yield f"\n{heading}:"
                yield from (f"  {name}: {remark}" for name, remark in rows)
