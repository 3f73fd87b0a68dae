from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PendingChange(models.Model):
    """The draft over a published post: what is to become of it, seen by no reader yet."""

    post = models.OneToOneField(
        "posts.Post", on_delete=models.CASCADE, related_name="pending_change"
    )
    snapshot = models.JSONField()
    # The live post as it was when the draft began or last took its changes in.
    base = models.ForeignKey(
        "posts.Revision", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="pending_changes",
    )
    changed_at = models.DateTimeField(_("last change"), default=timezone.now)
    publish_at = models.DateTimeField(_("published by itself at"), null=True, blank=True)
    # When it should have been and could not: its author reads so until it is put right.
    failed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("unpublished change")
        verbose_name_plural = _("unpublished changes")
        indexes = [
            models.Index(
                fields=["publish_at"],
                name="pending_change_due",
                condition=models.Q(publish_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.post)
