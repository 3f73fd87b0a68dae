"""Opens what was sent as somebody's picture, and cuts the square out of its middle.

Runs in the child process. A moving picture stands still: it would move beside every comment.
"""

from PIL import Image, ImageOps

from blogsite.lib.imaging import encoding, pictures
from blogsite.lib.imaging.answers import Size

SIDE = 264  # three times the largest circle it is shown in


def render(data: bytes) -> list[Size]:
    """Return the square, at most SIDE wide. Raises Refusal."""
    picture = pictures.opened(data)
    whole = pictures.still(picture)
    side = min(SIDE, *whole.size)
    square = ImageOps.fit(whole, (side, side), Image.Resampling.LANCZOS)
    return [encoding.full(square, is_photo=picture.format in {"JPEG", "MPO"})]
