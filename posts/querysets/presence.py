"""Who is about in which post's editor; no model is imported here."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import IntegrityError, models, transaction
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models import Post, Presence

NOTED_EVERY = timedelta(seconds=15)
OVER_AFTER = timedelta(seconds=60)


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Open editors."""

    def others(self, post: "Post", person: "User") -> Self:
        """Keep who else is in the post's editor now, the latest first."""
        now = self.filter(post=post, seen_at__gt=timezone.now() - OVER_AFTER)
        return now.exclude(person=person).select_related("person").order_by("-seen_at")

    def note(self, post: "Post", person: "User") -> None:
        """Record that the person is active there; written at most every 15 seconds."""
        now = timezone.now()
        mine = self.filter(post=post, person=person)
        seen = mine.values_list("seen_at", flat=True).first()
        if seen is None:
            try:
                with transaction.atomic():
                    self.create(post=post, person=person, seen_at=now)
            except IntegrityError:  # another tab was first, or the post is gone
                return
        elif seen < now - NOTED_EVERY:
            mine.update(seen_at=now)

    def purge(self) -> int:
        """Delete what is over, and return how many rows."""
        return self.filter(seen_at__lt=timezone.now() - OVER_AFTER * 10).delete()[0]
