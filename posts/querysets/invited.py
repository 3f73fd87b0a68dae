"""Filters over invitations to write together; no model is imported here."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import User

# Who said no is not asked again before this has passed.
PAUSE = timedelta(days=7)


class InvitedQuerySet(models.QuerySet[Any]):
    """Invitations of one kind."""

    def open(self) -> Self:
        """Keep those without an answer that still stand."""
        return self.filter(answered_at__isnull=True, revoked_at__isnull=True)

    def declined_lately(self) -> Self:
        """Keep those that were declined so lately that it is not time to ask again."""
        return self.filter(answer="declined", answered_at__gt=timezone.now() - PAUSE)

    def shown_to_hosts(self) -> Self:
        """Keep what is open or was declined lately, with the people, the newest first."""
        return (self.open() | self.declined_lately()).select_related("person").order_by("-pk")

    def waiting_for(self, person: "User") -> Self:
        """Keep what the person may answer now."""
        return self.open().filter(person=person).select_related("invited_by").order_by("-pk")


class CoAuthorInvitationQuerySet(InvitedQuerySet):
    """Invitations to be an author of a post."""

    def waiting_for(self, person: "User") -> Self:
        """Keep what the person may answer now, with the titles and nothing more of the posts."""
        waiting = super().waiting_for(person).filter(post__deleted_at__isnull=True)
        shown = ("created_at", "person_id", "post__title", "post__language")
        names = ("invited_by__username", "invited_by__display_name")
        return waiting.select_related("post", "invited_by").only(*shown, *names)


class SeriesInvitationQuerySet(InvitedQuerySet):
    """Invitations to share a series."""

    def waiting_for(self, person: "User") -> Self:
        """Keep what the person may answer now, with the series."""
        waiting = super().waiting_for(person).filter(series__deleted_at__isnull=True)
        return waiting.select_related("series", "invited_by")
