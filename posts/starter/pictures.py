"""Pictures for the starter posts, drawn by code so that no file is shipped."""

import math
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1600, 900
SCALE = 2  # drawn larger and scaled down, for smooth edges
Colour = tuple[int, int, int]

NIGHT: Colour = (24, 38, 66)
CREAM: Colour = (250, 240, 222)
CORAL: Colour = (232, 112, 84)
AMBER: Colour = (244, 180, 92)
TEAL: Colour = (46, 120, 124)
LEAF: Colour = (92, 140, 92)


def draw_all(folder: Path) -> None:
    """Write every picture into the folder as <name>.png."""
    for draw in (sunrise, letters, hills, horizon, conversation):
        picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), CREAM)
        draw(ImageDraw.Draw(picture))
        picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(
            folder / f"{draw.__name__}.png"
        )


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour between two, `share` of the way to the other."""
    mixed = [round(a + (b - a) * share) for a, b in zip(one, other, strict=True)]
    return (mixed[0], mixed[1], mixed[2])


def sunrise(canvas: ImageDraw.ImageDraw) -> None:
    """Draw a sun of circles over a calm line."""
    width, height = WIDTH * SCALE, HEIGHT * SCALE
    for step in range(12, 0, -1):
        radius = step * height // 13
        colour = blend(CORAL, CREAM, step / 13)
        box = (
            width // 2 - radius,
            height * 2 // 3 - radius,
            width // 2 + radius,
            height * 2 // 3 + radius,
        )
        canvas.ellipse(box, fill=colour)
    for band in range(6):
        top = height * 2 // 3 + band * height // 18
        canvas.rectangle((0, top, width, height), fill=blend(AMBER, NIGHT, 0.35 + band * 0.11))


def letters(canvas: ImageDraw.ImageDraw) -> None:
    """Draw a page of text as lines of coloured blocks."""
    palette = [NIGHT, TEAL, CORAL, AMBER, LEAF]
    line, gap = HEIGHT * SCALE // 17, WIDTH * SCALE // 60
    for row in range(8):
        left = gap * 6
        for word in range(9 if row % 3 else 6):
            length = gap * (2 + (row * 7 + word * 5) % 6)
            colour = palette[(row * 3 + word) % 5]
            top = line * (1 + 2 * row)
            box = (left, top, left + length, top + line)
            if box[2] < WIDTH * SCALE - gap * 6:
                canvas.rounded_rectangle(box, radius=line // 2, fill=blend(colour, CREAM, row / 14))
            left += length + gap


def hills(canvas: ImageDraw.ImageDraw) -> None:
    """Draw three hills in green."""
    _waves(canvas, blend(LEAF, CREAM, 0.55), blend(LEAF, NIGHT, 0.35), layers=3)


def horizon(canvas: ImageDraw.ImageDraw) -> None:
    """Draw hills in layers of blue under a low sun."""
    size = HEIGHT * SCALE
    centre = (WIDTH * SCALE * 0.68, size * 0.36)
    for step in range(5, 0, -1):
        radius = size * (0.07 + step * 0.03)
        box = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
        canvas.ellipse(box, fill=blend(AMBER, CREAM, step / 6))
    _waves(canvas, blend(TEAL, CREAM, 0.6), NIGHT, layers=5)


def conversation(canvas: ImageDraw.ImageDraw) -> None:
    """Draw speech bubbles."""
    unit = HEIGHT * SCALE // 12
    bubbles = [(2, 1, 11, 5, CORAL), (10, 4, 19, 8, AMBER), (4, 7, 12, 11, TEAL)]
    for left, top, right, bottom, colour in bubbles:
        box = (left * unit, top * unit, right * unit, bottom * unit)
        fill = blend(colour, CREAM, 0.15)
        canvas.rounded_rectangle(box, radius=unit, fill=fill)
        foot = (left + 2) * unit
        tail = [
            (foot, bottom * unit),
            (foot + unit, bottom * unit),
            (foot, bottom * unit + unit * 0.8),
        ]
        canvas.polygon(tail, fill=fill)
        for row in range(2):
            y = (top + 1.2 + row * 1.1) * unit
            end = (right - 1.5 - row * 2) * unit
            line = ((left + 1.2) * unit, y, end, y + unit * 0.45)
            canvas.rounded_rectangle(line, radius=unit * 0.2, fill=CREAM)


def _waves(canvas: ImageDraw.ImageDraw, far: Colour, near: Colour, *, layers: int) -> None:
    width, height = WIDTH * SCALE, HEIGHT * SCALE
    shape: Callable[[float, int], float] = lambda x, n: (  # noqa: E731
        math.sin(x * (1.3 + n * 0.4) + n * 1.9) + 0.4 * math.sin(x * 3.1 + n)
    )
    for layer in range(layers):
        base = height * (0.45 + 0.5 * layer / layers)
        line = [
            (x, base + shape(x / width * 2 * math.pi, layer) * height * 0.07)
            for x in range(0, width + 1, 8)
        ]
        colour = blend(far, near, layer / max(1, layers - 1))
        canvas.polygon([*line, (width, height), (0, height)], fill=colour)
