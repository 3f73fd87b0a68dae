"""Words as the search index has them, the same in Python and on both databases.

A word is a run of letters and decimal digits, without case and without the accents of Latin
letters. Scripts that put no spaces between words are looked for letter by letter.
"""

import re
import unicodedata
from collections.abc import Iterator

# Stands between what must not make up a phrase, such as two tags.
BREAK = "s0s0"

_MARKS = "\u0300-\u036f"
# Han, kana, Thai, Lao, Burmese and Khmer, with their marks.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3006\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_MIXED = re.compile(rf"(?:[^\W_{_UNSPACED}])*[{_UNSPACED}](?:[^\W_]|[{_UNSPACED}])*")
_SEGMENT = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_HANGUL = re.compile("[\uac00-\ud7a3]+")
_ODD = re.compile(f"[{_MARKS}]")

# Beside the letters that are one with an accent: those the databases take for another's form.
FORMS = {"ſ": "s", "ς": "σ", "ϐ": "β", "ϵ": "ε", "ϑ": "θ", "ϰ": "κ", "µ": "μ", "ϖ": "π"}
FORMS |= {"ϱ": "ρ", "ϕ": "φ", "ẛ": "s", "\u1fbe": "ι"}
# How people write letters they have no key for.
_WRITTEN = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l"}
_WRITTEN |= {"ı": "i", "ё": "е"}
_LOOSE = str.maketrans(_WRITTEN)


def _plain_letters() -> Iterator[tuple[str, str]]:
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        letter = chr(code).lower()
        bare = _ODD.sub("", unicodedata.normalize("NFD", letter))
        if len(letter) == 1 and len(bare) == 1 and bare.isascii() and bare != letter:
            yield letter, bare


PLAIN = dict(_plain_letters()) | FORMS
_PLAIN = str.maketrans(PLAIN)


def fold(word: str) -> str:
    """Return the word without case and Latin accents, as both databases index it."""
    if word.isascii():
        return word.lower()
    return _ODD.sub("", word.lower().translate(_PLAIN))


def loose(word: str) -> str:
    """Return the word as somebody might type it who lacks the keys: strasse, αθηνα."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKC", word).lower().translate(_LOOSE)
    return fold("".join(map(_without_greek_accent, plain)))


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each word begins and ends."""
    for match in _WORD.finditer(text):
        word = match[0]
        if word.isascii() or all(letter.isalpha() or letter.isdecimal() for letter in word):
            yield match.span()
        else:
            yield from _whole_parts(word, match.start())


def words(text: str) -> list[str]:
    """Return the words of the text as they stand there."""
    return [text[start:end] for start, end in spans(text)]


def has_unspaced(text: str) -> bool:
    """Tell whether some of the text is in a script that has no spaces between words."""
    return not text.isascii() and _IS_UNSPACED.search(text) is not None


def is_hangul(word: str) -> bool:
    """Tell whether it is a Korean word, to which particles are appended."""
    return _HANGUL.fullmatch(word) is not None


def segments(text: str) -> list[str]:
    """Return what the text is looked for by: single letters of unspaced scripts, else words."""
    return [fold(part) for part in _SEGMENT.findall(text) if part[0].isalnum()]


def unspaced_runs(text: str) -> list[list[str]]:
    """Return the segments of each run that holds letters of an unspaced script."""
    if not has_unspaced(text):
        return []
    return [segments(match[0]) for match in _MIXED.finditer(text)]


def _whole_parts(word: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a word around its fractions, superscripts and Roman numerals."""
    first: int | None = None
    for index, letter in enumerate(word):
        if letter.isalpha() or letter.isdecimal():
            first = index if first is None else first
        elif first is not None and not _ODD.match(letter):
            yield start + first, start + index
            first = None
    if first is not None:
        yield start + first, start + len(word)


def _without_greek_accent(letter: str) -> str:
    if "\u0370" <= letter < "\u0400" or "\u1f00" <= letter < "\u2000":
        return unicodedata.normalize("NFD", letter)[0]
    return letter
