"""The site's own look, as staff made it: the rules of its accent, and how large its logo stands."""

import re
from hashlib import sha256

from blogsite.lib.colours import Tones, accent

LOGO_WIDTH, LOGO_HEIGHT = 240, 40  # CSS pixels at most
DIGITS = 16  # of the hash in the address

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE | re.DOTALL)
# An address elsewhere, at the beginning of a string or of url().
_ELSEWHERE = re.compile(r"[\"'(]\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_IMPORT = re.compile(r"@import\b", re.IGNORECASE)


def accent_rules(colour: str) -> str:
    """Return the rules that give the pages an accent, but where readers want high contrast."""
    made = accent(colour)
    pairs = "".join(
        f"{name}:light-dark({getattr(made.light, tone)},{getattr(made.dark, tone)});"
        for name, tone in zip(
            ("--accent", "--accent-deep", "--accent-wash", "--on-accent"),
            Tones.__dataclass_fields__,
            strict=True,
        )
    )
    return f"@layer tokens{{@media not (prefers-contrast:more){{:root{{{pairs}}}}}}}\n"


def digest(sheet: str) -> str:
    """Return what stands for the sheet in its address."""
    return sha256(sheet.encode()).hexdigest()[:DIGITS]


def logo_size(width: int, height: int) -> tuple[int, int]:
    """Return how large a picture stands in the header, in CSS pixels; never drawn larger."""
    if not width or not height:
        return 0, 0
    scale = min(LOGO_WIDTH / width, LOGO_HEIGHT / height, 1)
    return max(1, round(width * scale)), max(1, round(height * scale))


def imports(css: str) -> bool:
    """Tell whether the rules fetch other sheets."""
    return _IMPORT.search(_ESCAPE.sub(_unescaped, _COMMENT.sub("", css))) is not None


def leads_elsewhere(css: str) -> bool:
    """Tell whether the rules name something on another host, as an address is written in CSS.

    Comments count: where one begins, behind strings and addresses, is for browsers to tell.
    """
    return _ELSEWHERE.search(_ESCAPE.sub(_unescaped, css)) is not None


def _unescaped(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[2]
    number = int(found[1], 16)
    return chr(number) if 0 < number < 0x110000 else "\ufffd"
