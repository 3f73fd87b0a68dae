from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blogsite.lib import images
from blogsite.lib.markdown import ImageInfo
from blogsite.lib.markup.pictures import Shown
from blogsite.lib.renditions import IMAGES_VERSION, Maker
from blogsite.lib.text import clean_line
from posts import picture_files
from posts.models.address import FormerAddress
from posts.models.binned import Binned
from posts.models.preparation import Preparation, Stored
from posts.models.replacing import Replaceable, columns_of
from posts.querysets.image import ImageQuerySet

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User

    Processor = Callable[[bytes], images.Processed]


class Card(NamedTuple):
    """A picture as it is named to other sites."""

    url: str
    width: int
    height: int


class Image(Preparation, Replaceable, Binned):
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
    is_decorative = models.BooleanField(
        _("decorative: needs no description"), default=False, db_default=False
    )
    path = models.CharField(max_length=200, db_index=True, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    size = models.PositiveIntegerField(help_text="Bytes, all sizes together.", editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    objects = ImageQuerySet.as_manager()

    # Where its files answered, once it is being deleted
    _folders: list[str]

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "sha256"],
                condition=models.Q(replaced_at__isnull=True),
                name="image_once_for_each_owner",
            )
        ]
        indexes = [
            models.Index(
                fields=["recipe", "next_attempt_at"],
                name="image_due",
                condition=models.Q(given_up_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.path

    def get_absolute_url(self) -> str:
        """Return the address of its page in the library."""
        return reverse("posts:image", args=[self.pk])

    @classmethod
    def store(
        cls, owner: "User", data: bytes, name: str = "", process: "Processor | None" = None
    ) -> "Image":
        """Keep the picture and return its row, the one there is if the owner sent it before.

        That one comes out of the bin.
        `process` decodes and re-encodes, by default in a child process for each picture.
        Raises blogsite.lib.images.Refused, and OSError where the storage is full or away. Writes
        files: call it outside transactions.
        """
        digest = sha256(data).hexdigest()
        known = cls.objects.filter(owner=owner, sha256=digest, replaced_at=None).first()
        if known is not None and default_storage.exists(known.path):
            if known.deleted_at:
                known.unbin()
            return known
        whole = (process or images.process)(data).original
        path = known.path if known else cls.free_path(whole)
        picture_files.write({path: whole})
        fields = columns_of(whole, path) | {"name": clean_line(name)[:200]}
        image, _created = cls.objects.get_or_create(
            owner=owner, sha256=digest, replaced_at=None, defaults=fields
        )
        picture_files.write({path: whole})  # again: somebody may have deleted the same meanwhile
        if known is not None:  # its files were lost: the others too, as it seems
            cls.objects.filter(path=path).try_again()
        return image

    def prepare(self, maker: Maker, *, is_over: "Callable[[], bool]" = lambda: False) -> None:
        """Make its sizes, and record them in every row that shows the same picture.

        Raises blogsite.lib.images.Refused, blogsite.lib.renditions.Interrupted and OSError, with
        nothing recorded. Writes files: call it outside transactions.
        """
        full = picture_files.read(self.path)
        made = maker.make(full, is_over=is_over)
        files = {picture_files.beside(self.path, one): one for one in (*made.others, made.fallback)}
        picture_files.write(files)
        stored = [
            Stored(path=path, width=one.width, height=one.height) for path, one in files.items()
        ]
        if made.is_moving:
            stored[-1]["is_still"] = True
        former: list[Stored] = [one for one in self.smaller if one["path"] not in files]
        for one in former:
            one["is_old"] = True
        recorded = (
            type(self)
            .objects.filter(path=self.path)
            .record(
                smaller=stored + former,
                tone=made.tone,
                recipe=IMAGES_VERSION,
                size=len(full) + sum(len(one.data) for one in files.values()),
            )
        )
        if not recorded:  # deleted meanwhile
            picture_files.remove(files)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the row, then its files where no other row shows the same picture.

        Raises OSError, with nothing removed, where the storage does not answer.
        """
        default_storage.exists(self.path)
        with transaction.atomic():
            left = self._hold()
            deleted = super().delete(*args, **kwargs)
        self._bury(left)
        return deleted

    def delete_unused(self) -> bool:
        """Remove it as `delete()` does; False, with nothing removed, where it is shown or named."""
        default_storage.exists(self.path)
        with transaction.atomic():
            left = self._hold()
            if self.is_used or self.is_named:
                return False
            super().delete()
        self._bury(left)
        return True

    def _hold(self) -> list[str]:
        """Lock the row; return the files that no other row shows, kept ones included."""
        # The files of now: it may have been replaced, or got sizes, since this was read.
        rows = type(self).objects.select_for_update()
        self.path = rows.values_list("path", flat=True).filter(pk=self.pk).first() or self.path
        same = dict(rows.filter(path=self.path).values_list("pk", "smaller"))
        kept = list(self.former.exclude(kept="").values_list("kept", flat=True))
        self._folders = list(self.former.values_list("folder", flat=True))
        if len(same) > 1:
            return kept
        self._folders.append(picture_files.folder_of(self.path))
        return [self.path, *(size["path"] for sizes in same.values() for size in sizes), *kept]

    def _bury(self, files: list[str]) -> None:
        """Delete the files of a deleted picture; where they answered, say that it is gone."""
        picture_files.remove(files)
        room = settings.MEDIA_URL.strip("/")
        FormerAddress.objects.bury(*(f"{room}/{folder}" for folder in self._folders))

    def describe(self, alt: str, is_decorative: bool | None = None) -> None:
        """Keep what the picture shows, in words; what has some is not decorative."""
        alt = clean_line(alt)[:500]
        wanted = self.is_decorative if is_decorative is None else is_decorative
        if (alt, wanted and not alt) != (self.alt, self.is_decorative):
            self.alt, self.is_decorative = alt, wanted and not alt
            self.save(update_fields=["alt", "is_decorative"])

    @property
    def is_used(self) -> bool:
        """Tell whether any post shows it: in text, as cover, with links, or in its draft."""
        used = (
            *(self.showing_posts, self.covered_posts, self.sharing_posts),
            self.mentions.drafted(),
        )
        return any(posts.exists() for posts in used)

    @property
    def is_named(self) -> bool:
        """Tell whether it would be missed later: in an unsaved text, a template or a snippet."""
        texts = (apps.get_model("posts", name).objects for name in ("Autosave", "Snippet"))
        return any(rows.naming(self).exists() for rows in texts)

    @property
    def url(self) -> str:
        """Return the address of the full size."""
        return default_storage.url(self.path)

    @property
    def thumbnail_url(self) -> str:
        """Return the address of the smallest size."""
        small = [size for size in self._sizes("webp") if size["width"] < self.width]
        return default_storage.url(small[0]["path"]) if small else self.url

    @property
    def card(self) -> Card:
        """Return what other sites show beside a link: JPEG or PNG once it is made."""
        size = self._fallback
        return Card(default_storage.url(size["path"]), size["width"], size["height"])

    def shown(self) -> Shown:
        """Return what a page needs to show it, in the sizes there are."""
        fallback = self._fallback
        is_moving = "is_still" in fallback
        webp = [*self._sizes("webp"), Stored(path=self.path, width=self.width, height=self.height)]
        return Shown(
            url=self.url,
            src=self.url if is_moving else default_storage.url(fallback["path"]),
            width=self.width,
            height=self.height,
            avif=_srcset(self._sizes("avif")),
            webp=_srcset(webp) if self.is_prepared and not is_moving else "",
            still=default_storage.url(fallback["path"]) if is_moving else "",
            tone=self.tone,
        )

    @property
    def _fallback(self) -> Stored:
        whole = Stored(path=self.path, width=self.width, height=self.height)
        return next(iter(self._sizes("jpg", "png")), whole)

    def _sizes(self, *formats: str) -> list[Stored]:
        """Return its files of those formats beside the full size, the smallest first."""
        sizes: list[Stored] = self.smaller
        return [
            size
            for size in sizes
            if size["path"].rpartition(".")[2] in formats and "is_old" not in size
        ]

    @property
    def markdown(self) -> str:
        """Return the Markdown that shows the picture in a post."""
        return self.markdown_at(self.url)

    def markdown_at(self, address: str) -> str:
        """Return the same with an address it has or had."""
        alt = "" if self.is_decorative else self.alt.replace("[", "(").replace("]", ")")
        return f"![{alt}]({address})"

    def info(self) -> ImageInfo:
        """Return what the renderer writes into the picture's element."""
        return ImageInfo(src=self.url, width=self.width, height=self.height)


def _srcset(sizes: list[Stored]) -> str:
    return ", ".join(f"{default_storage.url(size['path'])} {size['width']}w" for size in sizes)
