"""What two sequences have in common, in order: quick for any input, not always the longest.

What stands once on both sides is matched first, as a reader would, then what is between. No input
costs more than a few passes: a text of repeated lines is matched by their number instead.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

MAX_PASSES = 12
MAX_CELLS = 2500  # of a table of all pairs, about half a millisecond

Pairs = list[tuple[int, int]]


class Change(NamedTuple):
    """What `old[old_start:old_end]` was replaced by: `new[new_start:new_end]`; one may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def changes(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Change]:
    """Return what makes `new` of `old`, in order; between two changes at least one item stays."""
    found = []
    i = j = 0
    for x, y in [*matches(old, new), (len(old), len(new))]:
        if i < x or j < y:
            found.append(Change(i, x, j, y))
        i, j = x + 1, y + 1
    return found


def matches(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """Return the places of equal items on both sides, rising on both."""
    found: Pairs = []
    spans = [(Change(0, len(old), 0, len(new)), 0)]
    while spans:
        span, passes = spans.pop()
        span = _trim(old, new, span, found)
        if span.old_start == span.old_end or span.new_start == span.new_end:
            continue
        anchors = _anchors(old, new, span) if passes < MAX_PASSES else []
        found += anchors
        if anchors:
            spans += [(gap, passes + 1) for gap in _gaps(span, anchors)]
    found.sort()
    return found


def _trim(old: Sequence[Hashable], new: Sequence[Hashable], span: Change, found: Pairs) -> Change:
    """Add what both ends of the span have in common to `found`, return what is left."""
    a, b, c, d = span
    while a < b and c < d and old[a] == new[c]:
        found.append((a, c))
        a, c = a + 1, c + 1
    while a < b and c < d and old[b - 1] == new[d - 1]:
        b, d = b - 1, d - 1
        found.append((b, d))
    return Change(a, b, c, d)


def _gaps(span: Change, anchors: Pairs) -> Iterator[Change]:
    i, j = span.old_start, span.new_start
    for x, y in [*anchors, (span.old_end, span.new_end)]:
        if i < x and j < y:
            yield Change(i, x, j, y)
        i, j = x + 1, y + 1


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable], span: Change) -> Pairs:
    old_counts = Counter(old[span.old_start : span.old_end])
    new_counts = Counter(new[span.new_start : span.new_end])
    once = {item for item, n in old_counts.items() if n == 1 and new_counts.get(item) == 1}
    if once:
        return _rising(_nth_with_nth(old, new, span, once))
    if (span.old_end - span.old_start) * (span.new_end - span.new_start) <= MAX_CELLS:
        return _longest(old, new, span)
    return _rising(_nth_with_nth(old, new, span, old_counts.keys() & new_counts.keys()))


def _nth_with_nth(
    old: Sequence[Hashable], new: Sequence[Hashable], span: Change, items: set[Hashable]
) -> Pairs:
    """Pair the first of each of `items` with the first on the other side, and so on."""
    places: dict[Hashable, list[int]] = {item: [] for item in items}
    for j in range(span.new_end - 1, span.new_start - 1, -1):
        if new[j] in places:
            places[new[j]].append(j)
    return [
        (i, places[old[i]].pop()) for i in range(span.old_start, span.old_end) if places.get(old[i])
    ]


def _rising(pairs: Pairs) -> Pairs:
    """Return a longest part of the pairs, in the order of one side, that rises on the other."""
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(tops[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        tops[length : length + 1] = [index]
    found = []
    index = tops[-1] if tops else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _longest(old: Sequence[Hashable], new: Sequence[Hashable], span: Change) -> Pairs:
    """Return a longest common part by the table of all pairs."""
    a, b, c, d = span
    lengths = [[0] * (d - c + 1) for _ in range(b - a + 1)]
    for i in range(b - a - 1, -1, -1):
        row, below, item = lengths[i], lengths[i + 1], old[a + i]
        for j in range(d - c - 1, -1, -1):
            same = item == new[c + j]
            row[j] = below[j + 1] + 1 if same else max(below[j], row[j + 1])
    found, i, j = [], 0, 0
    while lengths[i][j]:
        if old[a + i] == new[c + j]:
            found.append((a + i, c + j))
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return found
