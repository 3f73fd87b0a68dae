"""What somebody typed, taken apart: nothing in it can be an operator of a database, or an error."""

import re
import unicodedata
from dataclasses import dataclass

from posts.search.words import has_unspaced, is_hangul, segments, words

LONGEST = 200
MOST_TERMS = 20
SHORTEST = 3  # letters that others may follow: fewer begin too many words to gather

_PIECE = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
# C++, C#, GTK+: words that are others without their signs.
_SIGNED = re.compile(r"(?<!\w)[a-z0-9]+(?:\+{1,2}|#)(?![\w+#])", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or several that must follow each other.

    `is_exact` looks for the words as they are, without their stems; `segments` is what is looked
    for instead where a script has no spaces between words; `literals` are words of it whose signs
    matter, which the index does not know; `start` and `end` say where it stands.
    """

    words: tuple[str, ...]
    is_excluded: bool = False
    is_prefix: bool = False
    is_exact: bool = False
    segments: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    start: int = 0
    end: int = 0


def parse(typed: str) -> tuple[Term, ...]:
    """Return the terms in what somebody typed; never an error, at most 20, of 200 characters."""
    typed = unicodedata.normalize("NFC", typed[:LONGEST])
    pieces = [match for match in _PIECE.finditer(typed) if words(match[2] or match[3] or "")]
    last = len(pieces[:MOST_TERMS]) - 1
    return tuple(
        _term(match, is_last=number == last and match.end() == len(typed))
        for number, match in enumerate(pieces[:MOST_TERMS])
    )


def plain(typed: str) -> str:
    """Return what was typed as it is searched: cut and composed, so that places in it are true."""
    return unicodedata.normalize("NFC", typed[:LONGEST])


def _term(match: "re.Match[str]", *, is_last: bool) -> Term:
    sign, phrase, word = match.groups()
    raw = phrase or word
    parts = tuple(words(raw))
    is_prefix = bool(word) and _is_prefix(word, parts, is_last=is_last and not sign)
    return Term(
        parts,
        is_excluded=bool(sign),
        is_prefix=is_prefix,
        is_exact=not word or len(parts) > 1 or word.endswith("*"),
        segments=tuple(segments(raw)) if has_unspaced(raw) else (),
        literals=_literals(raw, parts, is_excluded=bool(sign)),
        start=match.start(),
        end=match.end(),
    )


def _literals(raw: str, parts: tuple[str, ...], *, is_excluded: bool) -> tuple[str, ...]:
    """Return the words whose signs matter; of several that are left out together, none."""
    return () if is_excluded and len(parts) > 1 else tuple(_SIGNED.findall(raw))


def _is_prefix(word: str, parts: tuple[str, ...], *, is_last: bool) -> bool:
    """Tell whether more letters may follow: the last word is unfinished, or a star says so."""
    last = parts[-1]
    if word.endswith(last + "*") or is_hangul(last):
        return len(last) >= SHORTEST or is_hangul(last)
    return is_last and word.endswith(last) and len(last) >= SHORTEST
