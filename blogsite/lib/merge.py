"""Merging what two people made of one text: three ways, by line, with nothing lost.

A text is its lines with newlines between them, so one at the end is an empty line after it.
Changes in different places are both made. Where they meet they are only where a blank line stands
between them, as between two paragraphs; otherwise they are a conflict, and both sides stay.
"""

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Generic, Literal, NamedTuple, TypeVar

from blogsite.lib.alignment import Change, changes

Kind = Literal["same", "mine", "theirs", "both", "conflict"]
Item = TypeVar("Item", bound=Hashable)
Value = TypeVar("Value")

END = "end"

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A stretch of the three texts, and which side changed it; `both` made the same of it."""

    kind: Kind
    base: str
    mine: str
    theirs: str
    mine_lines: Lines
    theirs_lines: Lines

    @property
    def lines(self) -> Lines:
        """Return what stands in the merge: in a conflict mine, then theirs."""
        if self.kind == "conflict":
            return self.mine_lines + self.theirs_lines
        return self.theirs_lines if self.kind == "theirs" else self.mine_lines

    @property
    def text(self) -> str:
        """Return the lines as a text of their own."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Merge:
    """A merge: the parts one after another are each of the three texts, to the letter."""

    parts: tuple[Part, ...]

    @property
    def conflicts(self) -> list[Part]:
        """Return the parts that somebody has to decide about."""
        return [part for part in self.parts if part.kind == "conflict"]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is left to decide."""
        return not self.conflicts

    @cached_property
    def text(self) -> str:
        """Return the merged text: at a conflict both sides, one after the other."""
        return "\n".join(line for part in self.parts for line in part.lines)

    def conflict_text(self, mine_label: str, theirs_label: str) -> str:
        """Return the merged text with an HTML comment before, between and after two sides."""
        lines: list[str] = []
        for part in self.parts:
            if part.kind != "conflict":
                lines += part.lines
                continue
            lines += [_marker(mine_label), *part.mine_lines]
            lines += [_marker(theirs_label), *part.theirs_lines, _marker(END)]
        return "\n".join(lines)


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Merge what was made of `base`. Any texts will do; 1 MB takes about a second at worst."""
    texts = _Text.of(base), _Text.of(mine), _Text.of(theirs)
    by_me = [] if mine == base else changes(texts[0].lines, texts[1].lines)
    by_them = by_me if mine == theirs else changes(texts[0].lines, texts[2].lines)
    if theirs == base:
        by_them = []
    parts = []
    start = (0, 0, 0)
    for meeting in _meetings(texts, by_me, by_them):
        parts += _part(texts, start, meeting.start)
        for first, last in _settled(texts, meeting):
            parts += _part(texts, first, last)
        start = meeting.end
    parts += _part(texts, start, (len(texts[0].lines), len(texts[1].lines), len(texts[2].lines)))
    return Merge(tuple(parts))


def merge_list(base: Sequence[Item], mine: Sequence[Item], theirs: Sequence[Item]) -> list[Item]:
    """Merge lists of different things: what either added is in it, what either removed is not.

    The order is mine, with what only they added behind; where I changed nothing it is theirs.
    """
    if mine == base:
        return list(theirs)
    if theirs == base:
        return list(mine)
    removed = (set(base) - set(mine)) | (set(base) - set(theirs))
    return [item for item in dict.fromkeys([*mine, *theirs]) if item not in removed]


class MergedValue(NamedTuple, Generic[Value]):
    """One value of two; where they are in conflict it is mine."""

    value: Value
    is_clean: bool


def merge_value(base: Value, mine: Value, theirs: Value) -> MergedValue[Value]:
    """Return the value that was changed, or mine and that it is in conflict with theirs."""
    if mine == base:
        return MergedValue(theirs, is_clean=True)
    return MergedValue(mine, is_clean=theirs in (base, mine))


def _marker(label: str) -> str:
    """A label may hold somebody's name, which must not end the comment."""
    words = re.sub(r"[<>]|--+|-$", " ", " ".join(label.split())).split()
    return f"<!-- {' '.join(words) or END} -->"


class _Text(NamedTuple):
    whole: str
    lines: Lines
    starts: tuple[int, ...]

    @classmethod
    def of(cls, whole: str) -> "_Text":
        lines = tuple(whole.split("\n"))
        starts = (*accumulate((len(line) + 1 for line in lines[:-1]), initial=0), len(whole))
        return cls(whole, lines, starts)

    def between(self, start: int, end: int) -> str:
        return self.whole[self.starts[start] : self.starts[end]]


_Texts = tuple[_Text, _Text, _Text]
_Place = tuple[int, int, int]  # a line of base, of mine, of theirs


class _Meeting(NamedTuple):
    """A stretch that one side changed, or both did."""

    start: _Place
    end: _Place


def _meetings(texts: _Texts, by_me: list[Change], by_them: list[Change]) -> Iterator[_Meeting]:
    """Yield what was changed, with changes together that meet."""
    ordered = sorted([(change, 1) for change in by_me] + [(change, 2) for change in by_them])
    shifts = [0, 0, 0]  # by how many lines a side is ahead of base
    index = 0
    while index < len(ordered):
        last, side = ordered[index]
        first_line, last_line = last.old_start, last.old_end
        start = (first_line, first_line + shifts[1], first_line + shifts[2])
        while True:
            change, changed = ordered[index]
            shifts[changed] += _growth(change)
            if change.old_end >= last_line:
                last, side, last_line = change, changed, change.old_end
            index += 1
            if index == len(ordered) or _is_apart(texts, last, side, *ordered[index]):
                break
        yield _Meeting(start, (last_line, last_line + shifts[1], last_line + shifts[2]))


def _growth(change: Change) -> int:
    return (change.new_end - change.new_start) - (change.old_end - change.old_start)


def _is_apart(texts: _Texts, first: Change, side: int, second: Change, other: int) -> bool:
    """Tell whether two changes, in order, have nothing to do with each other."""
    if second.old_start != first.old_end:
        return second.old_start > first.old_end
    if first.old_start == second.old_end:
        return False
    made = texts[side].lines[first.new_start : first.new_end]
    following = texts[other].lines[second.new_start : second.new_end]
    # Both may have added the same, and one of them more behind it.
    if {line for line in made if line.strip()}.intersection(following):
        return False
    before = made or texts[0].lines[first.old_start : first.old_end]
    behind = following or texts[0].lines[second.old_start : second.old_end]
    return not before[-1].strip() or not behind[0].strip()


def _settled(texts: _Texts, meeting: _Meeting) -> Iterator[tuple[_Place, _Place]]:
    """Yield the stretch in up to three: what both begin and end alike is not in conflict."""
    (base, mine, theirs), (base_end, mine_end, theirs_end) = meeting
    my_lines = texts[1].lines[mine:mine_end]
    their_lines = texts[2].lines[theirs:theirs_end]
    if my_lines == their_lines:
        yield meeting
        return
    head = _alike(my_lines, their_lines)
    tail = _alike(my_lines[head:][::-1], their_lines[head:][::-1])
    first = (base, mine + head, theirs + head)
    last = (base_end, mine_end - tail, theirs_end - tail)
    yield meeting.start, first
    yield first, last
    yield last, meeting.end


def _alike(mine: Lines, theirs: Lines) -> int:
    """Return how many lines they begin with that are the same."""
    pairs = zip(mine, theirs, strict=False)
    return next(
        (number for number, (one, other) in enumerate(pairs) if one != other),
        min(len(mine), len(theirs)),
    )


def _part(texts: _Texts, start: _Place, end: _Place) -> list[Part]:
    """Return the part between two places, none where there is nothing."""
    if start == end:
        return []
    base, mine, theirs = (text.lines[i:j] for text, i, j in zip(texts, start, end, strict=True))
    kind: Kind = "conflict"
    if mine == theirs:
        kind = "same" if mine == base else "both"
    elif base in (mine, theirs):
        kind = "theirs" if mine == base else "mine"
    whole, mine_whole, theirs_whole = (
        text.between(i, j) for text, i, j in zip(texts, start, end, strict=True)
    )
    return [Part(kind, whole, mine_whole, theirs_whole, mine, theirs)]
