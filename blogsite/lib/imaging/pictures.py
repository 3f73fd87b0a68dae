"""Opens what was sent as a picture and brings its pixels, and nothing else, into the web's form.

Runs in the child process. Every limit is checked before the decoding that it limits.
"""

import struct
import warnings
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageCms, UnidentifiedImageError

from blogsite.lib.imaging import encoding
from blogsite.lib.imaging.answers import Refusal, Size

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
MAX_PIXELS = 40_000_000
LONGEST_EDGE = 16_000
MAX_FRAMES = 200
MAX_MOVING_PIXELS = 24_000_000  # all frames together
MAX_SIDE = 2560
ORIENTATION = 0x0112
# Browsers play frames that ask for less than this at a tenth of a second.
SHORTEST_FRAME, USUAL_FRAME = 20, 100  # milliseconds

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def render(data: bytes) -> list[Size]:
    """Return the picture re-encoded, in its full size. Raises Refusal."""
    picture = opened(data)
    if is_moving(picture):
        return [encoding.moving(*frames(picture), sent=len(data))]
    # A JPEG with several pictures inside (MPO) holds previews or a second eye, not movement.
    return [encoding.full(still(picture), is_photo=picture.format in {"JPEG", "MPO"})]


def is_moving(picture: Image.Image) -> bool:
    """Tell whether the picture has frames that are to be played."""
    return picture.format not in {"JPEG", "MPO"} and getattr(picture, "is_animated", False)


def still(picture: Image.Image) -> Image.Image:
    """Return the pixels, of a moving picture the first ones, upright and in the web's colours."""
    picture.draft(None, (MAX_SIDE, MAX_SIDE))  # a JPEG can be decoded at a fraction of its size
    picture.load()
    turn = orientation(picture)
    whole = in_srgb(fit(plain(picture)))
    whole = whole.transpose(TURNS[turn]) if turn in TURNS else whole
    whole.info = {}  # what encoders would copy: profile, comment, resolution
    return whole


def opened(data: bytes, formats: tuple[str, ...] = FORMATS) -> Image.Image:
    """Return the picture, recognised by its content alone, its size in limits, not decoded yet."""
    try:
        picture = Image.open(BytesIO(data), formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refusal("pixels") from error
    except UnidentifiedImageError as error:
        raise Refusal(guess(data)) from error
    if picture.width * picture.height > MAX_PIXELS or max(picture.size) > LONGEST_EDGE:
        raise Refusal("pixels")
    return picture


def guess(data: bytes) -> str:
    """Return the code of the sentence for what could not be opened."""
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start or start.startswith((b"<?xml", b"<!doctype svg")):
        return "svg"
    if data[4:8] == b"ftyp" and data[8:12] in {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}:
        return "heic"
    known = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return "damaged" if data.startswith(known) or is_webp else "unknown"


def frames(picture: Image.Image) -> tuple[list[Image.Image], list[int], int]:
    """Return the frames, how long each is shown in milliseconds, and how often all are played.

    They are counted as they are decoded: a header does not say how many there are.
    """
    stills, times = [], []
    left = MAX_MOVING_PIXELS
    for number, frame in enumerate(walk(picture)):
        left -= picture.width * picture.height
        if number == MAX_FRAMES or left < 0:
            raise Refusal("frames")
        shown = int(frame.info.get("duration", 0))
        times.append(shown if shown >= SHORTEST_FRAME else USUAL_FRAME)
        stills.append(fit(frame.convert("RGBA")))
        stills[-1].info = {}
    return stills, times, int(picture.info.get("loop", 1))


def walk(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield the picture at each of its frames."""
    number = 0
    while True:
        try:
            picture.seek(number)
        except EOFError:
            return
        yield picture
        number += 1


def orientation(picture: Image.Image) -> int:
    """Return how the camera was held, 1 where nothing readable says so."""
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, struct.error):
        return 1


def plain(picture: Image.Image) -> Image.Image:
    """Return the picture with 8 bits a channel and no palette, in its own colour space."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    if picture.mode in {"LA", "PA", "RGBA"} or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture if picture.mode in {"L", "RGB", "CMYK"} else picture.convert("RGB")


def fit(picture: Image.Image) -> Image.Image:
    """Return the picture at most MAX_SIDE wide and high."""
    scale = MAX_SIDE / max(picture.size)
    return picture if scale >= 1 else encoding.scaled(picture, max(1, round(picture.width * scale)))


def in_srgb(picture: Image.Image) -> Image.Image:
    """Return RGB, or RGBA where any pixel is transparent, in the web's colour space."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    picture = converted(picture, mode).convert(mode)
    if mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        return picture.convert("RGB")
    return picture


def converted(picture: Image.Image, mode: str) -> Image.Image:
    """Return the picture moved from its own colour space; as it is where the profile is broken."""
    profile = picture.info.get("icc_profile")
    if not profile:
        return picture
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(own).lower():
            return picture
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, own, srgb, outputMode=mode) or picture
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
