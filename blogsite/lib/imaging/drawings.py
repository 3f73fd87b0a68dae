"""Turns SVG drawings into pixels, without a file, an address or a program from inside them.

Runs in the child process. The renderer would open files that a drawing names, so it never gets
the drawing as it came but a copy, written anew from what was read, in which no reference leads out.
"""

import math
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import resvg_py

from blogsite.lib.imaging.answers import Refusal, Size

SVG = "{http://www.w3.org/2000/svg}"
MAX_BYTES = 5 * 1024 * 1024
MAX_SIDE = 2560
SCALE = 1.5  # pixels of a drawing's unit: sharp on dense screens, at half the cost of 2
INSIDE = ("#", "data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")
LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*([a-z]*)\s*")
PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}

TYPEWRITER = re.compile("courier|mono|consol|menlo|typewriter", re.IGNORECASE)

FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
)
# Text in a family that the machine lacks is left out by the renderer unless these name one.
SANS = {
    "LiberationSans-Regular.ttf": "Liberation Sans",
    "DejaVuSans.ttf": "DejaVu Sans",
    "NotoSans-Regular.ttf": "Noto Sans",
    "Arial.ttf": "Arial",
}
SERIF = {
    "LiberationSerif-Regular.ttf": "Liberation Serif",
    "DejaVuSerif.ttf": "DejaVu Serif",
    "NotoSerif-Regular.ttf": "Noto Serif",
    "Times New Roman.ttf": "Times New Roman",
}
MONOSPACE = {
    "LiberationMono-Regular.ttf": "Liberation Mono",
    "DejaVuSansMono.ttf": "DejaVu Sans Mono",
    "NotoSansMono-Regular.ttf": "Noto Sans Mono",
    "Courier New.ttf": "Courier New",
}


def render(data: bytes) -> list[Size]:
    """Return the drawing as one PNG, at most MAX_SIDE pixels wide and high. Raises Refusal."""
    if len(data) > MAX_BYTES:
        raise Refusal("effort")
    drawing = parsed(data)
    enclose(drawing)
    sans, serif, monospace = families()
    if not sans and drawing.find(f".//{SVG}text") is not None:
        raise Refusal("fonts")
    width, height = resize(drawing)
    # The drawing is a text of its own by now: encoding and document type are left behind.
    text = ET.tostring(drawing, encoding="unicode")
    png = resvg_py.svg_to_bytes(
        text,
        dpi=96.0,
        background="white",  # dark lines on nothing would be lost on a dark page
        font_family=sans,
        sans_serif_family=sans,
        serif_family=serif,
        monospace_family=monospace,
    )
    return [Size(width, height, "png", png)]


def parsed(data: bytes) -> ET.Element:
    """Return the root of the drawing."""
    try:
        # Expat itself ends entities that grow; this process is limited besides.
        drawing = ET.fromstring(data)  # noqa: S314
    except ET.ParseError as error:
        raise Refusal("damaged") from error
    if drawing.tag != f"{SVG}svg":
        raise Refusal("damaged")
    return drawing


def enclose(drawing: ET.Element) -> None:
    """Take every reference away that leads out of the drawing, to files or to missing fonts."""
    for element in drawing.iter():
        for name, value in list(element.attrib.items()):
            is_reference = name.rpartition("}")[2].lower() in {"href", "src", "base"}
            if is_reference and not value.strip().lower().startswith(INSIDE):
                del element.attrib[name]
            if name == "font-family":  # what to take where the machine lacks that family
                usual = "monospace" if TYPEWRITER.search(value) else "sans-serif"
                element.set(name, f"{value}, {usual}")


def resize(drawing: ET.Element) -> tuple[int, int]:
    """Give the drawing its size in pixels and return it: its own times SCALE, where that fits."""
    box = [float(part) for part in drawing.get("viewBox", "").replace(",", " ").split()]
    own = [pixels(drawing.get("width", "")), pixels(drawing.get("height", ""))]
    if len(box) == 4 and None in own:
        own = [box[2], box[3]]
    width, height = own[0] or 0.0, own[1] or 0.0
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise Refusal("damaged")
    scale = min(SCALE, MAX_SIDE / max(width, height))
    if len(box) != 4:
        drawing.set("viewBox", f"0 0 {width} {height}")
    size = max(1, round(width * scale)), max(1, round(height * scale))
    for name, length in zip(("width", "height"), size, strict=True):
        drawing.set(name, str(length))
    return size


def pixels(length: str) -> float | None:
    """Return a length in pixels, None where it depends on the page around."""
    found = LENGTH.fullmatch(length)
    factor = PIXELS.get(found[2]) if found else None
    return float(found[1]) * factor if found and factor else None


@cache
def families() -> tuple[str | None, str | None, str | None]:
    """Return this machine's sans-serif, serif and monospace families, None each without any."""
    files = {path.name for folder in FONT_FOLDERS for path in Path(folder).rglob("*.ttf")}
    sans, serif, monospace = (
        next((family for file, family in known.items() if file in files), None)
        for known in (SANS, SERIF, MONOSPACE)
    )
    usual = sans or serif or monospace
    return sans or usual, serif or usual, monospace or usual
