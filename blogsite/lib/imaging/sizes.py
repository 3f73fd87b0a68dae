"""Makes the other sizes of a picture from its full size, one for each question.

Runs in the child process, under the limits of what strangers send: a stored file is no better
than what it was made of. A question is a line `format width`, then the full size; `plan 0` asks
which there should be, answered without bytes. Of a moving picture there is one that stands still.
"""

from PIL import Image

from blogsite.lib.imaging import encoding, pictures
from blogsite.lib.imaging.answers import Refusal, Size

FALLBACK_WIDTH = 1200
PALETTE = {"optimize": True}


def render(question: bytes) -> list[Size]:
    """Return the size that is asked for, or the plan. Raises Refusal."""
    line, _newline, data = question.partition(b"\n")
    kind, _space, width = line.decode("ascii").partition(" ")
    picture = pictures.opened(data, ("WEBP",))
    is_moving = pictures.is_moving(picture)
    whole = pictures.still(picture)
    few_colours = encoding.is_drawing(data, whole)
    if kind == "plan":
        return plan(whole, is_moving=is_moving, is_drawing=few_colours)
    return [encoded(at_width(whole, int(width)), kind, is_drawing=few_colours)]


def plan(whole: Image.Image, *, is_moving: bool, is_drawing: bool) -> list[Size]:
    """Return the sizes there should be, without bytes, the fallback last."""
    widths = [] if is_moving else [width for width in encoding.WIDTHS if width < whole.width]
    planned = [("webp", width) for width in widths]
    if not is_moving:
        own = [whole.width] if whole.width <= encoding.WIDTHS[-1] else []
        planned += [("avif", width) for width in widths + own]
    kind = "png" if is_drawing or whole.mode == "RGBA" else "jpg"
    planned.append((kind, min(whole.width, FALLBACK_WIDTH)))
    tone = encoding.tone(whole)
    return [
        Size(width, encoding.height_at(whole, width), kind, b"", tone) for kind, width in planned
    ]


def at_width(whole: Image.Image, width: int) -> Image.Image:
    """Return the picture at that width. Raises Refusal."""
    if not 0 < width <= whole.width:
        raise Refusal("damaged")
    return whole if width == whole.width else encoding.scaled(whole, width)


def encoded(picture: Image.Image, kind: str, *, is_drawing: bool) -> Size:
    """Return the picture in that format. Raises Refusal."""
    if kind == "webp":
        return encoding.drawing(picture) if is_drawing else encoding.size(picture, encoding.PHOTO)
    if kind == "avif":
        sharp = {"subsampling": "4:4:4" if is_drawing else "4:2:0"}
        return encoding.size(picture, encoding.AVIF | sharp, "avif")
    if kind == "jpg":
        return encoding.size(picture, encoding.JPEG, "jpg")
    if kind == "png":
        few = encoding.fewer_colours(picture).quantize(256, method=Image.Quantize.FASTOCTREE)
        return encoding.size(few, PALETTE, "png")
    raise Refusal("unknown")
