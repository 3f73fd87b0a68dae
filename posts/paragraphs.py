"""A rendered text in its paragraphs, and the notes on them.

A paragraph here is a block at the top of the text: a paragraph, a heading, a list, a picture. It is
known by a digest of its words, so that a note stays with it wherever it moves. When its words have
changed the note goes to what resembles it most nearby, and says so; else to nowhere, and says so.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from html import unescape

from blogsite.lib.text import excerpt
from posts.models import Note
from posts.models.note import DIGEST_LENGTH, EXCERPT_LENGTH

NEARBY = 12  # paragraphs on either side
RESEMBLING = 0.5  # of the words of both
COMPARED = 60  # words of a paragraph

# The renderer writes attributes in double quotes, and closes all but these.
_TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9]*+)(?:[^<>"]|"[^"]*")*?(/?)>')
_VOID = frozenset({"br", "hr", "img", "input", "wbr", "source", "track"})
_INLINE = frozenset({"a", "abbr", "b", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s"})
_INLINE |= {"small", "span", "strong", "sub", "sup", "u"}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Placed:
    """A note where it belongs now; `has_changed`: the paragraph says other words than it did."""

    note: Note
    has_changed: bool = False


@dataclass
class Paragraph:
    """One block of a text: its number from 1, as it is stored and as it is shown."""

    number: int
    source: str
    html: str
    notes: list[Placed] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """Return its words on one line."""
        bare = _TAG.sub(lambda tag: "" if tag[2].lower() in _INLINE else " ", self.source)
        return " ".join(unescape(bare).split())

    @cached_property
    def words(self) -> set[str]:
        """Return its first words, by which it is recognised once it has changed."""
        return _words(self.text)

    @cached_property
    def digest(self) -> str:
        """Return what it is known by: its words, or all of it where it has none."""
        known = self.text or self.source
        return sha256(known.encode(errors="surrogatepass")).hexdigest()[:DIGEST_LENGTH]

    @property
    def excerpt(self) -> str:
        """Return its opening words."""
        return excerpt(self.text, chars=EXCERPT_LENGTH - 10)[:EXCERPT_LENGTH]


def paragraphs(stored: str, shown: str) -> list[Paragraph]:
    """Return the blocks of a stored text with how each is shown: with its pictures and cards."""
    sources, looks = split(stored), split(shown)
    if len(sources) != len(looks):  # not so while what is put in takes the place of one block
        looks = sources
    pairs = enumerate(zip(sources, looks, strict=True), start=1)
    return [Paragraph(number, source, look) for number, (source, look) in pairs]


def split(html: str) -> list[str]:
    """Return the elements at the top of rendered HTML; what is loose goes with the next."""
    parts, depth, start = [], 0, 0
    for tag in _TAG.finditer(html):
        if tag[1]:
            depth = max(0, depth - 1)
            if depth == 0:
                parts.append(html[start : tag.end()])
                start = tag.end()
        elif tag[2].lower() not in _VOID and not tag[3]:
            depth += 1
    rest = html[start:]
    return [*parts, rest] if rest.strip() else parts


def place(blocks: list[Paragraph], notes: Iterable[Note]) -> list[Note]:
    """Put each note with its paragraph; return those whose paragraph is gone."""
    known: dict[str, list[Paragraph]] = defaultdict(list)
    for block in blocks:
        known[block.digest].append(block)
    gone = []
    for note in notes:
        same = known.get(note.digest)
        found = _nearest(same, note) if same else _resembling(blocks, note)
        if found is None:
            gone.append(note)
        else:
            found.notes.append(Placed(note, has_changed=not same))
    return gone


def _nearest(blocks: list[Paragraph], note: Note) -> Paragraph:
    return min(blocks, key=lambda block: abs(block.number - note.number))


def _resembling(blocks: list[Paragraph], note: Note) -> Paragraph | None:
    """Return what shares most words with the note's paragraph as it was, None for too few."""
    nearby = blocks[max(0, note.number - 1 - NEARBY) : note.number + NEARBY]
    meant = _words(note.excerpt)
    scored = [(_likeness(meant, block.words), block) for block in nearby]
    score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best if score >= RESEMBLING else None


def _likeness(meant: set[str], said: set[str]) -> float:
    """Return the share of the words meant that are said, less where much else is said."""
    if not meant or not said:
        return 0.0
    return len(meant & said) / max(len(meant), min(len(said), 2 * len(meant)))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text[: EXCERPT_LENGTH * 2].casefold())[:COMPARED])
