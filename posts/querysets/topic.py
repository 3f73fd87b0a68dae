"""Filters over what a hub is told of; no model is imported here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from blogsite.lib.leases import WorkQuerySet

if TYPE_CHECKING:
    from posts.models import FeedTopic

Change = tuple[int, int]  # kind and key of a list


class FeedTopicQuerySet(WorkQuerySet["FeedTopic"]):
    """Feeds that a hub is told of."""

    def note(self, changes: Mapping[Change, datetime]) -> None:
        """Have the hub told of the lists that changed at those times, of each change once."""
        now = timezone.now()
        keys = {key for _kind, key in changes}
        rows = self.filter(key__in=keys).values_list("kind", "key", "changed_at")
        known = {(kind, key): changed for kind, key, changed in rows}
        for (kind, key), changed in changes.items():
            fresh = {"changed_at": changed, "next_attempt_at": now, "attempts": 0}
            if (kind, key) not in known:
                self.get_or_create(kind=kind, key=key, defaults=fresh)
            elif known[kind, key] < changed:
                self.filter(kind=kind, key=key, changed_at__lt=changed).update(**fresh)
