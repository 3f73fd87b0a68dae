"""The site's own look, as staff made it: the rules of its accent, and how large its logo stands."""

from hashlib import sha256

from blogsite.lib.colours import Tones, accent

LOGO_WIDTH, LOGO_HEIGHT = 240, 40  # CSS pixels at most
DIGITS = 16  # of the hash in the address


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
