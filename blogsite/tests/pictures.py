"""Pictures for tests, good ones and ones that lie about themselves."""

import random
import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw


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


def declared_png(width: int, height: int) -> bytes:
    """Return a small file that says it is a large picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def declared_webp(side: int) -> bytes:
    body = b"\x2f" + struct.pack("<I", (side - 1) | (side - 1) << 14) + b"\0" * 31
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def frame_flood() -> bytes:
    """Return 300,000 frames of one pixel."""
    head = b"GIF89a" + bytes([10, 0, 10, 0, 0x80, 0, 0]) + b"\0" * 6
    frame = b"!\xf9\4\0\5\0\0\0,\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    return head + frame * 300_000 + b";"


def long_gif(frames: int) -> bytes:
    pictures = [Image.new("RGB", (2, 2), (n % 250, n // 250, 90)) for n in range(frames)]
    return saved(
        pictures[0],
        "GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=[20 + n % 2 for n in range(frames)],
    )
