"""The child process that decodes pictures: nothing a stranger sent is decoded anywhere else.

Run as a script by blogsite.lib.images, without the project on its path. Reads frames from
standard input (8 bytes of length, then the picture) and answers each with 8 bytes of length and a
JSON head: {"refused": code}, or {"renditions": [{width, height, format, size}]}, then their bytes.
"""

import json
import resource
import sys
from io import BytesIO
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageOps, ImageSequence, UnidentifiedImageError

MEGABYTE = 1024 * 1024
ADDRESS_SPACE = 1536 * MEGABYTE
CPU_SECONDS = 8
OPEN_FILES = 64

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
MAX_PIXELS = 40_000_000
MAX_FRAMES = 200
MAX_ANIMATED_PIXELS = 24_000_000  # all frames together
MAX_SIDE = 2560
WIDTHS = (480, 960, 1600)
LONGEST_EDGE = 16_000
LARGE_DRAWING = 300_000  # bytes

Rendition = dict[str, Any]


class Refusal(Exception):
    """A picture that is not taken; args[0] is the code of the sentence."""


def main() -> None:
    """Answer frames until the parent closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Image.MAX_IMAGE_PIXELS = None  # counted by open_picture()
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(8):
        allow_cpu(CPU_SECONDS)
        answer(answers, source.read(int.from_bytes(head)))


def allow_cpu(seconds: int) -> None:
    """Let this process use that much more processor time; the system kills it after."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + 1 + seconds, resource.RLIM_INFINITY))


def answer(answers: BinaryIO, data: bytes) -> None:
    """Write the answer to one picture."""
    bodies: list[bytes] = []
    try:
        renditions = render(data)
        bodies = [rendition.pop("data") for rendition in renditions]
        head: dict[str, Any] = {"renditions": renditions}
    except Refusal as refusal:
        head = {"refused": refusal.args[0]}
    except MemoryError:
        head = {"refused": "pixels"}
    # Decoders raise whatever they like on damaged input; all of it means the same here.
    except (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError):
        head = {"refused": "damaged"}
    encoded = json.dumps(head).encode()
    answers.write(len(encoded).to_bytes(8) + encoded + b"".join(bodies))
    answers.flush()


def render(data: bytes) -> list[Rendition]:
    """Return the picture re-encoded: the full size first, then smaller ones."""
    picture = open_picture(data)
    if getattr(picture, "is_animated", False):
        return [animation(picture)]
    is_photo = picture.format in {"JPEG", "AVIF"}
    picture.load()
    whole = in_srgb(ImageOps.exif_transpose(picture))
    whole.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    full = encode(whole, lossless=not is_photo)
    smaller = (
        encode(scaled(whole, width), lossless=False) for width in WIDTHS if width < whole.width
    )
    return [full, *(size for size in smaller if size["size"] < full["size"])]


def open_picture(data: bytes) -> Image.Image:
    """Return the picture, recognised by its content, its size within limits, not decoded yet."""
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        is_svg = b"<svg" in start or start.startswith((b"<?xml", b"<!doctype svg"))
        raise Refusal("svg" if is_svg else "unknown") from error
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > LONGEST_EDGE:
        raise Refusal("pixels")
    if getattr(picture, "is_animated", False):
        frames = getattr(picture, "n_frames", 1)
        if frames > MAX_FRAMES or frames * width * height > MAX_ANIMATED_PIXELS:
            raise Refusal("frames")
    return picture


def in_srgb(picture: Image.Image) -> Image.Image:
    """Return the pixels as RGB, or RGBA where any is transparent, in the web's colour space."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I;16") or picture.mode == "I":
        picture = picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    transparent = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    if profile and not transparent:
        picture = converted(picture, profile)
    picture = picture.convert("RGBA" if transparent else "RGB")
    if transparent and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    picture.info = {}  # what encoders would copy: profile, comment, exif, xmp
    return picture


def converted(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture moved from its own colour space; as it is where the profile is broken."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        moved = ImageCms.profileToProfile(
            picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return moved or picture


def scaled(picture: Image.Image, width: int) -> Image.Image:
    """Return the picture at that width."""
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def encode(picture: Image.Image, *, lossless: bool) -> Rendition:
    """Return the encoded picture: photographs with loss, drawings and screenshots without.

    A photograph that was saved without loss is told by its size.
    """
    if not lossless:
        return rendition(picture, to_webp(picture, quality=84, method=4))
    exact = to_webp(picture, lossless=True, quality=40, method=2)
    if len(exact) > LARGE_DRAWING:
        fine = to_webp(picture, quality=92, method=4)
        exact = fine if len(exact) > 3 * len(fine) else exact
    return rendition(picture, exact)


def to_webp(picture: Image.Image, **options: Any) -> bytes:
    """Return the picture as WebP, without anything but its pixels."""
    buffer = BytesIO()
    picture.save(buffer, "WEBP", exif=b"", icc_profile=b"", xmp=b"", **options)
    return buffer.getvalue()


def animation(picture: Image.Image) -> Rendition:
    """Return the moving picture as an animated WebP, its frames' times and loops kept."""
    frames, times = [], []
    for frame in ImageSequence.Iterator(picture):
        times.append(max(20, int(frame.info.get("duration", 100))))
        frames.append(frame.convert("RGBA"))
        frames[-1].info = {}
    buffer = BytesIO()
    loop = int(picture.info.get("loop", 0))
    frames[0].save(
        buffer, "WEBP", save_all=True, append_images=frames[1:], duration=times, loop=loop,
        quality=75, method=0, exif=b"", icc_profile=b"", xmp=b"",
    )  # fmt: skip
    return rendition(frames[0], buffer.getvalue())


def rendition(picture: Image.Image, data: bytes) -> Rendition:
    """Return one size as the parent wants it."""
    size = {"width": picture.width, "height": picture.height, "size": len(data)}
    return {**size, "format": "webp", "data": data}


if __name__ == "__main__":
    main()
