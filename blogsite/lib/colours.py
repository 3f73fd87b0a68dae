"""The accent of a site: what of one colour can be read on light pages, and what on dark ones."""

import re
from collections.abc import Callable
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass

HEX = re.compile(r"#?(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
LEAST = 4.6  # contrast of text; WCAG 2.2 AA asks for 4.5
# Relative luminance: of the darkest surface of the light pages, and the lightest of the dark ones.
# blogsite/tests/test_look.py holds them to static/css/tokens.css.
DARKEST_LIGHT, LIGHTEST_DARK = 0.83, 0.038


@dataclass(frozen=True, slots=True)
class Tones:
    """What one scheme makes of an accent: as text, under the pointer, as a surface, on a button."""

    accent: str
    deep: str
    wash: str
    on: str


@dataclass(frozen=True, slots=True)
class Accent:
    """An accent in both schemes."""

    light: Tones
    dark: Tones


def normal(colour: str) -> str:
    """Return the colour as #rrggbb in small letters. Raises ValueError for what is none."""
    if not HEX.fullmatch(colour):
        raise ValueError(colour)
    digits = colour.removeprefix("#").lower()
    return f"#{digits}" if len(digits) == 6 else "#" + "".join(2 * digit for digit in digits)


def accent(colour: str) -> Accent:
    """Return what both schemes make of a colour: as it is where it can be read, else moved."""
    light = _moved(colour, 0.0, lambda own: LEAST * (own + 0.05) <= DARKEST_LIGHT + 0.05)
    dark = _moved(colour, 1.0, lambda own: own + 0.05 >= LEAST * (LIGHTEST_DARK + 0.05))
    return Accent(
        Tones(
            accent=light,
            deep=_shifted(light, 0.0),
            wash=_moved(light, 1.0, lambda own: own >= DARKEST_LIGHT + 0.01, calm=True),
            on="#ffffff",
        ),
        Tones(
            accent=dark,
            deep=_shifted(dark, 1.0),
            wash=_moved(dark, 0.0, lambda own: own <= LIGHTEST_DARK - 0.01, calm=True),
            on=_moved(dark, 0.0, lambda own: own <= 0.01),
        ),
    )


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, from 0 to 1, as WCAG defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _moved(colour: str, end: float, fits: Callable[[float], bool], *, calm: bool = False) -> str:
    """Return the colour with its lightness moved towards an end just until its luminance fits."""
    hue, lightness, saturation = rgb_to_hls(*_rgb(colour))
    if calm:
        saturation *= 0.6
    made = _hex(hue, lightness, saturation)
    if fits(luminance(made)):
        return made
    outside, inside = lightness, end
    for _step in range(12):
        middle = (outside + inside) / 2
        if fits(luminance(_hex(hue, middle, saturation))):
            inside = middle
        else:
            outside = middle
    return _hex(hue, inside, saturation)


def _shifted(colour: str, end: float) -> str:
    """Return the colour a third of the way towards an end of lightness."""
    hue, lightness, saturation = rgb_to_hls(*_rgb(colour))
    return _hex(hue, lightness + (end - lightness) / 3, saturation)


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(255 * c):02x}" for c in hls_to_rgb(hue, lightness, saturation))
