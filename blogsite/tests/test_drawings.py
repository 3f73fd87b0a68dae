"""What becomes of SVG drawings that an operator imports."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import resvg_py
from PIL import Image

from blogsite.lib.images import Processed, Processor, Refused, process
from blogsite.lib.imaging import drawings

Take = Callable[[bytes], Processed]
RED = (255, 0, 0)


@pytest.fixture(scope="module")
def take() -> Any:
    with Processor(drawings=True) as processor:
        yield processor.process


def svg(body: str = "", attributes: str = 'width="40" height="30"') -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {names} {attributes}>{body}</svg>".encode()


def seen(processed: Processed) -> Image.Image:
    return Image.open(BytesIO(processed.original.data), formats=["WEBP"]).convert("RGB")


def red_png() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (10, 10), RED).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_drawing_becomes_a_larger_picture_on_white(take: Take) -> None:
    result = seen(take(svg('<rect width="20" height="30" fill="red"/>')))
    assert result.size == (60, 45)
    assert result.getpixel((10, 10)) == RED
    assert result.getpixel((50, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="30pt" height="15pt"', (60, 30)),
        ('viewBox="0 0 50 20"', (75, 30)),
        ('width="100%" viewBox="5 5 50 20"', (75, 30)),
        ('width="1e9" height="1e9"', (2560, 2560)),
        ('width="100000" height="10"', (2560, 1)),
    ],
)
def test_its_size_is_read_as_browsers_do(
    take: Take, attributes: str, size: tuple[int, int]
) -> None:
    assert seen(take(svg(attributes=attributes))).size == size


@pytest.mark.parametrize("family", ["Nobody Has This", "'Courier New'", "sans-serif"])
def test_text_is_drawn_even_where_its_font_is_missing(take: Take, family: str) -> None:
    text = f'<text x="2" y="20" font-size="20" font-family="{family}">MW</text>'
    if drawings.families() == (None, None, None):
        with pytest.raises(Refused, match="no fonts"):
            take(svg(text))
    else:
        darkest, _lightest = seen(take(svg(text))).convert("L").getextrema()
        assert darkest == 0


@pytest.mark.parametrize(
    "body",
    [
        '<image width="40" height="30" href="{}"/>',
        '<image width="40" height="30" xlink:href=" {}"/>',
        '<image width="40" height="30" href="file://{}"/>',
        '<filter id="f"><feImage href="{}"/></filter><path d="M0 0h40v30z" filter="url(#f)"/>',
        '<image width="40" height="30" style="href:url({})"/>',
    ],
)
def test_no_file_is_read_for_a_drawing(take: Take, tmp_path: Path, body: str) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(red_png())
    assert RED not in colours(seen(take(svg(body.format(secret)))))


def test_the_renderer_alone_would_read_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(red_png())
    drawing = svg(f'<image width="40" height="30" href="{secret}"/>').decode()
    png = resvg_py.svg_to_bytes(drawing)
    assert RED in colours(Image.open(BytesIO(png)).convert("RGB")), "the control"


def test_a_picture_inside_the_drawing_is_shown(take: Take) -> None:
    inside = f"data:image/png;base64,{b64encode(red_png()).decode()}"
    assert RED in colours(seen(take(svg(f'<image width="40" height="30" href="{inside}"/>'))))


def colours(picture: Image.Image) -> set[Any]:
    return {colour for _count, colour in picture.getcolors(10_000) or []}


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE svg [<!ENTITY a0 "ha">{entities}]>'.encode() + svg("<text>&a9;</text>")


def uses() -> bytes:
    copies = [f"<use href='#u{n - 1}'/>" * 10 for n in range(1, 9)]
    groups = [f'<g id="u{n}">{copy}</g>' for n, copy in enumerate(copies, 1)]
    return svg('<g id="u0"><rect width="1" height="1"/></g>' + "".join(groups))


HOSTILE = {
    "entities that grow": laughs(),
    "copies of copies": uses(),
    "a file as an entity": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    + svg("<text>&x;</text>"),
    "no size": svg(attributes=""),
    "no number": svg(attributes='viewBox="0 0 nan inf"'),
    "nothing wide": svg(attributes='width="0" height="9"'),
    "cut short": svg("<g>")[:-6],
    "deep": svg("<g>" * 50_000 + "</g>" * 50_000),
    "another language": b"<?xml version='1.0'?><html><svg/></html>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_drawings_are_refused(take: Take, name: str) -> None:
    with pytest.raises(Refused, match="damaged"):
        take(HOSTILE[name])


def test_strangers_cannot_send_drawings() -> None:
    with pytest.raises(Refused, match="SVG"):
        process(svg('<rect width="20" height="30"/>'))
