"""Other bytes for a picture that posts show: its former addresses lead to what it has now."""

from datetime import timedelta
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blogsite.lib import images
from blogsite.lib.text import clean_line
from posts import picture_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from accounts.models import User

    Processor = Callable[[bytes], images.Processed]

# How long what was replaced can be put back.
KEPT_FOR = timedelta(days=30)
# What a picture is besides its owner and its words; kept of what was replaced.
OF_BYTES = ("path", "sha256", "name", "width", "height", "tone", "size")


class ReplacedMeanwhile(Exception):
    """Somebody else replaced the picture since it was read."""


class FormerPicture(models.Model):
    """Files a picture had before others took their place.

    `folder` is where they answered; `kept` holds the full size, at a path that nobody can guess,
    until it can be put back no more. `was` has the columns of then.
    """

    image = models.ForeignKey("posts.Image", on_delete=models.CASCADE, related_name="former")
    folder = models.CharField(max_length=200, db_index=True)
    kept = models.CharField(max_length=200, blank=True, default="")
    was = models.JSONField(default=dict)
    replaced_at = models.DateTimeField(default=timezone.now)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["image", "folder"], name="former_folder_once")
        ]

    def __str__(self) -> str:
        return self.folder

    @property
    def until(self) -> "datetime":
        """Return until when it can be put back."""
        return self.replaced_at + KEPT_FOR

    @classmethod
    def forget_old(cls) -> int:
        """Delete the files that can be put back no more; return how many pictures had some."""
        old = cls.objects.filter(replaced_at__lt=timezone.now() - KEPT_FOR).exclude(kept="")
        rows = list(old[:100])
        for row in rows:
            cls.objects.filter(pk=row.pk).update(kept="")
            picture_files.remove([row.kept])
        return len(rows)


class Replaceable(models.Model):
    """The part of a picture that can be replaced.

    `replaced_at`: its bytes are not, or not always were, those its owner first sent.
    """

    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True, editable=False)

    objects: Any
    path: Any
    former: Any

    class Meta:
        abstract = True

    @classmethod
    def free_path(cls, whole: images.Rendition) -> str:
        """Return where to store a new picture: the same as others of its content, if none of
        them was ever replaced."""
        path = picture_files.path_of(whole)
        is_former = FormerPicture.objects.filter(folder=picture_files.folder_of(path)).exists()
        rows = cls.objects.filter(path=path, replaced_at__isnull=False)
        return picture_files.path_of(whole, token_bytes(16)) if is_former or rows.exists() else path

    def replace(
        self, data: bytes, *, by: "User", name: str = "", process: "Processor | None" = None
    ) -> None:
        """Show other bytes wherever this picture is shown; `put_back()` undoes it.

        Raises blogsite.lib.images.Refused, ReplacedMeanwhile and OSError, with nothing replaced.
        Writes files: call it outside transactions.
        """
        made = (process or images.process)(data)
        whole = made.original
        path = picture_files.path_of(whole, token_bytes(16))
        fields = columns_of(whole, path)
        fields |= {"sha256": made.sha256, "name": clean_line(name)[:200]}
        self._swap(fields, whole, by)

    def put_back(self, *, by: "User") -> None:
        """Show again what was replaced last, at its own address. Raises as `replace()` does."""
        last = self.last_kept()
        if last is None:
            raise ReplacedMeanwhile
        data = picture_files.read(last.kept)
        was = last.was
        whole = images.Rendition(was["width"], was["height"], "webp", data, was["tone"])
        self._swap(was, whole, by)
        picture_files.remove([last.kept])

    def folders(self) -> list[str]:
        """Return the folders its files are in, and were."""
        former = self.former.values_list("folder", flat=True)
        return [picture_files.folder_of(self.path), *former]

    def last_kept(self) -> FormerPicture | None:
        """Return what was replaced last, if it can be put back."""
        since = timezone.now() - KEPT_FOR
        rows = self.former.filter(replaced_at__gte=since).exclude(kept="")
        last: FormerPicture | None = rows.order_by("-replaced_at", "-pk").first()
        return last

    def _swap(self, fields: dict[str, Any], whole: images.Rendition, by: "User") -> None:
        """Write the files, then the row, then take the former files away."""
        before = {name: getattr(self, name) for name in OF_BYTES}
        kept = _set_aside(self.path)
        is_new = not default_storage.exists(fields["path"])
        picture_files.write({fields["path"]: whole})
        try:
            left = self._store_swap(before, fields, kept, by)
        except ReplacedMeanwhile:
            picture_files.remove([kept] if kept else [])
            if is_new:
                self._remove_unless_shown(fields["path"], [fields["path"]])
            raise
        self._remove_unless_shown(before["path"], left)
        self.refresh_from_db()

    def _remove_unless_shown(self, path: str, files: list[str]) -> None:
        """Delete the files; none where somebody else's picture came to that path meanwhile."""
        if not type(self).objects.filter(path=path).exists():
            picture_files.remove(files)

    @transaction.atomic
    def _store_swap(
        self, before: dict[str, Any], fields: dict[str, Any], kept: str, by: "User"
    ) -> list[str]:
        """Record the swap; return the files that no row shows any more."""
        rows = type(self).objects
        shown: Any = self.showing_posts  # type: ignore[attr-defined]
        # Posts before pictures, as in saving a post: nobody waits for the other for ever.
        shown.hold(shown.values("pk"))
        same = rows.filter(path=self.path).select_for_update().values_list("pk", "smaller")
        found: dict[int, Any] = dict(same)
        if self.pk not in found:
            raise ReplacedMeanwhile
        fresh = {"smaller": [], "recipe": 0, "claimed_until": None, "attempts": 0}
        fresh |= {"given_up_at": None, "error": "", "next_attempt_at": timezone.now()}
        rows.filter(pk=self.pk).update(**fields, **fresh, replaced_at=timezone.now())
        folder = picture_files.folder_of(self.path)
        self.former.filter(folder=picture_files.folder_of(fields["path"])).delete()
        self.former.create(folder=folder, kept=kept, was=before, replaced_by=by)
        # Rendered again by the worker, if by nobody before.
        shown.update(renderer_version=0)
        if len(found) > 1:
            return []
        return [self.path, *(size["path"] for size in found[self.pk])]


def columns_of(whole: images.Rendition, path: str) -> dict[str, Any]:
    """Return what a picture's row says of its full size."""
    size = {"width": whole.width, "height": whole.height, "tone": whole.tone}
    return {"path": path, **size, "size": len(whole.data)}


def _set_aside(path: str) -> str:
    """Keep a copy of the full size where nobody finds it; "" where its file is lost."""
    try:
        data = picture_files.read(path)
    except FileNotFoundError:
        return ""
    copy = images.Rendition(0, 0, "webp", data)
    aside = picture_files.path_of(copy, token_bytes(16))
    picture_files.write({aside: copy})
    return aside
