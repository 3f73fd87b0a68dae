"""Plain text as people type it: cleaned, shortened, and turned into addresses and keys."""

import re
import unicodedata

from django.utils.text import slugify as django_slugify

# ASCII letters, digits, - and _; beyond ASCII everything that is not blank.
SLUG_PATTERN = r"[^\x00-,./:-@\[-^`{-\xa0\s]+"

# Joiners change how these scripts are read; elsewhere they only hide.
JOINING_SCRIPTS = """
    ARABIC BENGALI DEVANAGARI GUJARATI GURMUKHI KANNADA KHMER MALAYALAM MANDAIC MONGOLIAN MYANMAR
    NKO ORIYA SINHALA SYRIAC TAMIL TELUGU TIBETAN
"""
MAX_MARKS = 4

_JOINING = frozenset(JOINING_SCRIPTS.split())
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ufdd0-\ufdef\ufeff]"
)
_NONCHARACTER = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_NEWLINE = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    # Flags of regions are kept, the one use of tag characters: a black flag, letters, an end.
    r"(\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f)"
    r"|[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_JOINER = re.compile(r"[\u200c\u200d]")
_SELECTOR = re.compile(r"(?<![^\s\ufe0e\ufe0f])[\ufe0e\ufe0f]+|(?<=[\ufe0e\ufe0f])[\ufe0e\ufe0f]+")
_BLANK = re.compile(r"[\s\u2800]+")

# Letters that do not come apart into an ASCII letter and a mark.
_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
)
# Digits and letters of other alphabets that are drawn like a Latin letter, after case folding.
_LOOKALIKES = str.maketrans(
    "01|ıɑɡавеһіјкӏмнорԛѕтԝухсԁαικνορυχ",
    "olliagabehijklmhopqstwyxcdaikvopux",
)
# One stroke for the letters that are one stroke, two letters for the wide ones that look like two.
_STROKES = str.maketrans({"i": "l", "m": "rn", "w": "vv"})


def clean_line(value: str) -> str:
    """Return `value` as one honest line: NFC, no control, direction or hidden characters."""
    value = _BLANK.sub(" ", unicodedata.normalize("NFC", _NEWLINE.sub(" ", value)))
    value = _INVISIBLE.sub(r"\1", _NONCHARACTER.sub("", _CONTROL.sub("", value)))
    value = _cap_marks(_SELECTOR.sub("", _JOINER.sub(_keep_joiner, value)))
    return _BLANK.sub(" ", unicodedata.normalize("NFC", value)).strip()


def clean_text(value: str) -> str:
    """Return `value` in NFC with plain newlines, without control characters and overrides."""
    value = _CONTROL.sub("", _NEWLINE.sub("\n", value))
    return unicodedata.normalize("NFC", _NONCHARACTER.sub("", value))


def _keep_joiner(match: re.Match[str]) -> str:
    """Keep a joiner inside a script that needs it or inside a joined emoji."""
    before = match.string[max(match.start() - 2, 0) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    if before and unicodedata.name(before[-1], "").partition(" ")[0] in _JOINING:
        return match[0]
    emoji = before.removesuffix("\ufe0f")[-1:]
    joins = emoji and after and unicodedata.category(after) == "So"
    if joins and match[0] == "\u200d" and unicodedata.category(emoji) in ("So", "Sk"):
        return match[0]
    return ""


def _cap_marks(value: str) -> str:
    """Towers of accents would cover the lines around them."""
    if value.isascii():
        return value
    kept: list[str] = []
    marks = 0
    for character in value:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def slugify(title: str, *, fallback: str = "", max_length: int = 80) -> str:
    """Return an address for `title`: lower-case words joined by hyphens.

    Latin letters lose their accents; a title with letters of other scripts keeps all its
    letters. Never empty or only a number where a `fallback` is given: then it starts with that.
    """
    text = re.sub(r"(?<=\w)#(?!\w)", "sharp", clean_line(title).replace("++", "pp"))
    latin = text.lower().translate(_LATIN)
    plain = unicodedata.normalize("NFKD", latin)
    if any(letter.isalpha() and not letter.isascii() for letter in plain):
        slug = _unicode_slug(text)
    else:
        slug = django_slugify(_hyphenate(plain))
    slug = _shorten_slug(slug, max_length)
    if not slug or slug.replace("-", "").replace("_", "").isdecimal():
        slug = _shorten_slug(f"{fallback}-{slug}", max_length)
    return slug


def _hyphenate(text: str) -> str:
    return re.sub(r"(?<=\w)[./:,+&=|\u2010-\u2015](?=\w)", "-", text)


def _unicode_slug(text: str) -> str:
    """Marks are kept with letters and numbers: Indic and Thai vowels are marks."""
    text = _hyphenate(unicodedata.normalize("NFKC", text).lower())
    kept = [c if unicodedata.category(c)[0] in "LMN" or c in "-_ " else "" for c in text]
    return re.sub(r"[-\s]+", "-", "".join(kept)).strip("-_")


def _shorten_slug(slug: str, max_length: int) -> str:
    if len(slug) > max_length:
        slug = slug[: max_length + 1]
        slug = slug[: max(slug.rfind("-"), 0) or max_length]
    return slug.strip("-_")


def excerpt(text: str, *, words: int = 40, chars: int = 280) -> str:
    """Return the start of `text` on one line: at most `words` words and `chars` characters."""
    text = " ".join(text[: chars * 4].split()) + (" " * (len(text) > chars * 4))
    short = " ".join(text.split(" ")[:words])
    if len(short) > chars:
        short = short[: chars - 1]
        space = short.rfind(" ")
        # Without a space near the end it is a script that has none, or one endless word.
        short = short[:space] if space > chars // 2 else _whole_characters(short)
    if short == text.strip():
        return short
    return short.rstrip(" ,;:.–—-") + "…"


def _whole_characters(text: str) -> str:
    """Drop a last character whose marks may have been cut off."""
    while len(text) > 1 and (unicodedata.combining(text[-1]) or text[-1] in "\u200d\ufe0f"):
        text = text[:-1]
    return text[:-1]


def username_key(name: str) -> str:
    """Return what `name` looks like: names that could be mistaken for one another share a key."""
    name = unicodedata.normalize("NFKC", name).casefold()
    shape = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name)
        if not unicodedata.combining(letter)
    )
    shape = _INVISIBLE.sub("", _JOINER.sub("", re.sub(r"[\W_]+", "", shape.translate(_LOOKALIKES))))
    return shape.translate(_STROKES) or name
