"""Dresses sanitised HTML: heading links, code colours, scrollable tables, footnotes, pictures.

It runs after the sanitiser, so everything it reads is one of nh3's canonical tags or escaped
text, and everything it adds is either a constant or escaped again here. What it emits for the
stylesheets to dress is listed in blogsite.lib.markdown.
"""

import re
from collections import Counter
from collections.abc import Callable
from html import escape, unescape

from django.utils.translation import gettext as _

from blogsite.lib.markup import blocks
from blogsite.lib.markup.elements import Attributes, written
from blogsite.lib.markup.footnotes import Footnotes
from blogsite.lib.markup.highlight import Highlighter
from blogsite.lib.markup.links import address_name, linkify
from blogsite.lib.markup.mathematics import Mathematics
from blogsite.lib.markup.outline import Outline
from blogsite.lib.markup.pictures import Pictures, figures
from blogsite.lib.markup.policy import LINK_REL
from blogsite.lib.markup.rendered import Kind
from blogsite.lib.markup.tidy import BLOCKS, HEADINGS

_TOKEN = re.compile(
    r'<pre><code(?: class="language-(?P<language>[^"]*)")?>(?P<code>[^<]*)</code></pre>'
    r'|<span class="math math-(?P<math>inline|display)">(?P<tex>[^<]*)</span>'
    r'|<sup class="footnote-reference"><a href="#(?P<note>[^"]*)">[0-9]+</a></sup>'
    r'|(?P<label><sup class="footnote-definition-label">[0-9]+</sup>)'
    r"|<(?P<slash>/?)(?P<name>[a-z0-9]+)(?P<tag>[^>]*)>"
    r"|(?P<text>[^<]+)"
)
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_ID = re.compile(r"[\w.:-]{1,100}")
# A control character cannot come out of the sanitiser, so this mark is the decoration's own.
_IN_PAGE = re.compile('href="#\x00([^"]*)"')
_COUNTED = frozenset({"a", "code", "pre", "summary", "table", "thead"})


class Decorator:
    """One run over one text; afterwards `text` holds its words and `html()` the result."""

    def __init__(
        self,
        kind: Kind,
        outline: Outline,
        footnotes: Footnotes,
        pictures: Pictures,
        highlighter: Highlighter,
        mathematics: Mathematics | None = None,
    ) -> None:
        self.kind = kind
        self.outline = outline
        self.footnotes = footnotes
        self.pictures = pictures
        self.highlighter = highlighter
        self.mathematics = mathematics
        rel = LINK_REL[kind]
        self.link_attributes = f' rel="{rel}"' if rel else ""
        self.out: list[str] = []
        self.text: list[str] = []
        self.inside: Counter[str] = Counter()
        self.names = 0
        self.tables = 0
        # What a closing tag has to know of its opening one, innermost last.
        self.links: list[tuple[int, int, str]] = []
        self.cells: list[tuple[int, int]] = []
        self.divisions: list[tuple[str, list[str]] | None] = []
        self.heading: tuple[int, int, int, str] | None = None

    def run(self, html: str) -> str:
        """Return the decorated `html`."""
        for match in _TOKEN.finditer(html):
            if (group := match.lastgroup) == "text":
                self._text(match[0])
            elif group == "tag":
                self._tag(match["slash"], match["name"], match["tag"], match[0])
            elif group == "code":
                self._code_block(match["code"], match["language"])
            elif group == "tex":
                self._formula(match["tex"], is_block=match["math"] == "display")
            elif group == "note":
                self.out.append(self.footnotes.call(unescape(match["note"])))
        whole, captions = figures("".join(self.out))
        self.text += [f"\n{caption}\n" for caption in captions]
        whole += self.footnotes.section()
        return _IN_PAGE.sub(self._resolve, whole) if "\x00" in whole else whole

    def _resolve(self, match: re.Match[str]) -> str:
        return f'href="#{escape(self.outline.resolve(unescape(match[1])))}"'

    def _text(self, text: str) -> None:
        if not text.isspace():
            self.names += 1
        # A line of the plain text is a whole block: where the source was wrapped says nothing.
        self.text.append(unescape(text).replace("\n", " "))
        inside = self.inside
        if "://" in text and not (inside["a"] or inside["code"] or inside["pre"]):
            text = linkify(text, self.link_attributes)
        self.out.append(text)

    def _code_block(self, code: str, language: str | None) -> None:
        plain = unescape(code)
        self.names += 1
        self.text.append(f"\n{plain}\n")
        shown = self.highlighter.highlight(plain, language) if language else code
        named = f' class="language-{language}"' if language else ""
        self.out.append(f'<pre class="code" tabindex="0"><code{named}>{shown}</code></pre>')

    def _formula(self, tex: str, *, is_block: bool) -> None:
        plain = unescape(tex)
        self.names += 1
        self.text.append(plain)
        shown = self.mathematics.show(plain, is_block=is_block) if self.mathematics else tex
        self.out.append(shown)

    def _tag(self, slash: str, name: str, attributes: str, whole: str) -> None:
        if name in BLOCKS or name == "br":
            self.text.append("\n")
        if slash:
            end = _ENDS.get(name)
            self.out.append(end(self) if end else whole)
            self.inside[name] -= name in _COUNTED
        else:
            self.inside[name] += name in _COUNTED
            start = _STARTS.get(name)
            if start or attributes:
                given = dict(_ATTRIBUTE.findall(attributes))
                self.out.append(start(self, given) if start else self.element(name, given))
            else:
                self.out.append(whole)

    def element(self, name: str, attributes: Attributes) -> str:
        """Return a start tag; an author's id gets the text's prefix, a class is dropped."""
        attributes.pop("class", None)
        attributes.pop("style", None)
        if "id" in attributes:
            attributes = self._own_id(attributes)
        return written(name, attributes)

    def _own_id(self, attributes: Attributes) -> Attributes:
        wanted = unescape(attributes.pop("id"))
        if _ID.fullmatch(wanted):
            attributes["id"] = escape(self.outline.claim(wanted))
        return attributes

    # Headings

    def start_heading(self, level: int, attributes: Attributes) -> str:
        wanted = self._own_id({"id": attributes.get("id", "")}).get("id", "")
        self.heading = (len(self.out), len(self.text), level, wanted)
        return ""

    def end_heading(self) -> str:
        if self.heading is None:
            return ""
        start, text_start, level, wanted = self.heading
        self.heading = None
        content = "".join(self.out[start:])
        del self.out[start:]
        text = " ".join("".join(self.text[text_start:]).split())
        if not text:
            return f"<p>{content}</p>" if content.strip() else ""
        if self.kind is not Kind.POST:
            return f"<p><strong>{content}</strong></p>"
        heading = self.outline.add(level, text, wanted)
        place = escape(heading.id)
        whole = f'<h{heading.level} id="{place}">{content}</h{heading.level}>'
        if self.inside["a"] or self.inside["summary"]:
            return whole
        label = escape(_("Link to the section “%(title)s”") % {"title": text})
        link = f'<a class="heading-link" href="#{place}" aria-label="{label}">#</a>'
        return f'<div class="heading-line">{whole}{link}</div>'

    # Links and pictures

    def start_link(self, attributes: Attributes) -> str:
        href = attributes.get("href", "")
        self.links.append((len(self.out), self.names, href))
        if name := attributes.pop("name", ""):
            attributes.setdefault("id", name)
        if href.startswith("#") and len(href) > 1 and self.kind is Kind.POST:
            attributes["href"] = f"#\x00{href[1:]}"
        return self.element("a", attributes)

    def end_link(self) -> str:
        start, names, href = self.links.pop()
        if href and names == self.names:
            self.out[start] = f'{self.out[start][:-1]} aria-label="{address_name(href)}">'
        return "</a>"

    def picture(self, attributes: Attributes) -> str:
        alt = attributes.get("alt", "")
        self.names += not (not alt or alt.isspace())
        if self.heading or self.kind is not Kind.POST:
            self.text.append(unescape(alt))
        if self.kind is not Kind.POST:
            return self._picture_link(attributes.get("src", ""), alt)
        if "src" not in attributes:
            return alt
        if "id" in attributes:
            attributes = self._own_id(attributes)
        is_linked = bool(self.inside["a"] or self.inside["summary"])
        return self.pictures.show(attributes, is_linked=is_linked)

    def _picture_link(self, source: str, alt: str) -> str:
        if self.inside["a"] or not source:
            return alt
        return f'<a href="{source}"{self.link_attributes}>{alt or source}</a>'

    # Notes at the foot

    def start_division(self, attributes: Attributes) -> str:
        if attributes.get("class") and (key := attributes.get("id")):
            self.divisions.append((unescape(key), self.out))
            self.out = []
            return ""
        self.divisions.append(None)
        return self.element("div", attributes)

    def end_division(self) -> str:
        note = self.divisions.pop()
        if note is None:
            return "</div>"
        key, outer = note
        self.footnotes.define(key, "".join(self.out))
        self.out = outer
        return ""


def _heading_starter(level: int) -> Callable[[Decorator, Attributes], str]:
    return lambda decorator, attributes: decorator.start_heading(level, attributes)


_STARTS: dict[str, Callable[[Decorator, Attributes], str]] = {
    "a": Decorator.start_link,
    "blockquote": blocks.start_quote,
    "div": Decorator.start_division,
    "img": Decorator.picture,
    "input": blocks.checkbox,
    "pre": blocks.start_preformatted,
    "table": blocks.start_table,
    "td": lambda decorator, attributes: blocks.start_cell(decorator, "td", attributes),
    "th": lambda decorator, attributes: blocks.start_cell(decorator, "th", attributes),
} | {name: _heading_starter(int(name[1])) for name in HEADINGS}
_ENDS: dict[str, Callable[[Decorator], str]] = {
    "a": Decorator.end_link,
    "div": Decorator.end_division,
    "table": blocks.end_table,
    "th": blocks.end_header_cell,
}
_ENDS.update(dict.fromkeys(HEADINGS, Decorator.end_heading))
