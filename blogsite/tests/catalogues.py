"""Reads catalogues of translations as they are kept in text, without GNU gettext."""

import ast
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Entry:
    """A sentence and its translations, one for each plural form."""

    context: str = ""
    single: str = ""
    plural: str = ""
    strings: list[str] = field(default_factory=list)
    is_fuzzy: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Return what finds it."""
        return self.context, self.single


def read(path: Path) -> list[Entry]:
    """Return the entries of a catalogue, its head, the entry of "", first."""
    entries = [Entry()]
    parts: list[str] = []
    names: list[str] = []
    for line in [*path.read_text("utf-8").splitlines(), ""]:
        if line.startswith("#, ") and "fuzzy" in line:
            entries[-1].is_fuzzy = True
        elif line.startswith("#"):
            continue
        elif line.startswith('"'):
            parts[-1] += ast.literal_eval(line)
        elif line:
            name, _space, text = line.partition(" ")
            names.append(name)
            parts.append(ast.literal_eval(text))
        elif names:
            _fill(entries[-1], names, parts)
            entries.append(Entry())
            names, parts = [], []
    return entries[:-1]


def _fill(entry: Entry, names: list[str], parts: list[str]) -> None:
    for name, text in zip(names, parts, strict=True):
        match name:
            case "msgctxt":
                entry.context = text
            case "msgid":
                entry.single = text
            case "msgid_plural":
                entry.plural = text
            case _:
                entry.strings.append(text)
