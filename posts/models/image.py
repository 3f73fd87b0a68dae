from typing import TypedDict

from blogsite.lib.markdown import ImageInfo
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.querysets import ImageQuerySet

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
