"""What a post's Markdown consists of, each part with its line: for checks of a text before it is
published. The same parser as the renderer's, with the places of what it finds.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import Any, NamedTuple

EXCERPT = 120  # characters
MOST_EVENTS = 100_000  # of the parser: what follows is not looked at

# Nothing that could begin another stands in one: each place is looked at once.
_COMMENT = re.compile(r"<!--((?:(?!<!--).){0,1000}?)-->", re.DOTALL)
_TAG = re.compile(r"<(img|a)\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|href|alt)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_UNDEFINED = re.compile(r"\[\^([^\]\[\s]{1,100})\]")


class Part(NamedTuple):
    """Something in the text: where, what it names, and in which words."""

    line: int
    value: str
    words: str = ""


@dataclass(slots=True)
class Survey:
    """The parts of a text, in order. Lines count from 1.

    Headings have their level as value, pictures and links their address, and pictures their
    description as words. `texts` are words as readers see them, those of code left out.
    """

    lines: list[str]
    headings: list[Part] = field(default_factory=list)
    pictures: list[Part] = field(default_factory=list)
    links: list[Part] = field(default_factory=list)
    calls: list[Part] = field(default_factory=list)  # of footnotes
    notes: list[Part] = field(default_factory=list)  # what footnotes say
    undefined: list[Part] = field(default_factory=list)  # calls of what no footnote says
    comments: list[Part] = field(default_factory=list)
    texts: list[Part] = field(default_factory=list)
    is_whole: bool = True  # nothing was left out for its length

    def excerpt(self, line: int) -> str:
        """Return the line, shortened."""
        text = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
        return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"


class Surveyor:
    """Gathers the parts of one text from the parser's events."""

    def __init__(self, source: str) -> None:
        self.survey = Survey(source.split("\n"))
        self._starts = [0]  # of lines, in bytes
        for line in self.survey.lines:
            self._starts.append(self._starts[-1] + len(line.encode(errors="replace")) + 1)
        self._open: list[tuple[str, int, str, list[str]]] = []  # headings and pictures
        self._code = 0

    def run(self, events: Iterable[tuple[Any, Any]]) -> Survey:
        """Return what the events, each with its place in bytes, say."""
        for number, (event, place) in enumerate(events):
            if number == MOST_EVENTS:
                self.survey.is_whole = False
                break
            if isinstance(event, dict):
                ((name, value),) = event.items()
                handle = _HANDLERS.get(name)
                if handle is not None:
                    handle(self, value, bisect_right(self._starts, place["start"]))
        return self.survey

    def start(self, value: Any, line: int) -> None:
        if not isinstance(value, dict):
            return
        ((kind, given),) = value.items()
        if kind == "CodeBlock":
            self._code += 1
        elif kind == "Heading":
            self._open.append((kind, line, given["level"][1:], []))
        elif kind == "Image":
            self._open.append((kind, line, given["dest_url"], []))
        elif kind == "Link":
            self.survey.links.append(Part(line, given["dest_url"]))
        elif kind == "FootnoteDefinition":
            self.survey.notes.append(Part(line, given))

    def end(self, value: Any, line: int) -> None:
        kind = value if isinstance(value, str) else next(iter(value))
        if kind == "CodeBlock":
            self._code -= 1
        if self._open and kind == self._open[-1][0]:
            _kind, begun, named, words = self._open.pop()
            parts = self.survey.headings if kind == "Heading" else self.survey.pictures
            parts.append(Part(begun, named, "".join(words)))

    def text(self, value: str, line: int) -> None:
        if self._code:
            return
        if self._open:
            self._open[-1][3].append(value)
        self.survey.texts.append(Part(line, value))
        for call in _UNDEFINED.finditer(value) if "[^" in value else ():
            self.survey.undefined.append(Part(line, call[1]))

    def code(self, value: str, line: int) -> None:
        if self._open:
            self._open[-1][3].append(value)

    def call(self, value: str, line: int) -> None:
        self.survey.calls.append(Part(line, value))

    def html(self, value: str, line: int) -> None:
        for comment in _COMMENT.finditer(value):
            at = line + value.count("\n", 0, comment.start())
            self.survey.comments.append(Part(at, comment[1].strip()))
        for tag in _TAG.finditer(value):
            found = {
                name.lower(): unescape(one or two) for name, one, two in _ATTRIBUTE.findall(tag[2])
            }
            at = line + value.count("\n", 0, tag.start())
            if tag[1].lower() == "img":
                part = Part(at, found.get("src", ""), found.get("alt", ""))
                self.survey.pictures.append(part)
            elif "href" in found:
                self.survey.links.append(Part(at, found["href"]))


_HANDLERS: dict[str, Callable[[Surveyor, Any, int], None]] = {
    "Start": Surveyor.start,
    "End": Surveyor.end,
    "Text": Surveyor.text,
    "Code": Surveyor.code,
    "FootnoteReference": Surveyor.call,
    "Html": Surveyor.html,
    "InlineHtml": Surveyor.html,
}
