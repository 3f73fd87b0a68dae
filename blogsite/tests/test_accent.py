"""Any accent can be read wherever it stands, and staff are told what was made of theirs."""

from collections.abc import Iterator

import pytest
from django.test import Client

from blogsite.admin import DEFAULT_ACCENT
from blogsite.lib import colours
from blogsite.lib.colours import DARKEST_LIGHT, LEAST, LIGHTEST_DARK, contrast, luminance
from blogsite.models import SiteSettings
from blogsite.tests.test_design import SURFACES, TEXT, WASHES
from blogsite.tests.test_design import colours as tokens
from blogsite.tests.test_look import DESK, TYPED, desk, said

pytestmark = pytest.mark.django_db

__all__ = ["desk"]  # the fixture


def every_colour() -> Iterator[str]:
    """Yield colours from all over: hues, pale, deep, grey, black and white."""
    steps = ("00", "33", "66", "99", "cc", "ff")
    yield from (f"#{red}{green}{blue}" for red in steps for green in steps for blue in steps)


def test_any_accent_can_be_read_wherever_it_stands() -> None:
    known = tokens("tokens.css")
    for colour in every_colour():
        made = colours.accent(colour)
        for scheme, tones in enumerate((made.light, made.dark)):
            backs = [known[name][scheme] for name in (*SURFACES, *WASHES) if name != "accent-wash"]
            for back in (*backs, tones.wash):
                assert contrast(tones.accent, back) >= TEXT, (colour, scheme, back)
            assert contrast(tones.on, tones.accent) >= TEXT, (colour, scheme)
            assert contrast(tones.on, tones.deep) >= TEXT, (colour, scheme)


def test_the_surfaces_it_reckons_with_are_those_of_the_sheets() -> None:
    names = [name for name in (*SURFACES, *WASHES) if name != "accent-wash"]
    known = tokens("tokens.css")
    assert min(luminance(known[name][0]) for name in names) >= DARKEST_LIGHT
    assert max(luminance(known[name][1]) for name in names) <= LIGHTEST_DARK
    assert LEAST >= TEXT
    assert known["accent"][0] == DEFAULT_ACCENT


def test_an_accent_that_can_be_read_stays_as_it_is() -> None:
    assert colours.accent("#0a6152").light.accent == "#0a6152"
    assert colours.accent("#ffd000").dark.accent == "#ffd000"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("#FD0", "#ffdd00 is too pale for light pages"),
        ("#0a6152", "#0a6152 is too dark for dark pages"),
        ("777", "#777777 could be read on no page"),
    ],
)
def test_staff_are_told_what_was_made_of_their_accent(desk: Client, given: str, words: str) -> None:
    answer = desk.post(DESK, TYPED | {"accent": given}, follow=True)
    assert words in answer.content.decode()
    assert SiteSettings.load().accent == colours.normal(given)


@pytest.mark.parametrize("given", ["red", "#12345", "#gggggg", "url(x)", "#0a615", "#;}*{"])
def test_what_is_no_colour_is_refused_in_a_sentence(desk: Client, given: str) -> None:
    assert "number sign" in said(desk.post(DESK, TYPED | {"accent": given}))
