"""Opens what was sent as a site's logo, and makes it as small as it is shown.

Runs in the child process. What is transparent stays so; a moving picture stands still.
"""

from PIL import Image

from blogsite.lib.imaging import encoding, pictures
from blogsite.lib.imaging.answers import Size

WIDTH, HEIGHT = 720, 120  # three times the place it has


def render(data: bytes) -> list[Size]:
    """Return the picture, at most that large. Raises Refusal."""
    picture = pictures.opened(data)
    whole = pictures.still(picture)
    whole.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    return [encoding.full(whole, is_photo=picture.format in {"JPEG", "MPO"})]
