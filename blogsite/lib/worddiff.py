"""What became of a text, word by word, for a template to show.

A line is a paragraph: give it Markdown, or the plain text of a rendering (a line a block). Nothing
here is HTML: the template escapes the pieces, and puts added and removed ones in words as well.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from blogsite.lib.alignment import Change, changes

MAX_CHARACTERS = 200_000  # compared by word, of both texts; the rest goes by line
MAX_ROWS = 1000
MAX_PAIRS = 400  # of removed and added lines, to find which are one line, changed
RESEMBLING = 0.4  # of their words are the same on both sides
SHORT = 3  # letters between two changes that are shown as changed too

PieceKind = Literal["same", "added", "removed"]
RowKind = Literal["same", "changed", "added", "removed", "skipped", "more"]

# Spaces; a sign, or a letter of a script without spaces; a word.
_ALONE = (
    r" -/:-@\[-`{-~\u00a1-\u00bf\u2010-\u205e\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff"
    r"\uff01-\uff0f\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"\s+|[{_ALONE}]|[^\s{_ALONE}]+")


class Piece(NamedTuple):
    """Some words of a row."""

    kind: PieceKind
    text: str


class Row(NamedTuple):
    """A line; or, where it is `skipped` or `more`, how many unchanged or further ones."""

    kind: RowKind
    pieces: tuple[Piece, ...] = ()
    lines: int = 0


@dataclass(frozen=True)
class Difference:
    """The rows of both texts in order; `is_by_line` where they were too much to go by word."""

    rows: tuple[Row, ...]
    is_by_line: bool

    @property
    def is_none(self) -> bool:
        """Tell whether the texts are the same."""
        return all(row.kind in ("same", "skipped") for row in self.rows)

    @cached_property
    def words_added(self) -> int:
        """Return how many words of the rows are only in the new text."""
        return self._words("added")

    @cached_property
    def words_removed(self) -> int:
        """Return how many words of the rows are only in the old text."""
        return self._words("removed")

    def _words(self, kind: PieceKind) -> int:
        pieces = (piece for row in self.rows for piece in row.pieces)
        return sum(len(_words(piece.text)) for piece in pieces if piece.kind == kind)


def compare(old: str, new: str) -> Difference:
    """Return what makes `new` of `old`; unchanged lines far from a change are counted only."""
    before, after = _lines(old), _lines(new)
    budget = _Budget(MAX_CHARACTERS)
    rows: list[Row] = []
    stands = 0
    found = changes(before, after)
    for number, change in enumerate(found):
        rows += _unchanged(before[stands : change.old_start], is_first=number == 0)
        rows += _replaced(before, after, change, budget)
        stands = change.old_end
    rows += _unchanged(before[stands:], is_first=not found, is_last=True)
    if len(rows) > MAX_ROWS:
        rows[MAX_ROWS:] = [Row("more", lines=len(rows) - MAX_ROWS)]
    return Difference(tuple(rows), is_by_line=budget.is_spent)


@dataclass
class _Budget:
    left: int
    is_spent: bool = False

    def take(self, characters: int) -> bool:
        if characters > self.left:
            self.is_spent = True
            return False
        self.left -= characters
        return True


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _words(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if any(map(str.isalnum, token))]


def _row(kind: PieceKind, line: str) -> Row:
    return Row(kind, (Piece(kind, line),))


def _unchanged(
    lines: Sequence[str], *, is_first: bool = False, is_last: bool = False
) -> Iterator[Row]:
    """Yield the written lines beside the changes, and how many there are between."""
    written = [number for number, line in enumerate(lines) if line.strip()]
    shown_before = 0 if is_first else 1
    shown_after = 0 if is_last else 1
    if len(written) <= shown_before + shown_after + 1 and not (is_first and is_last):
        yield from (_row("same", line) for line in lines)
        return
    start = written[0] + 1 if shown_before else 0
    end = written[-1] if shown_after else len(lines)
    yield from (_row("same", line) for line in lines[:start])
    if count := len(written) - shown_before - shown_after:
        yield Row("skipped", lines=count)
    yield from (_row("same", line) for line in lines[end:])


def _replaced(
    before: Sequence[str], after: Sequence[str], change: Change, budget: _Budget
) -> Iterator[Row]:
    """Yield the removed and added lines; two that resemble each other are one, changed."""
    old = before[change.old_start : change.old_end]
    new = after[change.new_start : change.new_end]
    i = j = 0
    for x, y in [*_pairs(old, new, budget), (len(old), len(new))]:
        yield from (_row("removed", line) for line in old[i:x])
        yield from (_row("added", line) for line in new[j:y])
        if x < len(old):
            yield Row("changed", tuple(_by_word(old[x], new[y])))
        i, j = x + 1, y + 1


def _pairs(old: Sequence[str], new: Sequence[str], budget: _Budget) -> list[tuple[int, int]]:
    """Return which removed line became which added one, in order."""
    if not old or not new:
        return []
    if not budget.take(sum(map(len, old)) + sum(map(len, new))):
        return []
    parted = [Counter(_words(line)) for line in old], [Counter(_words(line)) for line in new]
    if len(old) * len(new) > MAX_PAIRS:
        places = zip(range(len(old)), range(len(new)), strict=False)
        return [(i, j) for i, j in places if _likeness(parted[0][i], parted[1][j])]
    return _best(*parted)


def _likeness(old: Counter[str], new: Counter[str]) -> float:
    """Return which part of their words two lines share, nothing where it is small."""
    share = 2 * (old & new).total() / max(old.total() + new.total(), 1)
    return share if share >= RESEMBLING else 0.0


def _best(old: list[Counter[str]], new: list[Counter[str]]) -> list[tuple[int, int]]:
    """Return the pairs, in order on both sides, that have most in common together."""
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    likeness = [[_likeness(one, other) for other in new] for one in old]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            alike = likeness[i][j]
            paired = best[i + 1][j + 1] + alike if alike else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    found, i, j = [], 0, 0
    while best[i][j]:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            found.append((i, j))
            i, j = i + 1, j + 1
    return found


def _by_word(old: str, new: str) -> Iterator[Piece]:
    """Yield the pieces of a changed line; what stands between two changes is never a crumb."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    stands = 0
    removed = added = ""
    for change in [*changes(before, after), Change(len(before), 0, 0, 0)]:
        between = "".join(before[stands : change.old_start])
        is_crumb = removed.strip() and added.strip() and len(between.strip()) <= SHORT
        if is_crumb and change.old_start < len(before):
            removed, added = removed + between, added + between
        else:
            yield from _written(removed, added, between)
            removed = added = ""
        removed += "".join(before[change.old_start : change.old_end])
        added += "".join(after[change.new_start : change.new_end])
        stands = change.old_end
    yield from _written(removed, added, "")


def _written(removed: str, added: str, same: str) -> Iterator[Piece]:
    if removed:
        yield Piece("removed", removed)
    if added:
        yield Piece("added", added)
    if same:
        yield Piece("same", same)
