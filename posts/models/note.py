from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

BODY_LENGTH = 4000
NAME_LENGTH = 60
EXCERPT_LENGTH = 160
DIGEST_LENGTH = 16


class NoteQuerySet(models.QuerySet["Note"]):
    """Notes on paragraphs."""

    def open(self) -> "NoteQuerySet":
        """Keep what is still to be looked at."""
        return self.filter(resolved_at__isnull=True)


class Note(models.Model):
    """What an editor, an author or a guest says about one paragraph of a text that is not done.

    The paragraph is known by a digest of its words; its number and opening words find it again
    when the words have changed (posts/paragraphs.py). The text is plain: nothing in it is HTML.
    """

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="notes")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=DIGEST_LENGTH)
    excerpt = models.CharField(max_length=EXCERPT_LENGTH, blank=True, default="")
    body = models.TextField(_("note"), max_length=BODY_LENGTH)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="notes",
    )
    guest_name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True, default="")
    share_link = models.ForeignKey(
        "posts.ShareLink", null=True, on_delete=models.SET_NULL, related_name="notes"
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(guest_name="") | Q(by__isnull=True),
                name="notes_are_of_guests_or_members",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=False) | Q(resolved_by__isnull=True),
                name="only_resolved_notes_say_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post}, {self.number}"

    def deletable_by(self, user: "User") -> bool:
        """Tell whether somebody who may change the post may delete it: one's own, and guests'."""
        return self.by_id in {user.pk, None}

    def resolve(self, by: "User") -> None:
        """Say that it is done; `reopen()` undoes this."""
        self.resolved_at, self.resolved_by = timezone.now(), by
        self.save(update_fields=["resolved_at", "resolved_by"])

    def reopen(self) -> None:
        """Say that it is not done."""
        self.resolved_at = self.resolved_by = None
        self.save(update_fields=["resolved_at", "resolved_by"])
