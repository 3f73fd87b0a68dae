"""The sizes and formats that are made of a picture while nobody waits."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from blogsite.lib.images import Refused, process
from blogsite.lib.renditions import Interrupted, Maker
from blogsite.tests.pictures import declared_webp, drawing, photo, saved


@pytest.fixture(scope="module")
def maker() -> Iterator[Maker]:
    with Maker() as maker:
        yield maker


def full(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    return process(saved(picture, kind, **options)).original.data


def read(data: bytes, kind: str) -> Image.Image:
    picture = Image.open(BytesIO(data), formats=[kind])
    picture.load()
    return picture


def test_a_photograph_gets_smaller_sizes_in_two_formats_and_a_fallback(maker: Maker) -> None:
    whole = full(photo(), quality=90)
    made = maker.make(whole)
    found = [(one.format, one.width) for one in made.others]
    assert found == [(kind, width) for kind in ("webp", "avif") for width in (480, 800, 1200, 1600)]
    for webp, avif in zip(made.others[:4], made.others[4:], strict=True):
        assert len(avif.data) < len(webp.data) < len(whole)
        assert (
            read(avif.data, "AVIF").size
            == read(webp.data, "WEBP").size
            == (avif.width, avif.height)
        )
    assert (made.fallback.format, made.fallback.width) == ("jpg", 1200)
    assert read(made.fallback.data, "JPEG").size == (1200, made.fallback.height)
    assert not made.is_moving


def test_lettering_stays_sharp_in_smaller_sizes(maker: Maker) -> None:
    picture = Image.new("RGB", (1200, 600), "white")
    pen = ImageDraw.Draw(picture)
    for line in range(25):
        pen.text((20, 22 * line), f"let line_{line} = Some(Ok(()));  // sharp", "#a00", None)
    made = maker.make(full(picture, "PNG"))
    for size in made.others:
        exact = picture.resize((size.width, size.height), Image.Resampling.LANCZOS)
        shown = read(size.data, size.format.upper()).convert("RGB")
        assert max(ImageStat.Stat(ImageChops.difference(exact, shown)).rms) < 3
    assert {size.format for size in made.others} == {"webp"}, "AVIF saves nothing here"
    assert made.fallback.format == "png"


def test_what_is_transparent_stays_so(maker: Maker) -> None:
    clear = Image.new("RGBA", (1000, 500), (255, 0, 0, 0))
    clear.paste(photo(500, 500).convert("RGBA"))
    made = maker.make(full(clear, "PNG"))
    assert made.tone == ""
    for size in (*made.others, made.fallback):
        kind = {"jpg": "JPEG"}.get(size.format, size.format.upper())
        corner = read(size.data, kind).convert("RGBA").getpixel((size.width - 1, size.height - 1))
        assert isinstance(corner, tuple)
        assert corner[3] == 0


def test_of_a_moving_picture_there_is_its_first_moment(maker: Maker) -> None:
    frames = [Image.new("RGB", (600, 300), colour) for colour in ("#0a6152", "red", "blue")]
    whole = full(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=80)
    made = maker.make(whole)
    assert made.is_moving
    assert made.others == ()
    assert (made.fallback.width, made.fallback.height) == (600, 300)
    kind = {"jpg": "JPEG", "png": "PNG"}[made.fallback.format]
    assert read(made.fallback.data, kind).convert("RGB").getpixel((9, 9)) == pytest.approx(
        (10, 97, 82), abs=3
    )


def test_no_size_holds_anything_but_pixels(maker: Maker) -> None:
    made = maker.make(full(photo(1000, 600), comment=b"canary"))
    for size in (*made.others, made.fallback):
        kind = {"jpg": "JPEG"}.get(size.format, size.format.upper())
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(read(size.data, kind).info)


@pytest.mark.parametrize(
    "data",
    [b"", b"RIFF", declared_webp(16_383), saved(drawing(), "PNG"), saved(drawing(), "AVIF")],
    ids=["nothing", "a beginning", "a bomb", "another format", "yet another"],
)
def test_a_stored_file_is_trusted_no_more_than_what_is_sent(maker: Maker, data: bytes) -> None:
    with pytest.raises(Refused):
        maker.make(data)
    assert maker.make(full(drawing())), "the control: the next is made"


def test_it_stops_between_two_sizes(maker: Maker) -> None:
    asked = iter([False, False, True])
    with pytest.raises(Interrupted):
        maker.make(full(photo()), is_over=lambda: next(asked))
