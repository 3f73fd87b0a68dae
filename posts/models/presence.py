from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from posts.models.post import Post
from posts.querysets.presence import PresenceQuerySet


class Presence(models.Model):
    """Who has a post open in the editor, and when they were last active: a hint, never a lock."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences"
    )
    seen_at = models.DateTimeField(default=timezone.now)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="one_presence_a_person")
        ]
        indexes = [models.Index(fields=["seen_at"], name="presence_by_time")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.post_id}"

    @property
    def ago(self) -> timedelta:
        """Return how long ago the person was active."""
        return timezone.now() - self.seen_at

    @property
    def seconds_ago(self) -> int:
        """Return the same in whole tens of seconds: it is as exact as that."""
        return max(0, int(self.ago.total_seconds()) // 10 * 10)
