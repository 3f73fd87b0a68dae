from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from posts.models.post import Post
from posts.querysets.autosave import AutosaveQuerySet


class Autosave(models.Model):
    """What a person typed into one opened editor and has not saved: never a post, no revision.

    `fields` holds the lists of raw values by the names of the form. Once the editor has saved, the
    row stays empty for a while, so that what was still on its way does not come back as unsaved.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="autosaves"
    )
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="autosaves")
    key = models.CharField(max_length=40)
    tab = models.CharField(max_length=20, blank=True, help_text="The page that sent it last.")
    version = models.PositiveBigIntegerField(default=1)
    fields = models.JSONField(default=dict)
    size = models.PositiveIntegerField(default=0, help_text="Bytes of the fields as they are kept.")
    started_from = models.CharField(max_length=100, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    objects = AutosaveQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="one_autosave_an_editor")
        ]
        indexes = [models.Index(fields=["person", "saved_at"], name="autosave_by_time")]

    def __str__(self) -> str:
        return self.title or self.key

    def get_absolute_url(self) -> str:
        """Return the address of the editor with this text in it."""
        page = reverse("posts:edit", args=[self.post_id]) if self.post_id else reverse("posts:new")
        return f"{page}?{urlencode({'copy': self.pk})}"

    @property
    def title(self) -> str:
        """Return the title that was typed; it may be empty, or longer than a post's may be."""
        return self.text("title")[:200]

    @property
    def words(self) -> int:
        """Return about how many words the text has."""
        return len(self.text("body").split())

    def text(self, name: str) -> str:
        """Return the last value of a field, as a form would take it."""
        values: list[str] = self.fields.get(name) or [""]
        return values[-1]

    def is_followed_by(self, post: Post | None, tab: str, version: int) -> bool:
        """Tell whether what such a page sends is a later state of this text."""
        if (post.pk if post else None) != self.post_id:
            return False
        if tab and tab == self.tab:
            return version > self.version
        return version == self.version + 1

    def has(self, fields: dict[str, list[str]], tab: str, version: int) -> bool:
        """Tell whether it holds just that, or a later state that the same page sent already."""
        return self.fields == fields or (bool(tab) and tab == self.tab and version <= self.version)

    def drop(self) -> None:
        """Throw the text away; for a day it can be had back."""
        self._mark(timezone.now())

    def undrop(self) -> None:
        """Have the text back."""
        self._mark(None)

    def _mark(self, moment: Any) -> None:
        self.dropped_at = moment
        self.save(update_fields=["dropped_at"])
