"""The written result: sections with tables, and before them what became of each goal."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True)
class Goal:
    """One goal of the serving figures, and what was measured."""

    what: str
    wanted: str
    measured: str
    met: bool

    @property
    def verdict(self) -> str:
        """Return it in a word."""
        return "met" if self.met else "**missed**"


@dataclass
class Section:
    """What one part measured."""

    title: str
    text: list[str] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)

    def say(self, *paragraph: str) -> None:
        """Add a paragraph, or the lines of a table."""
        self.text += [*paragraph, ""]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a Markdown table; all columns but the first are right-aligned."""
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    ruler = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    padded = [
        [cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in pairs]
        for row in [heads, ruler, *rows]
        for pairs in [list(enumerate(zip(row, widths, strict=True)))]
    ]
    return [f"| {' | '.join(row)} |" for row in padded]


def shown(microseconds: float) -> str:
    """Return a time in the unit that suits it."""
    if microseconds < 1000:
        return f"{microseconds:.1f} µs"
    if microseconds < 1_000_000:
        return f"{microseconds / 1000:.2f} ms"
    return f"{microseconds / 1_000_000:.2f} s"


def document(sections: Sequence[Section], notes: Sequence[str]) -> str:
    """Return the whole report in Markdown."""
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    lines = [
        "# Measured by make bench",
        "",
        (
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, "
            f"{os.cpu_count()} cores, load of the machine at the end {load}."
        ),
        (
            "Processor time is the kernel's account of all threads of a server (and its database),"
            " for each request."
        ),
        "",
        *(f"- {note}" for note in notes),
        *([""] if notes else []),
    ]
    goals = [goal for section in sections for goal in section.goals]
    if goals:
        rows = [(goal.what, goal.wanted, goal.measured, goal.verdict) for goal in goals]
        lines += ["## Goals", "", *table(("what", "goal", "measured", ""), rows), ""]
    for section in sections:
        lines += [f"## {section.title}", "", *section.text]
    return "\n".join(lines).rstrip() + "\n"
