"""Footnotes: gathered at the end of the text, each with a way back to every place it is called."""

import re
from html import escape, unescape

from django.utils.translation import gettext as _

# Each note keeps at most this many ways back; a note called more often is no reading aid.
MAX_BACK_LINKS = 20

_DEFINITION = re.compile(r'<div(?= [^>]*class="footnote-definition")[^>]* id="([^"]*)"')
_LAST_PARAGRAPH = re.compile(r"</p>\s*\Z")


class Footnotes:
    """The notes of one sanitised text, numbered in the order in which they are called."""

    def __init__(self, html: str, prefix: str) -> None:
        self.prefix = prefix
        self.defined = {unescape(key) for key in _DEFINITION.findall(html)}
        self._calls: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._bodies: dict[str, list[str]] = {}

    def call(self, key: str) -> str:
        """Return the raised number that leads to the note."""
        if key not in self.defined:
            return ""
        number = self._number(key)
        self._calls[key] = self._calls.get(key, 0) + 1
        label = escape(_("Footnote %(number)s") % {"number": number})
        return (
            f'<sup class="footnote-ref"><a href="#{self.prefix}fn-{number}"'
            f' id="{self._call_id(number, self._calls[key])}" role="doc-noteref"'
            f' aria-label="{label}">{number}</a></sup>'
        )

    def define(self, key: str, body: str) -> None:
        """Take the HTML of a note out of the text."""
        self._bodies.setdefault(key, []).append(body.strip())

    def section(self) -> str:
        """Return the list of notes that stands below the text."""
        if not self._bodies:
            return ""
        keys = sorted(self._bodies, key=lambda key: self._numbers.get(key, len(self._bodies) + 1))
        notes = "".join(self._note(key, number) for number, key in enumerate(keys, 1))
        label = escape(_("Footnotes"))
        return f'<section class="footnotes" aria-label="{label}"><ol>\n{notes}</ol></section>\n'

    def _number(self, key: str) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def _call_id(self, number: int, count: int) -> str:
        return f"{self.prefix}fnref-{number}" + (f"-{count}" if count > 1 else "")

    def _note(self, key: str, number: int) -> str:
        body, back = "\n".join(self._bodies[key]), self._back_links(key, number)
        if back and (end := _LAST_PARAGRAPH.search(body)):
            body = f"{body[: end.start()]} {back}</p>"
        elif back:
            body = f"{body}<p>{back}</p>"
        return f'<li id="{self.prefix}fn-{number}">{body}</li>\n'

    def _back_links(self, key: str, number: int) -> str:
        links = []
        for count in range(1, min(self._calls.get(key, 0), MAX_BACK_LINKS) + 1):
            place = f"{number}-{count}" if count > 1 else f"{number}"
            label = escape(_("Back to reference %(place)s") % {"place": place})
            links.append(
                f'<a class="footnote-back" href="#{self._call_id(number, count)}"'
                f' role="doc-backlink" aria-label="{label}">↩</a>'
            )
        return " ".join(links)
