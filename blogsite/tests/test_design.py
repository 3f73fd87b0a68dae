"""The look keeps its promises: readable in both schemes, and light to fetch."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

from blogsite.staticfiles import IMPORT
from blogsite.stylesheets import compact

SHEETS = Path(settings.BASE_DIR) / "static" / "css"
COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TEXT, LINE = 4.5, 3.0  # WCAG 2.2 AA: text, and what shows where a control is
SURFACES = ("paper", "raised", "field")
WASHES = ("accent-wash", "danger-wash", "warning-wash", "mark")
CODE = tuple(f"hl-{kind}" for kind in "cksmnte")
# One round trip holds 14 KB; a text post of 1,500 words takes about 6 of them.
BUNDLE_BYTES = 7.5 * 1024


def colours() -> dict[str, tuple[str, str]]:
    """Return each colour's light and dark value by its name."""
    text = "".join((SHEETS / name).read_text() for name in ("tokens.css", "code.css"))
    return {name: (light, dark) for name, light, dark in COLOUR.findall(text)}


def luminance(colour: str) -> float:
    """Return the relative luminance, from 0 to 1, as WCAG defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pairs() -> list[tuple[str, str, float]]:
    """Return what is written on what, and the contrast it needs."""
    words = ("ink", "soft", "accent", "accent-deep", "danger", "warning", "heart")
    meanings = (("accent", "accent-wash"), ("danger", "danger-wash"), ("warning", "warning-wash"))
    return [
        *((word, surface, TEXT) for word in words for surface in SURFACES),
        *((word, wash, TEXT) for word in ("ink", "accent") for wash in WASHES),
        *((word, wash, TEXT) for word, wash in meanings),
        *(("on-accent", surface, TEXT) for surface in ("accent", "accent-deep")),
        *((kind, surface, TEXT) for kind in CODE for surface in ("code", "mark")),
        *(("edge", surface, LINE) for surface in SURFACES),
    ]


def parts(bundle: str) -> list[str]:
    """Return the names of the sheets that a bundle joins."""
    return IMPORT.findall((SHEETS / f"{bundle}.css").read_text())


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_can_be_read_where_it_stands(scheme: int) -> None:
    known = colours()
    faint = [
        f"{front} on {back}: {ratio:.2f}, at least {least}"
        for front, back, least in pairs()
        if (ratio := contrast(known[front][scheme], known[back][scheme])) < least
    ]
    assert not faint, "\n".join(faint)


def test_contrast_is_counted_as_wcag_counts() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_a_reader_fetches_little() -> None:
    names = parts("reading")
    joined = "".join((SHEETS / name).read_text() for name in names)
    assert names
    assert len(gzip.compress(compact(joined).encode())) <= BUNDLE_BYTES


def test_every_sheet_is_layered() -> None:
    own = [name for bundle in ("reading", "working") for name in parts(bundle)]
    assert [name for name in own if "\n@layer " not in (SHEETS / name).read_text()] == []
