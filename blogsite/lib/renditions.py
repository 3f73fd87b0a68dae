"""The other sizes and formats of a picture, made from its full size while nobody waits."""

from collections.abc import Callable
from dataclasses import dataclass

from blogsite.lib.ending import Ending
from blogsite.lib.images import Children, Rendition, only, sizes

# To be raised when other files should be made of every picture; those there are stay.
IMAGES_VERSION = 2
# AVIF is one more file for each size: less than a tenth saved is not worth it.
WORTHWHILE = 0.9


class Interrupted(Exception):
    """The work was to stop; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a full size.

    `fallback` is JPEG, or PNG of drawings and what is transparent, at most 1,200 pixels wide; of a
    moving picture it is the first moment. Of the others none is larger than what it stands for.
    """

    tone: str
    is_moving: bool
    others: tuple[Rendition, ...]
    fallback: Rendition


class Maker(Ending):
    """Child processes that make sizes; to be used by one thread at a time."""

    def __init__(self) -> None:
        self._children = Children("sizes")

    def end(self) -> None:
        """End them."""
        self._children.end()

    def make(self, full: bytes, *, is_over: Callable[[], bool] = lambda: False) -> Made:
        """Return the sizes of the picture. Raises Refused, and Interrupted once `is_over()`."""

        def made(wanted: Rendition) -> Rendition:
            if is_over():
                raise Interrupted
            question = b"%s %d\n" % (wanted.format.encode(), wanted.width)
            return only(self._children.ask(question + full))

        *others, fallback = plan = sizes(self._children.ask(b"plan 0\n" + full))
        webp = [made(wanted) for wanted in others if wanted.format == "webp"]
        webp = [one for one in webp if len(one.data) < len(full)]
        avif = _avif([wanted for wanted in others if wanted.format == "avif"], webp, full, made)
        is_moving = not others
        return Made(plan[0].tone, is_moving, (*webp, *avif), made(fallback))


def _avif(
    wanted: list[Rendition],
    webp: list[Rendition],
    full: bytes,
    made: Callable[[Rendition], Rendition],
) -> list[Rendition]:
    """Return all the AVIF sizes, or none: a browser that takes AVIF looks at no others.

    The smallest is tried first, and tells whether the others are worth the time.
    """
    found: list[Rendition] = []
    total = 0
    for one in wanted:
        total += min((len(it.data) for it in webp if it.width >= one.width), default=len(full))
        found.append(made(one))
        if sum(len(it.data) for it in found) > WORTHWHILE * total:
            return []
    return found
