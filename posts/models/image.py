import logging
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypedDict

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blogsite.lib import images
from blogsite.lib.markdown import ImageInfo
from blogsite.lib.text import clean_line
from posts.querysets.image import ImageQuerySet

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User

    Processor = Callable[[bytes], images.Processed]

logger = logging.getLogger("blogsite.storage")

DIGITS = 32  # of a hash in an address: short to read in a text, too many to collide
# The prose column is at most this wide; browsers choose the size that fits.
SIZES = "(min-width: 46rem) 44rem, 100vw"


class Stored(TypedDict):
    """One size of a picture in the media storage."""

    path: str
    width: int
    height: int


class Image(models.Model):
    """An uploaded picture: re-encoded, without metadata, addressed by its content."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="images",
    )
    sha256 = models.CharField(max_length=64, help_text="Of the bytes as they were sent.")
    name = models.CharField(_("name"), max_length=200, blank=True)
    alt = models.CharField(
        _("description for people who cannot see it"), max_length=500, blank=True
    )
    path = models.CharField(max_length=200, db_index=True, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    size = models.PositiveIntegerField(help_text="Bytes, all sizes together.", editable=False)
    smaller = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "sha256"], name="image_once_for_each_owner")
        ]

    def __str__(self) -> str:
        return self.name or self.path

    @classmethod
    def store(
        cls, owner: "User", data: bytes, name: str = "", process: "Processor | None" = None
    ) -> "Image":
        """Keep the picture and return its row, the one there is if the owner sent it before.

        `process` decodes and re-encodes, by default in a child process for each picture.
        Raises blogsite.lib.images.Refused, and OSError where the storage is full or away. Writes
        files: call it outside transactions.
        """
        digest = sha256(data).hexdigest()
        known = cls.objects.filter(owner=owner, sha256=digest).first()
        if known is not None and default_storage.exists(known.path):
            return known
        renditions, fields = _laid_out((process or images.process)(data))
        _write(renditions)
        image, _created = cls.objects.get_or_create(
            owner=owner, sha256=digest, defaults={**fields, "name": clean_line(name)[:200]}
        )
        _write(renditions)  # again: somebody may have deleted the same picture meanwhile
        return image

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the row, then its files where no other row shows the same picture.

        Raises OSError, with nothing removed, where the storage does not answer.
        """
        paths = [self.path, *(size["path"] for size in self.smaller)]
        default_storage.exists(self.path)
        deleted = super().delete(*args, **kwargs)
        if not type(self).objects.filter(path=self.path).exists():
            for path in paths:
                _remove(path)
        return deleted

    def describe(self, alt: str) -> None:
        """Keep what the picture shows, in words."""
        alt = clean_line(alt)[:500]
        if alt != self.alt:
            self.alt = alt
            self.save(update_fields=["alt"])

    @property
    def is_used(self) -> bool:
        """Tell whether any post shows it: in its text, as its cover, with its links."""
        used = (self.showing_posts, self.covered_posts, self.sharing_posts)
        return any(posts.exists() for posts in used)

    @property
    def url(self) -> str:
        """Return the address of the full size."""
        return default_storage.url(self.path)

    @property
    def srcset(self) -> str:
        """Return all sizes as the attribute wants them."""
        sizes: list[Stored] = [
            *self.smaller,
            {"path": self.path, "width": self.width, "height": self.height},
        ]
        return ", ".join(f"{default_storage.url(s['path'])} {s['width']}w" for s in sizes)

    @property
    def thumbnail_url(self) -> str:
        """Return the address of the smallest size."""
        return default_storage.url(self.smaller[0]["path"]) if self.smaller else self.url

    @property
    def markdown(self) -> str:
        """Return the Markdown that shows the picture in a post."""
        alt = self.alt.replace("[", "(").replace("]", ")")
        return f"![{alt}]({self.url})"

    def info(self) -> ImageInfo:
        """Return what the renderer writes into the picture's element."""
        return ImageInfo(
            src=self.url, width=self.width, height=self.height, srcset=self.srcset, sizes=SIZES
        )


def _laid_out(
    processed: images.Processed,
) -> tuple[dict[str, images.Rendition], dict[str, Any]]:
    """Return each size by its path, and the columns that describe them."""
    whole = processed.original
    digest = sha256(whole.data).hexdigest()[:DIGITS]
    folder = f"images/{digest[:2]}/{digest}"
    smaller = {_path(folder, size): size for size in processed.smaller}
    return smaller | {_path(folder, whole): whole}, {
        "path": _path(folder, whole),
        "width": whole.width,
        "height": whole.height,
        "size": len(whole.data) + sum(len(size.data) for size in processed.smaller),
        "smaller": [
            Stored(path=path, width=size.width, height=size.height)
            for path, size in smaller.items()
        ],
    }


def _path(folder: str, size: images.Rendition) -> str:
    return f"{folder}/{size.width}.{size.format}"


def _write(renditions: dict[str, images.Rendition]) -> None:
    """Write the files that are missing; the path says the content, so none is ever replaced."""
    for path, size in renditions.items():
        if default_storage.exists(path):
            continue
        written = default_storage.save(path, ContentFile(size.data))
        if written != path:  # another request was faster
            default_storage.delete(written)


def _remove(path: str) -> None:
    try:
        default_storage.delete(path)
    except OSError as error:
        logger.warning("The picture %s, which no post shows, was left: %s", path, error)
