"""The sizes of pictures, made by the background worker; the rows of pictures are the work."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from blogsite.lib.images import Refused
from blogsite.lib.renditions import Interrupted, Maker
from posts.models import Image

logger = logging.getLogger("blogsite.pictures")

# Longer than a picture takes: one whose worker died is due again after it.
LEASE = timedelta(minutes=10)


def prepare_due(*, seconds: float, is_over: Callable[[], bool] = lambda: False) -> int:
    """Make the sizes of pictures that are due, for about so long; return how many were done.

    Any number of workers may do so at once. `is_over` is asked before each size.
    """
    until, done = time.monotonic() + seconds, 0
    with Maker() as maker:
        while time.monotonic() < until and not is_over() and (image := claimed()):
            done += prepare(image, maker, is_over=is_over)
    return done


def claimed() -> Image | None:
    """Return a picture that is due, now the caller's alone; None where none is."""
    return Image.objects.claim_next(lease=LEASE)


def prepare(image: Image, maker: Maker, *, is_over: Callable[[], bool] = lambda: False) -> bool:
    """Make the sizes of a claimed picture and record how it went."""
    if image.has_ended_its_workers:
        image.mark_failed("Each worker that tried to make its sizes ended.")
        return False
    try:
        image.prepare(maker, is_over=is_over)
    except Interrupted:
        image.release()
        return False
    except (Refused, OSError, ValueError) as error:
        if not Image.objects.filter(pk=image.pk, path=image.path).exists():
            return False  # deleted or replaced meanwhile: its new bytes are work of their own
        image.mark_failed(f"{type(error).__name__}: {error}")
        logger.warning(
            "The sizes of picture %s were not made at try %s: %s",
            *(image.pk, image.attempts, image.error),
        )
        return False
    return True
