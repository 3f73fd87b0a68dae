from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from posts.models.post import Post
from posts.querysets.autosave import AutosaveQuerySet, Page


class Autosave(models.Model):
    """What a person typed into one opened editor and has not saved: never a post, no revision.

    `fields` holds the lists of raw values by the names of the form. Once the editor has saved, the
    row stays empty for a while, so that what was still on its way does not come back as unsaved.
    The text of a post that was deleted for good is one of a new post.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="autosaves"
    )
    post = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="autosaves")
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

    def is_followed_by(self, page: Page) -> bool:
        """Tell whether what such a page sends is a later state of this text."""
        if page.version is None:
            return page.tab == self.tab
        if page.tab and page.tab == self.tab:
            return page.version >= self.version
        after = page.version - 1 if page.after is None else page.after
        return after == self.version

    def has(self, fields: dict[str, list[str]], page: Page) -> bool:
        """Tell whether it holds just that, or a later state that the same page sent already."""
        is_same_page = bool(page.tab) and page.tab == self.tab
        is_late = is_same_page and page.version is not None and page.version < self.version
        return self.fields == fields or is_late

    def drop(self) -> None:
        """Throw the text away; for a day it can be had back."""
        self._mark(timezone.now())

    def undrop(self) -> None:
        """Have the text back."""
        self._mark(None)

    def _mark(self, moment: Any) -> None:
        self.dropped_at = moment
        self.save(update_fields=["dropped_at"])
