"""Ids and levels of headings: an outline without gaps, ids that no other part of a page has."""

import re

from blogsite.lib.markup.rendered import Heading

MAX_ID = 80

_NOT_IN_ID = re.compile(r"[\W_]+")


class Outline:
    """The headings of one text; every id starts with `prefix`."""

    def __init__(self, prefix: str, offset: int) -> None:
        self.prefix = prefix
        self.offset = offset
        self.headings: list[Heading] = []
        self._above: list[int] = []
        self._used: dict[str, int] = {}

    def add(self, written_level: int, text: str, wanted_id: str) -> Heading:
        """Place a heading under the ones before it and give it an id of its own."""
        while self._above and self._above[-1] >= written_level:
            self._above.pop()
        self._above.append(written_level)
        level = min(len(self._above) + self.offset, 6)
        heading = Heading(level, wanted_id or self.claim(as_id(text) or "section"), text)
        self.headings.append(heading)
        return heading

    def claim(self, name: str) -> str:
        """Return `name` with the prefix, numbered if it is taken already."""
        free = name
        while free in self._used:
            self._used[name] += 1
            free = f"{name}-{self._used[name]}"
        self._used[free] = 1
        return self.prefix + free

    def resolve(self, fragment: str) -> str:
        """Return the id in the page that an author's `#fragment` means."""
        for name in (fragment, as_id(fragment)):
            if name in self._used:
                return self.prefix + name
        return fragment


def as_id(text: str) -> str:
    """Return the words of `text` joined by hyphens."""
    return _NOT_IN_ID.sub("-", text.casefold())[:MAX_ID].strip("-")
