"""Where a text holds what somebody looked for: snippets with marks, and links that mark the page.

A link ends in a text fragment (`#:~:text=`), by which browsers find and mark the words themselves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from urllib.parse import quote

from django.utils.html import escape
from django.utils.safestring import mark_safe

from posts.search.query import Term
from posts.search.stems import known, stem
from posts.search.words import fold, loose, spans

SEARCHED = 100_000  # characters of a text that are looked through
BEFORE, LENGTH, SEAM = 70, 260, 24  # characters of a snippet, and those given up for a whole word
DIRECTIVES = 4

Span = tuple[int, int]

_VOWELS = "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece]*"
_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some of a text with marks, as HTML, and the end of a link that marks the same there."""

    html: str = ""
    fragment: str = ""


class Marker:
    """Finds what the terms look for, in texts of one language."""

    def __init__(self, terms: tuple[Term, ...], language: str) -> None:
        wanted = [term for term in terms if not term.is_excluded]
        self.language = known(language)
        self.phrases = [(tuple(map(fold, term.words)), term.is_prefix) for term in wanted]
        self.phrases = [phrase for phrase in self.phrases if len(phrase[0]) > 1]
        single = [term for term in wanted if len(term.words) == 1 and not term.literals]
        self.words = {fold(term.words[0]) for term in single}
        self.starts = tuple(fold(term.words[0]) for term in single if term.is_prefix)
        bending = [term.words[0] for term in single if not term.is_exact]
        self.words |= {loose(word) for word in bending}
        self.stems = {stem(word, self.language) for word in bending if self.language}
        self.runs = [_run(term.segments) for term in wanted if term.segments]
        self.runs += [_signed(literal) for term in wanted for literal in term.literals]
        self.longest = max((len(words) for words, _is_prefix in self.phrases), default=1)
        self._known: dict[str, bool] = {}

    def hits(self, text: str) -> Iterator[Span]:
        """Yield where they stand, mostly in order; some may overlap."""
        runs = (match.span() for run in self.runs for match in run.finditer(text))
        return merge(self._in_words(text), sorted(runs))

    def _in_words(self, text: str) -> Iterator[Span]:
        recent: list[tuple[str, int]] = []
        for start, end in spans(text):
            word = text[start:end]
            if self._is_hit(word):
                yield start, end
            if self.phrases:
                recent = [*recent[1 - self.longest :], (fold(word), start)]
                yield from self._ending(recent, end)

    def _ending(self, recent: list[tuple[str, int]], end: int) -> Iterator[Span]:
        for words, is_prefix in self.phrases:
            last = recent[-len(words) :]
            found = tuple(word for word, _start in last)
            goes_on = is_prefix and found[-1].startswith(words[-1])
            if found[:-1] == words[:-1] and (goes_on or found[-1:] == words[-1:]):
                yield last[0][1], end

    def _is_hit(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._matches(word)
        return known

    def _matches(self, word: str) -> bool:
        plain = fold(word)
        if plain in self.words or (self.starts and plain.startswith(self.starts)):
            return True
        if not word.isascii() and loose(word) in self.words:
            return True
        if not self.stems:
            return False
        return plain in self.stems or stem(word, self.language) in self.stems


def excerpt(text: str, marker: Marker) -> Excerpt:
    """Return the words around the first match in the text; nothing where it has none."""
    text = text[:SEARCHED]
    hits = marker.hits(text)
    first = next(hits, None)
    if first is None:
        return Excerpt()
    start, end = _window(text, first)
    shown = [first]
    for hit in hits:
        if hit[0] >= end:
            break
        if hit[1] <= end:
            shown.append(hit)
    shown = _merged(shown)
    html = ("… " if start else "") + "".join(_marked(text, start, end, shown))
    html += " …" if end < len(text) else ""
    return Excerpt(mark_safe(html), fragment(text, shown))  # noqa: S308 - each part is escaped


def fragment(text: str, hits: list[Span]) -> str:
    """Return the end of a link that marks these places: the first where it stands, then others."""
    if not hits:
        return ""
    start, end = hits[0]
    # The words before it in its own line say which it is; browsers look there no farther.
    line = text[max(0, start - 40) : start].rpartition("\n")[2]
    before = "" if not line[-1:].isspace() else " ".join(line.split()[-2:])
    first = f"{_quoted(before)}-,{_quoted(text[start:end])}" if before else ""
    words = dict.fromkeys(text[start:end].lower() for start, end in hits)
    directives = [first, *map(_quoted, words)][: DIRECTIVES + 1]
    return "#:~:" + "&".join(f"text={directive}" for directive in directives if directive)


def _quoted(words: str) -> str:
    """Return the words as a directive takes them, where `-`, `,` and `&` mean something else."""
    return quote(" ".join(words.split()), safe="").replace("-", "%2D")


def _run(segments: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\W{0,3}".join(map(re.escape, segments)) + _VOWELS, re.IGNORECASE)


def _signed(literal: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(literal)}(?![+#])", re.IGNORECASE)


def _window(text: str, hit: Span) -> Span:
    """Return from where to where the text is shown: whole words, where there are spaces."""
    start = max(0, hit[0] - BEFORE)
    end = max(hit[1], min(len(text), start + LENGTH))
    if start and (space := _SPACE.search(text, start, min(start + SEAM, hit[0]))):
        start = space.end()
    if end < len(text) and end > hit[1]:
        cut = max(text.rfind(" ", hit[1], end), text.rfind("\n", hit[1], end))
        end = cut if cut > end - SEAM else end
    return start, end


def _merged(hits: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(hits):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _marked(text: str, start: int, end: int, hits: list[Span]) -> Iterator[str]:
    position = start
    for first, last in hits:
        yield escape(text[position:first])
        yield f"<mark>{escape(text[first:last])}</mark>"
        position = last
    yield escape(text[position:end])
