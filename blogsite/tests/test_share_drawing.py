"""The picture beside a link: light, in the site's colours, never with an empty box."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageFont

from blogsite.lib import images
from blogsite.lib.imaging import fonts, setting, shares
from blogsite.tests.test_design import colours
from posts import share_pictures

LIGHT = share_pictures.LIGHT | {"accent": share_pictures.ACCENT, "on": "#ffffff"}
MOST = 60_000  # bytes
TITLES = {
    "short": "Rust",
    "long": "Words " * 33,
    "one word": "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen",
    "marks": '<html> & "quotes" — {} %s \\',
    "russian": "Что сад говорит в сухой год",
    "arabic": "ما تعلّمه الحديقة في عام جاف",
    "nothing": "",
}
# Of no script: no font has it, and what fonts draw instead is a box.
NOBODYS = "\U0001fffd\u0378"


def asked(title: str, **fields: Any) -> bytes:
    """Return what the child process is asked for."""
    whole = {"title": title, "byline": "Alice", "site": "Notes", "place": "blog.example"}
    return json.dumps(whole | {"is_rtl": False, "colours": LIGHT} | fields).encode()


def drawn(title: str, **fields: Any) -> Image.Image:
    """Return the picture as its pixels."""
    return Image.open(BytesIO(shares.render(asked(title, **fields))[0].data)).convert("RGB")


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_it_is_a_light_png_of_the_promised_size(title: str) -> None:
    (size,) = shares.render(asked(title))
    assert size.data.startswith(b"\x89PNG")
    assert len(size.data) < MOST
    picture = Image.open(BytesIO(size.data))
    assert picture.size == (share_pictures.WIDTH, share_pictures.HEIGHT)


def test_nothing_is_written_past_the_margins() -> None:
    for title in TITLES.values():
        picture = drawn(title, byline="Alice and " * 40, site="Notes " * 40)
        right = picture.crop((shares.WIDTH - shares.MARGIN + 6, 0, shares.WIDTH, shares.HEIGHT))
        assert len(right.getcolors() or []) == 1, title


def test_a_title_that_no_font_has_is_left_out() -> None:
    assert drawn(f"Words {NOBODYS[1]}\u4e00" * 2, site=NOBODYS) is not None
    assert fonts.fitting("\u0378") == (None, "")
    without = drawn("")
    assert drawn("\ue000\ue001").tobytes() == without.tobytes()
    assert drawn("Words").tobytes() != without.tobytes()


def test_decoration_is_left_out_and_words_stay() -> None:
    path, text = fonts.fitting("Beans \U0001f468\u200d\U0001f33e\ufe0f and peas")
    assert path is not None
    assert text == "Beans and peas"


def test_the_first_font_has_what_europe_writes() -> None:
    path, text = fonts.fitting("Žluťoučký kůň, Ελληνικά, Українська, ‘quotes’ – 3 × 4 €")
    assert path == fonts.installed()[0]
    assert text.endswith("€")


def test_fonts_are_asked_as_the_system_draws() -> None:
    for path in fonts.installed()[:12]:
        has, font = fonts.glyphs(path), ImageFont.truetype(str(path), 40)
        nobodys = bytes(font.getmask("\U0010ffff"))
        for letter in "Aéяאبक中ไ":
            looks_missing = bytes(font.getmask(letter)) == nobodys
            assert has(ord(letter)) is not looks_missing, (path.name, letter)


def test_lines_are_of_like_length_and_lose_no_word() -> None:
    path, text = fonts.fitting("What the garden teaches in a dry year to whoever listens to it")
    made = setting.fitted(text, str(path), shares.TITLE)
    assert " ".join(made.lines) == text
    lengths = [made.font.getlength(line) for line in made.lines]
    assert min(lengths) > 0.6 * max(lengths)


def test_what_is_too_long_ends_with_an_ellipsis() -> None:
    path, text = fonts.fitting("Endless words " * 60)
    made = setting.fitted(text, str(path), shares.TITLE)
    assert made.lines[-1].endswith("words…") or made.lines[-1].endswith("Endless…")
    assert made.height <= shares.TITLE.height


def test_scripts_without_spaces_are_broken_between_letters() -> None:
    assert list(setting._broken("乾いた年に。")) == ["乾", "い", "た", "年", "に。"]
    assert list(setting._broken("words")) == ["words"]


def test_the_colours_are_those_of_the_pages() -> None:
    known = colours("tokens.css")
    names = [*share_pictures.LIGHT, "accent"]
    assert {name: known[name][0] for name in names} == {name: LIGHT[name] for name in names}
    assert re.fullmatch("#[0-9a-f]{6}", LIGHT["accent"])


def test_it_is_drawn_in_the_limited_child() -> None:
    made = images.share(asked("Words"))
    assert (made.width, made.height, made.format) == (1200, 630, "png")
    with pytest.raises(images.Refused):
        images.share(b"{}")
