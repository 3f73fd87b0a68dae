from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.urls import reverse

from posts.models.listing import Kind
from posts.querysets.topic import FeedTopicQuerySet

# How long to wait after each failure; after the last the hub is told of the next change.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 10, 60, 6 * 60)]


class FeedTopic(models.Model):
    """The feeds of one list, and whether the hub knows of their last change.

    There is something to tell while `next_attempt_at` is set. The list is named as Listing does.
    """

    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    key = models.BigIntegerField()
    changed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, default="")

    objects = FeedTopicQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_topic_a_list")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="topic_due",
                condition=models.Q(next_attempt_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{Kind(self.kind).label} {self.key}"

    def feed(self) -> str:
        """Return the path of its Atom feed, below which the others are; "" once it is gone."""
        rooms = {Kind.TAG: "posts.Tag", Kind.AUTHOR: settings.AUTH_USER_MODEL}
        if self.kind == Kind.SITE:
            return reverse("posts:feed")
        model = apps.get_model(rooms.get(Kind(self.kind), "posts.Series"))
        try:
            thing = model.objects.get(pk=self.key)
            return "" if getattr(thing, "deleted_at", None) else f"{thing.get_absolute_url()}feed/"
        except ObjectDoesNotExist:
            return ""

    def mark_told(self, now: datetime) -> None:
        """Record that the hub knows; of a change meanwhile it is still to be told."""
        rows = type(self).objects.filter(pk=self.pk)
        rows.update(told_at=now, claimed_until=None, attempts=0, error="")
        rows.filter(changed_at=self.changed_at).update(next_attempt_at=None)

    def mark_failed(self, error: str, now: datetime) -> None:
        """Record why the hub could not be told, and when to try again, if at all."""
        rows = type(self).objects.filter(pk=self.pk)
        rows.update(claimed_until=None, error=error[:300])
        is_over = self.attempts > len(PAUSES)
        again = None if is_over else now + PAUSES[self.attempts - 1]
        rows.filter(changed_at=self.changed_at).update(next_attempt_at=again)
