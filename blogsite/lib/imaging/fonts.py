"""The fonts of this machine, and which characters they have: nothing is drawn as an empty box.

Runs in the child process. The first font is Source Serif, which comes as a package of its own and
has the Latin, Greek and Cyrillic scripts; for the others the system's fonts are looked through.
"""

import re
import struct
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import features

from blogsite.lib.imaging.drawings import FONT_FOLDERS

# Of the system's, in this order; bold ones, or such as have one weight alone.
FAMILIES = (
    r"NotoSerif-Bold",
    r"NotoNaskhArabic-Bold",
    r"NotoSerif(?!Display|Tangut)\w+-Bold",
    r"DejaVuSerif-Bold",
    r"DejaVuSans-Bold",
    r"NotoSans\w*-Bold",
    r"Noto(?:Serif|Sans)CJK-Bold",
    r"FreeSerifBold",
    r"LiberationSerif-Bold",
    r"(?:DroidSansFallback(?:Full)?|wqy-\w+|fonts-japanese-gothic|ipag|NanumGothicBold|unifont)",
    r"(?:Times New Roman Bold|Arial Bold|Arial Unicode|PingFang|Hiragino Mincho ProN)",
)
FILES = (".ttf", ".otf", ".ttc")
# Each letter of these stands as it is; other scripts need a shaper, and Pillow may lack it.
_UNSHAPED = re.compile(r"[\u0000-\u058f\u1e00-\u2bff\u2e80-\ud7af\uf900-\ufaff\uff00-\uffef]*")
_DECORATION = {"So", "Sk", "Cn", "Co", "Cs", "Cf", "Cc", "Me"}
_SELECTORS = {chr(code) for code in range(0xFE00, 0xFE10)}
_JOINERS = "\u200c\u200d"

Glyphs = Callable[[int], bool]


def fitting(text: str) -> tuple[Path | None, str]:
    """Return a font for the text, and the text as it can be drawn: without emoji it lacks.

    None where letters would be missing.
    """
    if not is_shaped(text):
        return None, ""
    for path in installed():
        drawn = _drawn(text, glyphs(path))
        if drawn is not None:
            return path, drawn
    return None, ""


def is_shaped(text: str) -> bool:
    """Tell whether the letters can be joined and ordered as their script wants it."""
    return features.check("raqm") or _UNSHAPED.fullmatch(text) is not None


@cache
def installed() -> tuple[Path, ...]:
    """Return the fonts that there are, the best first."""
    found = {path.stem: path for folder in FONT_FOLDERS for path in sorted(_files(Path(folder)))}
    ordered = [
        found[stem] for family in FAMILIES for stem in sorted(found) if re.fullmatch(family, stem)
    ]
    return tuple(dict.fromkeys([*_packaged(), *ordered]))


@cache
def glyphs(path: Path) -> Glyphs:
    """Return what tells whether the font has a character; nothing of one that cannot be read."""
    try:
        data = path.read_bytes()
        tables = dict(_tables(data))
        return _characters(data[tables["cmap"] :])
    except (OSError, KeyError, ValueError, struct.error):
        return _nothing


def _drawn(text: str, has: Glyphs) -> str | None:
    """Return the text without decoration that the font lacks; None where it lacks more."""
    kept = ""
    for character in text:
        if character in _SELECTORS:
            continue
        if character in _JOINERS:  # nothing to see, but between letters
            kept += character if unicodedata.category(kept[-1:] or " ")[0] in "LM" else ""
        elif has(ord(character)) or character.isspace():
            kept += character
        elif unicodedata.category(character) not in _DECORATION:
            return None
    drawn = " ".join(kept.split())
    return drawn or None


def _packaged() -> Iterator[Path]:
    spec = find_spec("font_source_serif_pro")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "files" / "SourceSerifPro-Semibold.ttf"
        if path.is_file():
            yield path


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.rglob("*") if path.suffix in FILES)


def _tables(data: bytes) -> Iterator[tuple[str, int]]:
    """Yield the name and the place of each table; of a collection those of its first font."""
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    for number in range(struct.unpack_from(">H", data, start + 4)[0]):
        tag, _sum, place, _length = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
        yield tag.decode("latin-1"), place


def _nothing(_code: int) -> bool:
    return False


def _characters(cmap: bytes) -> Glyphs:
    """Return what tells whether a character is in the font's table of characters."""
    known: dict[int, int] = {}
    for number in range(struct.unpack_from(">H", cmap, 2)[0]):
        platform, encoding, place = struct.unpack_from(">HHI", cmap, 4 + 8 * number)
        if platform == 0 or (platform, encoding) in {(3, 1), (3, 10)}:
            known.setdefault(struct.unpack_from(">H", cmap, place)[0], place)
    if 12 in known:
        return _by_groups(cmap[known[12] :])
    return _by_segments(cmap[known[4] :])


def _by_groups(table: bytes) -> Glyphs:
    """Format 12: ranges over all of Unicode."""
    count = struct.unpack_from(">I", table, 12)[0]
    groups = list(struct.iter_unpack(">III", table[16 : 16 + 12 * count]))
    return lambda code: any(
        first <= code <= last and code - first + glyph for first, last, glyph in groups
    )


def _by_segments(table: bytes) -> Glyphs:
    """Format 4: ranges of the first 65,536 characters, some by way of a list of glyphs."""
    count = struct.unpack_from(">H", table, 6)[0] // 2

    def column(number: int, sign: str = "H") -> tuple[int, ...]:
        pad = 2 if number else 0
        return struct.unpack_from(f">{count}{sign}", table, 14 + pad + 2 * count * number)

    lasts, firsts, deltas, offsets = column(0), column(1), column(2), column(3)
    start = 16 + 2 * count * 3

    def has(code: int) -> bool:
        number = bisect_left(lasts, code)
        if number == count or code < firsts[number]:
            return False
        glyph = code
        if offsets[number]:
            place = start + 2 * number + offsets[number] + 2 * (code - firsts[number])
            glyph = struct.unpack_from(">H", table, place)[0]
            if not glyph:
                return False
        return bool((glyph + deltas[number]) % 65536)

    return has
