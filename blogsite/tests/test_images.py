"""What becomes of the bytes that people send as pictures."""

import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from blogsite.lib import images
from blogsite.lib.images import Processed, Processor, Refused, process
from blogsite.lib.imaging import parent

CANARY = b"canary-in-the-metadata"


def drawing(width: int = 640, height: int = 400, mode: str = "RGB") -> Image.Image:
    picture = Image.new(mode, (width, height))
    ImageDraw.Draw(picture).ellipse((10, 10, width // 2, height // 2), fill="white")
    return picture


def photo(width: int = 1700, height: int = 1100) -> Image.Image:
    noise = random.Random(1).randbytes(width * height * 3 // 64)  # noqa: S311
    small = Image.frombytes(
        "RGB", (width // 8, height // 8), noise[: (width // 8) * (height // 8) * 3]
    )
    return small.resize((width, height), Image.Resampling.BICUBIC)


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data), formats=["WEBP"])
    picture.load()
    return picture


def every_byte(processed: Processed) -> bytes:
    return processed.original.data + b"".join(size.data for size in processed.smaller)


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


def test_it_makes_smaller_sizes_of_a_large_picture(take: Take) -> None:
    processed = take(saved(photo(), "JPEG", quality=90))
    assert [size.width for size in processed.smaller] == [480, 960, 1600]
    sizes = [len(size.data) for size in (*processed.smaller, processed.original)]
    assert sizes == sorted(sizes)


def test_a_side_is_at_most_2560_pixels(take: Take) -> None:
    processed = take(saved(drawing(4000, 1000), "PNG"))
    assert (processed.original.width, processed.original.height) == (2560, 640)


def test_drawings_keep_every_pixel(take: Take) -> None:
    picture = drawing()
    result = decoded(take(saved(picture, "PNG")).original.data).convert("RGB")
    assert result.tobytes() == picture.tobytes()


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
    for size in (processed.original, *processed.smaller):
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(decoded(size.data).info)


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
    assert result.getpixel((160, 100)) > 200, "white stays white"
    assert result.getpixel((630, 390)) < 50, "black stays black"


def test_a_moving_picture_keeps_moving(take: Take) -> None:
    frames = [drawing(60 + n, 40).crop((0, 0, 60, 40)) for n in range(8)]
    for number, frame in enumerate(frames):
        frame.putpixel((number, 0), (255, 0, 0))
    sent = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)
    result = Image.open(BytesIO(take(sent).original.data))
    assert getattr(result, "n_frames", 1) == 8


def declared_png(width: int, height: int) -> bytes:
    """Return a small file that says it is a large picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def long_gif(frames: int) -> bytes:
    pictures = [Image.new("RGB", (2, 2), (n % 250, n // 250, 90)) for n in range(frames)]
    return saved(
        pictures[0],
        "GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=[20 + n % 2 for n in range(frames)],
    )


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
    "500 frames": (long_gif(500), "too long"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_in_a_sentence(take: Take, name: str) -> None:
    data, sentence = REFUSED[name]
    with pytest.raises(Refused, match=sentence):
        take(data)


def test_bytes_are_limited_before_anything_is_read() -> None:
    with pytest.raises(Refused, match="20 MB"):
        process(b"\xff\xd8" + b"0" * images.MAX_BYTES)


def test_a_child_that_dies_costs_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    good = saved(drawing(), "PNG")
    with Processor() as processor:
        processor.process(good)
        child = processor._pictures._process
        assert child is not None
        child.kill()
        child.wait()
        assert processor.process(good).original.width == 640


def test_a_child_that_does_not_answer_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "PATIENCE", 0.0)
    with Processor() as processor, pytest.raises(Refused, match="takes too long"):
        processor.process(saved(drawing(), "PNG"))


def test_the_child_has_no_secrets_and_cannot_write_files(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLOGSITE_SECRET_KEY", "hidden")
    with Processor() as processor:
        processor.process(saved(drawing(), "PNG"))
        child = processor._pictures._process
        assert child is not None
        with open(f"/proc/{child.pid}/environ", "rb") as environment:  # noqa: PTH123
            assert b"hidden" not in environment.read()
        with open(f"/proc/{child.pid}/limits") as limits:  # noqa: PTH123
            rows = {row[:26].strip(): row[26:].split() for row in limits.read().splitlines()}
    assert rows["Max file size"][0] == "0"
    assert int(rows["Max address space"][0]) < 2 * 1024**3


def test_many_at_once_wait_their_turn_and_then_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "QUEUE_PATIENCE", 0.01)
    for _ in range(images.CHILDREN_AT_ONCE):
        assert images._free.acquire(timeout=1)
    try:
        with pytest.raises(Refused, match="try again"):
            process(saved(drawing(), "PNG"))
    finally:
        for _ in range(images.CHILDREN_AT_ONCE):
            images._free.release()
