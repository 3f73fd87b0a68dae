"""Draws what stands beside a link on other sites: title, authors and the name of the site.

Runs in the child process. It is asked with JSON: title, byline, site, place (the site's host),
is_rtl, and the colours paper, ink, soft, rule, accent, on (#rrggbb). What no font of this machine
has is left out, and the picture stands without it.
"""

import json
from io import BytesIO
from typing import Any, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from blogsite.lib.imaging import fonts
from blogsite.lib.imaging.answers import Size
from blogsite.lib.imaging.setting import Box, Lines, cut, fitted

WIDTH, HEIGHT = 1200, 630
MARGIN = 84
EDGE = 18  # the stripe of the accent
MARK = 60
TITLE = Box(WIDTH - 2 * MARGIN, 318, tuple(range(96, 39, -4)))
TOP, FOOT = 172, 526  # where the title's room begins, and the line below it stands
SMALL, NAME = 30, 34
COLOURS = 64  # of the picture: paper, ink, the accent, and what is between them at the edges
FINE = 4  # times as large a shape is drawn, to be made smooth


class Question(NamedTuple):
    """What to draw."""

    title: str
    byline: str
    site: str
    place: str
    is_rtl: bool
    colours: dict[str, str]


class Sheet:
    """The picture while it is drawn, from the side where reading begins."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        self.image = Image.new("RGB", (WIDTH, HEIGHT), asked.colours["paper"])
        self.draw = ImageDraw.Draw(self.image)

    def text(self, x: int, middle: int, text: str, font: Any, colour: str, *, end: bool) -> None:
        """Write one line around a height, beginning at `x`, or ending there."""
        if self.asked.is_rtl:
            x, end = WIDTH - x, not end
        anchor = "rm" if end else "lm"
        fill = self.asked.colours[colour]
        self.draw.text((x, middle), text, fill=fill, font=font, anchor=anchor)

    def line(self, x: int, baseline: int, text: str, font: Any) -> None:
        """Write a line of the title."""
        rtl = self.asked.is_rtl
        place = (WIDTH - x if rtl else x, baseline)
        anchor = "rs" if rtl else "ls"
        self.draw.text(place, text, fill=self.asked.colours["ink"], font=font, anchor=anchor)

    def box(self, x: int, y: int, width: int, height: int, colour: str, radius: int = 0) -> None:
        """Fill a rectangle, its corners smooth."""
        if self.asked.is_rtl:
            x = WIDTH - x - width
        mask = Image.new("L", (width * FINE, height * FINE))
        ImageDraw.Draw(mask).rounded_rectangle(
            (0, 0, width * FINE - 1, height * FINE - 1), radius * FINE, fill=255
        )
        fill = self.asked.colours[colour]
        self.image.paste(fill, (x, y), mask.resize((width, height), Image.Resampling.LANCZOS))


def render(data: bytes) -> list[Size]:
    """Return the picture as PNG."""
    asked = Question(**json.loads(data))
    sheet = Sheet(asked)
    sheet.box(0, 0, EDGE, HEIGHT, "accent")
    _head(sheet)
    _title(sheet)
    _foot(sheet)
    return [Size(WIDTH, HEIGHT, "png", _encoded(sheet.image))]


def _head(sheet: Sheet) -> None:
    """Draw the site's mark, its first letter, and its name."""
    path, name = fonts.fitting(sheet.asked.site)
    if path is None:
        return
    sheet.box(MARGIN, MARGIN - 8, MARK, MARK, "accent", radius=13)
    middle = MARGIN - 8 + MARK // 2
    initial, font = name[0].upper(), ImageFont.truetype(str(path), 40)
    left, top, right, bottom = font.getbbox(initial)
    x = MARGIN + (MARK - (right - left)) / 2 - left
    if sheet.asked.is_rtl:
        x = WIDTH - MARGIN - MARK + (MARK - (right - left)) / 2 - left
    y = middle - (top + bottom) / 2
    sheet.draw.text((x, y), initial, fill=sheet.asked.colours["on"], font=font)
    font = ImageFont.truetype(str(path), NAME)
    start = MARGIN + MARK + 20
    sheet.text(start, middle, cut(name, font, WIDTH - start - MARGIN), font, "ink", end=False)


def _title(sheet: Sheet) -> None:
    """Write the title in the middle of its room; without one a wide line stands there."""
    path, title = fonts.fitting(sheet.asked.title)
    if path is None:
        sheet.box(MARGIN, TOP + 120, 240, 14, "accent", radius=7)
        sheet.box(MARGIN, TOP + 162, 420, 14, "rule", radius=7)
        sheet.box(MARGIN, TOP + 204, 330, 14, "rule", radius=7)
        return
    set_: Lines = fitted(title, str(path), TITLE)
    top = TOP + (FOOT - TOP - set_.height) // 2
    for number, line in enumerate(set_.lines):
        baseline = top + number * set_.step + round(set_.font.size * 0.88)
        sheet.line(MARGIN, baseline, line, set_.font)


def _foot(sheet: Sheet) -> None:
    """Write who wrote it and where it stands, under a line."""
    sheet.box(MARGIN, FOOT, WIDTH - 2 * MARGIN, 2, "rule")
    middle, room = FOOT + 48, WIDTH - 2 * MARGIN
    path, place = fonts.fitting(sheet.asked.place)
    if path is not None:
        font = ImageFont.truetype(str(path), SMALL)
        place = cut(place, font, room // 2)
        sheet.text(WIDTH - MARGIN, middle, place, font, "accent", end=True)
        room -= round(font.getlength(place)) + 40
    path, byline = fonts.fitting(sheet.asked.byline)
    if path is not None:
        font = ImageFont.truetype(str(path), SMALL)
        sheet.text(MARGIN, middle, cut(byline, font, room), font, "soft", end=False)


def _encoded(image: Image.Image) -> bytes:
    few = image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()
