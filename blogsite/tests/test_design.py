"""The look keeps its promises: readable in every scheme, spaced by a scale, light to fetch."""

import random
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.test import Client

from accounts.testing import make_user
from blogsite.lib.pagecache.encoding import compress
from blogsite.staticfiles import IMPORT
from blogsite.stylesheets import compact
from posts.testing import make_post

SHEETS = Path(settings.BASE_DIR) / "static" / "css"
COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TEXT, LINE = 4.5, 3.0  # WCAG 2.2 AA: text, and what shows where a control is
MORE_TEXT, MORE_LINE = 7.0, 4.5  # AAA, for who asks for high contrast
SURFACES = ("paper", "raised", "field")
WASHES = ("accent-wash", "danger-wash", "warning-wash", "mark")
CODE = tuple(f"hl-{kind}" for kind in "cksmnte")
BUNDLES = ("reading", "rich", "lists", "conversation", "working")
# Of the 14,336 bytes that a first visit to a text may take, this leaves two thirds to its words.
READING_BYTES = 4900
FIRST_VISIT = 14 * 1024
# Spaces come from the scale, or are parts of a letter or a line.
SPACED = re.compile(r"(?:margin|padding|gap)[\w-]*: ([^;]*)")
LENGTH = re.compile(r"(?<![\w.-])(?!1px)[\d.]+(?:rem|px)")

Colours = dict[str, tuple[str, str]]


def colours(*names: str) -> Colours:
    """Return each colour's light and dark value by its name; the last sheet counts."""
    text = "".join((SHEETS / name).read_text() for name in names)
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


def pairs(text: float, line: float) -> list[tuple[str, str, float]]:
    """Return what is written on what, and the contrast it needs."""
    words = ("ink", "soft", "accent", "accent-deep", "danger", "warning", "heart")
    meanings = (("accent", "accent-wash"), ("danger", "danger-wash"), ("warning", "warning-wash"))
    return [
        *((word, surface, text) for word in words for surface in SURFACES),
        *((word, wash, text) for word in ("ink", "accent") for wash in WASHES),
        *((word, wash, text) for word, wash in meanings),
        *(("on-accent", surface, text) for surface in ("accent", "accent-deep")),
        *(("edge", surface, line) for surface in SURFACES),
    ]


def faint(known: Colours, scheme: int, wanted: list[tuple[str, str, float]]) -> list[str]:
    """Return a line for each pair that cannot be read well enough."""
    return [
        f"{front} on {back}: {ratio:.2f}, at least {least}"
        for front, back, least in wanted
        if (ratio := contrast(known[front][scheme], known[back][scheme])) < least
    ]


def parts(bundle: str) -> list[str]:
    """Return the names of the sheets that a bundle joins."""
    return IMPORT.findall((SHEETS / f"{bundle}.css").read_text())


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_can_be_read_where_it_stands(scheme: int) -> None:
    known = colours("tokens.css", "code.css")
    code = [(kind, surface, TEXT) for kind in CODE for surface in ("raised", "mark")]
    assert faint(known, scheme, pairs(TEXT, LINE) + code) == []


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_high_contrast_is_high(scheme: int) -> None:
    known = colours("tokens.css", "contrast.css")
    assert faint(known, scheme, pairs(MORE_TEXT, MORE_LINE)) == []


def test_high_contrast_is_the_same_by_system_and_by_choice() -> None:
    by_system, by_choice = (
        (SHEETS / "contrast.css").read_text().split(':root[data-theme="contrast"]')
    )
    assert COLOUR.findall(by_system) == COLOUR.findall(by_choice)
    changed = {name for name, _light, _dark in COLOUR.findall(by_choice)}
    assert changed == set(colours("tokens.css")), "a colour keeps its faint value"


def test_contrast_is_counted_as_wcag_counts() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def weight(bundle: str) -> int:
    """Return the bytes of a bundle as it is served."""
    joined = "".join((SHEETS / name).read_text() for name in parts(bundle))
    return len(brotli.compress(compact(joined).encode()))


def test_a_reader_fetches_little() -> None:
    assert weight("reading") <= READING_BYTES


@pytest.mark.django_db
def test_a_first_visit_to_a_text_fits_into_one_round_trip(client: Client) -> None:
    chance = random.Random(4)  # noqa: S311 - made-up words
    words = ["".join(chance.choices("aeiouhlmnrst", k=chance.randint(2, 9))) for _ in range(400)]
    body = "\n\n".join(" ".join(chance.choices(words, k=100)).capitalize() for _ in range(15))
    page = client.get(make_post(make_user(), body=body).get_absolute_url()).content
    assert re.findall(rb'<link rel="stylesheet" href="([^"]*)"', page) == [
        b"/static/css/reading.css"
    ]
    assert re.findall(rb"<script[^>]*\ssrc=", page) == []
    assert len(compress(page, "br")) + weight("reading") <= FIRST_VISIT


@pytest.mark.django_db
def test_a_post_with_code_gets_its_sheet_and_its_button(client: Client) -> None:
    alice = make_user()
    extras = ("css/rich.css", "js/copy.js")
    for body, expected in (("Words.", [False, False]), ("    x = 1", [True, True])):
        page = client.get(make_post(alice, body=body).get_absolute_url()).content.decode()
        assert [name in page for name in extras] == expected


def test_every_sheet_is_layered() -> None:
    own = [name for bundle in BUNDLES for name in parts(bundle)]
    assert [name for name in own if "@layer " not in (SHEETS / name).read_text()] == []


def test_every_space_is_from_the_scale() -> None:
    own = {name for bundle in BUNDLES for name in parts(bundle)} - {"tokens.css", "print.css"}
    odd = [
        f"{name}: {found[0]}"
        for name in sorted(own)
        for found in SPACED.finditer((SHEETS / name).read_text())
        if "calc(" not in found[1] and LENGTH.search(found[1])
    ]
    assert odd == []


def test_nothing_is_set_by_left_and_right_but_code() -> None:
    sided = re.compile(r"(?:margin|padding|border)-(?:left|right)|float: (?:left|right)")
    own = {name for bundle in BUNDLES for name in parts(bundle)}
    assert [name for name in sorted(own) if sided.search((SHEETS / name).read_text())] == []
