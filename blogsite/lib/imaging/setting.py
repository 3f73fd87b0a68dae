"""Sets a text in lines: as large as it fits, in lines of like length, cut with an ellipsis at last.

Runs in the child process. Lengths are in pixels.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

LEADING = 1.16  # from line to line, in sizes of the letters
ELLIPSIS = "…"
_WORD = re.compile(r"\S+")
# What stands at no line's beginning in scripts without spaces.
_CLOSING = frozenset("、。，．：；！？）］｝」』】〉》…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
_OPENING = frozenset("（［｛「『【〈《")


@dataclass(frozen=True, slots=True)
class Box:
    """The room for a text, and the sizes it may have, the largest first."""

    width: int
    height: int
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """A text in its lines."""

    font: FreeTypeFont
    lines: tuple[str, ...]

    @property
    def step(self) -> int:
        """Return how far one line stands below another."""
        return round(self.font.size * LEADING)

    @property
    def height(self) -> int:
        """Return the height of all lines."""
        return self.step * len(self.lines)


def fitted(text: str, font: str, box: Box) -> Lines:
    """Return the text set as large as it fits; the end is left out where nothing does."""
    for size in box.sizes:
        made = ImageFont.truetype(font, size)
        lines = _lines(text, made, box.width)
        whole = Lines(made, tuple(lines))
        if whole.height <= box.height and all(made.getlength(line) <= box.width for line in lines):
            return Lines(made, tuple(_balanced(text, made, box.width, len(lines))))
    most = max(1, box.height // whole.step)
    return Lines(made, tuple(_cut(line, made, box.width) for line in _kept(lines, most)))


def cut(text: str, font: FreeTypeFont, width: int) -> str:
    """Return the text, or as much of its beginning as fits in one line."""
    return _cut(text, font, width)


def _kept(lines: list[str], most: int) -> list[str]:
    """Return the first lines; the last says that something follows."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], f"{lines[most - 1]} {ELLIPSIS}{lines[most]}"]


def _cut(line: str, font: FreeTypeFont, width: int) -> str:
    if font.getlength(line) <= width and ELLIPSIS not in line[-1:]:
        shown, _sign, rest = line.partition(f" {ELLIPSIS}")
        if not rest:
            return line
        line = shown
        if font.getlength(line + ELLIPSIS) <= width:
            return line.rstrip(" ,.;:–—-") + ELLIPSIS
    line = line.partition(f" {ELLIPSIS}")[0]
    while line and font.getlength(line + ELLIPSIS) > width:
        line = line[:-1]
    return line.rstrip(" ,.;:–—-") + ELLIPSIS


def _balanced(text: str, font: FreeTypeFont, width: int, count: int) -> list[str]:
    """Return the same number of lines, as narrow as they can be."""
    low, high = width // 3, width
    while high - low > 8:
        middle = (low + high) // 2
        lines = _lines(text, font, middle)
        if len(lines) > count or any(font.getlength(line) > middle for line in lines):
            low = middle
        else:
            high = middle
    return _lines(text, font, high)


def _lines(text: str, font: FreeTypeFont, width: int) -> list[str]:
    """Return lines filled from the first on; a word longer than a line stands alone."""
    lines = [""]
    for space, part in _parts(text):
        longer = lines[-1] + space + part if lines[-1] else part
        if lines[-1] and font.getlength(longer) > width:
            lines.append(part)
        else:
            lines[-1] = longer
    return lines


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is not broken, each with the space before it."""
    for word in _WORD.findall(text):
        space = " "
        for part in _broken(word):
            yield space, part
            space = ""


def _broken(word: str) -> Iterator[str]:
    """Yield the parts of a word: between wide letters a line may end."""
    start = 0
    for place, (before, after) in enumerate(pairwise(word), start=1):
        is_wide = "W" in (unicodedata.east_asian_width(before), unicodedata.east_asian_width(after))
        if is_wide and after not in _CLOSING and before not in _OPENING:
            yield word[start:place]
            start = place
    yield word[start:]
