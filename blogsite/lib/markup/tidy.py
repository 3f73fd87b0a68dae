"""Turns any tag soup into flat, balanced HTML before the sanitiser builds a tree of it.

Browsers' parsers repair misnested tags by copying elements, so that a few kilobytes can grow
into millions of elements, and one repaired tree is not always read back as the same tree.
Here tags are closed innermost first, tables and lists get the structure that HTML demands of
them, and depth is bounded: the sanitiser's work stays linear, and sanitising again changes
nothing. This is not the wall against scripts (that is the policy), but a thinner stream for it.
"""

import re
from collections.abc import Set

MAX_DEPTH = 60

VOID = frozenset({"br", "hr", "img", "input", "wbr"})
CELLS = frozenset({"td", "th"})
SECTIONS = frozenset({"thead", "tbody", "tfoot"})
TABLE_PARTS = CELLS | SECTIONS | {"tr", "caption"}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
ITEMS = {"li": {"ul", "ol"}, "dt": {"dl"}, "dd": {"dl"}, "rt": {"ruby"}, "rp": {"ruby"}}
SIBLINGS = {"li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "rt": {"rt", "rp"}}
CONTAINERS = frozenset({"blockquote", "details", "div", "dl", "figcaption", "figure", "ol"})
ONLY_PHRASES = HEADINGS | {"p", "pre"}
BLOCKS = (
    CONTAINERS | ONLY_PHRASES | TABLE_PARTS | {"dd", "dt", "hr", "li", "summary", "table", "ul"}
)
SEPARATING = BLOCKS | {
    *("address", "article", "aside", "center", "dialog", "fieldset", "footer", "form"),
    *("header", "legend", "main", "nav", "noscript", "option", "section", "video"),
}
IMPLIED_CHILD = {"ul": "li", "ol": "li", "dl": "dd"} | dict.fromkeys(
    SECTIONS | {"table", "tr"}, "td"
)
DROPPED_WHOLE = frozenset({"math", "script", "style", "svg", "template", "textarea", "title"})

_ATTRIBUTE = r"""\s++[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+"""
_TAG = re.compile(rf"<(/?)([a-zA-Z][a-zA-Z0-9-]*+)((?:{_ATTRIBUTE})*+)\s*+/?>")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?|&NewLine;")


def tidy(html: str, allowed: Set[str]) -> str:
    """Return `html` with only the `allowed` tags, balanced, at most MAX_DEPTH deep.

    Everything that is not a well-formed tag becomes text; attributes are left for the policy.
    """
    html = _CONTROL.sub("", html.replace("\r\n", "\n").replace("\r", "\n"))
    return _Tidier(_REFERENCE.sub(_plain_reference, html), allowed).run()


def _plain_reference(match: re.Match[str]) -> str:
    """A numeric reference to a control character would slip past the cleaning of the source."""
    hexadecimal, decimal = match.groups()
    digits = (hexadecimal or decimal or "a").lstrip("0")
    if len(digits) > 7:
        return "\ufffd"
    code = int(digits or "0", 10 if decimal else 16)
    if code == 10:
        return "\n"
    # 0x80 to 0x9f are left alone: HTML reads them as Windows-1252 punctuation.
    if 0x80 <= code < 0xA0:
        return match[0]
    return "\ufffd" if code > 0x10FFFF or _CONTROL.match(chr(code)) else match[0]


class _Tidier:
    """One run over one text: `out` is what has been written, `open` the tags still open."""

    def __init__(self, html: str, allowed: Set[str]) -> None:
        self.html = html
        self.allowed = allowed
        self.out: list[str] = []
        self.open: list[str] = []
        self.unfinished: set[str] = set()

    def run(self) -> str:
        html, position = self.html, 0
        while (start := html.find("<", position)) >= 0:
            if start > position:
                self._text(html[position:start])
            if match := _TAG.match(html, start):
                position = self._tag(match)
            else:
                position = self._markup(start)
        self._text(html[position:])
        self._close(0)
        return "".join(self.out)

    def _markup(self, start: int) -> int:
        """Leave out comments and declarations; any other `<` is text."""
        for opening, ending in (("<!--", "-->"), ("<!", ">"), ("<?", ">")):
            if self.html.startswith(opening, start):
                end = self._find(ending, start + 2)
                if end >= 0:
                    return end + len(ending)
        self._text("&lt;")
        return start + 1

    def _find(self, ending: str, start: int) -> int:
        """Like str.find, but looks only once to the end of the text for what is not there."""
        if ending in self.unfinished:
            return -1
        end = self.html.find(ending, start)
        if end < 0:
            self.unfinished.add(ending)
        return end

    def _tag(self, match: re.Match[str]) -> int:
        name = match[2].lower()
        if name in DROPPED_WHOLE:
            return self._drop_whole(match, name)
        if name not in self.allowed:
            if name in SEPARATING:
                self._text("\n")
        elif match[1]:
            self._end(name)
        else:
            self._start(name, match[3])
        return match.end()

    def _drop_whole(self, match: re.Match[str], name: str) -> int:
        if match[1]:
            return match.end()
        # A browser takes any letter case here, but a tag missed this way is only shown as text.
        end = self._find(f"</{name}", match.end())
        return match.end() if end < 0 else end

    def _text(self, text: str) -> None:
        if self.out and self.out[-1].startswith("<pre"):
            text = text.lstrip("\n")
        if not text:
            return
        if self.open and self.open[-1] in IMPLIED_CHILD and not text.isspace():
            self._start(IMPLIED_CHILD[self.open[-1]], "")
        self.out.append(text)

    def _start(self, name: str, attributes: str) -> None:
        if len(self.open) >= MAX_DEPTH - 3 and name not in VOID:
            return
        if not self._make_room(name):
            return
        self.out.append(f"<{name}{attributes} >" if attributes else f"<{name}>")
        if name not in VOID:
            self.open.append(name)

    def _make_room(self, name: str) -> bool:
        """Close what cannot contain `name` and open what must; False where it cannot stand."""
        if name in TABLE_PARTS:
            return self._enter_table(name)
        if name in ITEMS:
            return self._enter_list(name)
        if name == "a" and "a" in self.open:
            return False
        if self.open and self.open[-1] in IMPLIED_CHILD:
            self._start(IMPLIED_CHILD[self.open[-1]], "")
        if name in BLOCKS:
            self._close_phrases()
        return True

    def _close_phrases(self) -> None:
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index] in ONLY_PHRASES:
                self._close(index)
            if index < len(self.open) and self.open[index] in BLOCKS:
                return

    def _enter_list(self, name: str) -> bool:
        siblings = SIBLINGS.get(name, SIBLINGS["rt"])
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index] in siblings:
                self._close(index)
                return True
            if self.open[index] in ITEMS[name]:
                return index == len(self.open) - 1
            if self.open[index] in TABLE_PARTS:
                return False
        return False

    def _enter_table(self, name: str) -> bool:
        if "table" not in self.open:
            return False
        inside = len(self.open) - self.open[::-1].index("table")
        if name in SECTIONS or name == "caption":
            self._close(inside)
            return True
        if self.open[inside : inside + 1] and self.open[inside] in SECTIONS:
            inside += 1
        else:
            self._close(inside)
            self._push("tbody")
            inside += 1
        if name in CELLS and self.open[inside : inside + 1] != ["tr"]:
            self._close(inside)
            self._push("tr")
        self._close(inside + (name in CELLS))
        return True

    def _push(self, name: str) -> None:
        self.out.append(f"<{name}>")
        self.open.append(name)

    def _end(self, name: str) -> None:
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index] == name:
                self._close(index)
                return
            if self._is_barrier(self.open[index], name):
                return

    def _is_barrier(self, opened: str, name: str) -> bool:
        """Whether a closing `name` must not reach through an `opened` element."""
        if name in TABLE_PARTS or name == "table":
            return opened == "table"
        if name not in BLOCKS:
            return opened in BLOCKS
        return opened == "table" or opened in CELLS or opened in ITEMS.get(name, ())

    def _close(self, count: int) -> None:
        """Close elements until `count` are open."""
        while len(self.open) > count:
            self.out.append(f"</{self.open.pop()}>")
