from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.querysets.revision import RevisionQuerySet
from posts.snapshot import Snapshot, edited

NAME_LENGTH = 120


class Cause(models.TextChoices):
    """What made a revision."""

    FOUND = "found", _("as it was found")
    SAVED = "saved", _("saved")
    MERGED = "merged", _("saved, merged with somebody else's changes")
    PUBLICATION = "publication", _("publication changed")
    RESTORED = "restored", _("restored from an earlier version")
    DISCARDED = "discarded", _("unpublished changes discarded")
    BULK = "bulk", _("changed with others at once")
    AUTHORS = "authors", _("authors changed")
    IMPORTED = "imported", _("imported")


class Revision(models.Model):
    """A post, or the draft over a published one, as it was after a change: every field."""

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="revisions",
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    # When the first of the saves was made that this one stands for.
    began_at = models.DateTimeField(default=timezone.now)
    cause = models.CharField(_("cause"), max_length=12, choices=Cause.choices)
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True, default="")
    is_draft = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)
    folded = models.BooleanField(default=False)

    previous_key: int | None  # annotated by `Revision.objects.with_previous()`

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="revision_number_is_unique"),
            models.CheckConstraint(
                condition=models.Q(folded=False) | models.Q(name="", is_public=False),
                name="only_passing_revisions_are_folded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}, {self.number}"

    @property
    def fields(self) -> Snapshot:
        """Return what an editor changes, as it was."""
        return edited(self.snapshot)

    def call_it(self, name: str) -> None:
        """Give it a name, which keeps it for good and apart; "" takes the name away."""
        self.name = name
        self.folded = self.folded and not name
        self.save(update_fields=["name", "folded"])
