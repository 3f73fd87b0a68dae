"""What becomes of the bytes that people send as pictures."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from blogsite.lib import images
from blogsite.lib.images import Processed, Processor, Refused, process
from blogsite.tests.pictures import (
    declared_png,
    declared_webp,
    decoded,
    drawing,
    frame_flood,
    long_gif,
    photo,
    saved,
)

CANARY = b"canary-in-the-metadata"


def every_byte(processed: Processed) -> bytes:
    return processed.original.data


@pytest.fixture(scope="module")
def take() -> Any:
    with Processor() as processor:
        yield processor.process


Take = Callable[[bytes], Processed]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_it_takes_the_formats_of_the_web_and_encodes_them_anew(take: Take, kind: str) -> None:
    sent = saved(drawing(), kind)
    processed = take(sent)
    assert (processed.original.width, processed.original.height) == (640, 400)
    assert processed.original.data != sent
    assert decoded(processed.original.data).size == (640, 400)


def test_a_side_is_at_most_2560_pixels(take: Take) -> None:
    processed = take(saved(drawing(4000, 1000), "PNG"))
    assert (processed.original.width, processed.original.height) == (2560, 640)


def test_drawings_keep_every_pixel(take: Take) -> None:
    picture = drawing()
    result = decoded(take(saved(picture, "PNG")).original.data).convert("RGB")
    assert result.tobytes() == picture.tobytes()


def test_the_average_colour_is_told_of_what_is_not_transparent(take: Take) -> None:
    assert take(saved(Image.new("RGB", (90, 60), "#0a6152"), "PNG")).original.tone == "#0a6152"
    assert take(saved(Image.new("RGBA", (90, 60), "#0a615280"), "PNG")).original.tone == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_a_portrait_is_a_small_square_that_stands_still(kind: str) -> None:
    options = {"save_all": True, "append_images": [drawing(640, 401)]} if kind == "GIF" else {}
    made = images.portrait(saved(drawing(), kind, **options))
    assert (made.width, made.height, made.format) == (264, 264, "webp")
    assert getattr(decoded(made.data), "n_frames", 1) == 1


def test_a_photograph_sent_without_loss_is_stored_with_some(take: Take) -> None:
    sent = saved(Image.effect_noise((600, 400), 60).convert("RGB"), "PNG")
    assert len(take(sent).original.data) < len(sent) / 2


def test_a_photo_with_a_preview_inside_does_not_move(take: Take) -> None:
    sent = saved(drawing(), "MPO", save_all=True, append_images=[drawing(64, 40)])
    assert getattr(Image.open(BytesIO(sent)), "n_frames", 1) == 2, "the control"
    result = take(sent).original
    assert (result.width, result.height) == (640, 400)
    assert getattr(decoded(result.data), "n_frames", 1) == 1


def test_colours_of_another_space_are_brought_into_the_usual_one(take: Take) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    broken = saved(drawing(), "PNG", icc_profile=profile)
    assert decoded(take(broken).original.data).tobytes() == drawing().tobytes()
    wide = saved(Image.new("RGB", (8, 8), (0, 200, 0)), "PNG", icc_profile=wide_profile())
    assert decoded(take(wide).original.data).getpixel((4, 4)) == (200, 0, 0)


def wide_profile() -> bytes:
    """Return the usual profile with red and green exchanged, under another name."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    swapped = bytes(profile).replace(b"rXYZ", b"-XYZ").replace(b"gXYZ", b"rXYZ")
    renamed = swapped.replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))
    return renamed.replace(b"-XYZ", b"gXYZ")


def with_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return saved(photo(600, 400), "JPEG", exif=exif, comment=CANARY, icc_profile=CANARY)


def with_png_text() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", CANARY.decode())
    text.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    return saved(drawing(), "PNG", pnginfo=text)


def with_tail() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("run.js", CANARY)
    return saved(drawing(), "JPEG") + buffer.getvalue()


METADATA = {
    "exif": with_exif(),
    "png text": with_png_text(),
    "webp xmp": saved(drawing(), "WEBP", xmp=CANARY, exif=b"Exif\0\0" + CANARY),
    "gif comment": saved(drawing(), "GIF", comment=CANARY),
    "zip tail": with_tail(),
    "html tail": saved(drawing(), "PNG") + b"<script>" + CANARY,
    "js polyglot": b"GIF89a/*" + saved(drawing(), "GIF")[8:] + b"*/=1;" + CANARY,
}


@pytest.mark.parametrize("name", METADATA)
def test_nothing_but_pixels_comes_out(take: Take, name: str) -> None:
    assert CANARY in METADATA[name], "the control: it is in what was sent"
    try:
        processed = take(METADATA[name])
    except Refused:
        return
    assert CANARY not in every_byte(processed)
    info = decoded(processed.original.data).info
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(info)


def test_a_picture_turned_by_its_camera_stands_upright(take: Take) -> None:
    upright, turned = take(with_exif(1)).original, take(with_exif(6)).original
    assert (upright.width, upright.height) == (600, 400)
    assert (turned.width, turned.height) == (400, 600)


def test_transparency_is_kept_where_there_is_any(take: Take) -> None:
    clear = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    solid = Image.new("RGBA", (50, 50), (255, 0, 0, 255))
    assert decoded(take(saved(clear, "PNG")).original.data).mode == "RGBA"
    assert decoded(take(saved(solid, "PNG")).original.data).mode == "RGB"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK", "YCbCr"])
def test_every_kind_of_pixel_comes_out_as_colours(take: Take, mode: str) -> None:
    kind = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"
    picture = drawing().convert("L") if mode in {"LA", "I;16"} else drawing()
    if mode == "I;16":
        picture = picture.convert("I").point(lambda level: level * 257)
    sent = saved(picture.convert(mode), kind)
    result = decoded(take(sent).original.data).convert("L")
    white, black = (
        result.tobytes()[100 * result.width + 160],
        result.tobytes()[390 * result.width + 630],
    )
    assert white > 200, "white stays white"
    assert black < 50, "black stays black"


def test_a_moving_picture_keeps_moving(take: Take) -> None:
    frames = [drawing(60 + n, 40).crop((0, 0, 60, 40)) for n in range(8)]
    for number, frame in enumerate(frames):
        frame.putpixel((number, 0), (255, 0, 0))
    sent = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)
    result = Image.open(BytesIO(take(sent).original.data))
    assert getattr(result, "n_frames", 1) == 8


REFUSED = {
    "nothing": (b"", "empty"),
    "text": (b"hello", "not a picture"),
    "a page": (b"<!doctype html><script>1</script>", "not a picture"),
    "a bitmap": (saved(drawing(), "BMP"), "not a picture"),
    "a tiff": (saved(drawing(), "TIFF"), "not a picture"),
    "an icon": (saved(drawing(64, 64), "ICO"), "not a picture"),
    "a pdf": (b"%PDF-1.7 " + b"0" * 100, "not a picture"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "SVG"),
    "svg with a head": (b'\xef\xbb\xbf<?xml version="1.0"?><svg></svg>', "SVG"),
    "half a photo": (saved(photo(), "JPEG")[:20_000], "damaged"),
    "half a drawing": (saved(photo(400, 300), "PNG")[:-2000], "damaged"),
    "a bomb": (declared_png(20_000, 20_000), "pixels"),
    "a long bomb": (declared_png(100_000, 1), "pixels"),
    "a lie": (declared_png(5_000, 5_000), "damaged"),
    "a photo of a phone": (b"\0\0\0\x18ftypheic" + b"\0" * 50, "HEIC"),
    "a large webp": (declared_webp(16_383), "pixels"),
    "500 frames": (long_gif(500), "too long"),
    "a flood of frames": (frame_flood(), "too long"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_in_a_sentence(take: Take, name: str) -> None:
    data, sentence = REFUSED[name]
    with pytest.raises(Refused, match=sentence):
        take(data)


def test_bytes_are_limited_before_anything_is_read() -> None:
    with pytest.raises(Refused, match="20 MB"):
        process(b"\xff\xd8" + b"0" * images.MAX_BYTES)
