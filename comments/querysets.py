"""Filters over comments; no model is imported here."""

from typing import TYPE_CHECKING, Self, Union

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from comments.models import Comment

Visitor = Union["User", "AnonymousUser"]


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments."""

    def standing(self) -> Self:
        """Keep what counts as said: not waiting, hidden, spam or deleted."""
        return self.filter(
            held_at__isnull=True,
            hidden_at__isnull=True,
            spam_at__isnull=True,
            deleted_at__isnull=True,
        )

    def visible_to(self, visitor: Visitor) -> Self:
        """Keep what this visitor may read: what stands, and their own that waits."""
        if not visitor.is_authenticated:
            return self.standing()
        return self.filter(
            Q(held_at__isnull=True) | Q(author=visitor),
            hidden_at__isnull=True,
            spam_at__isnull=True,
            deleted_at__isnull=True,
        )

    def held(self) -> Self:
        """Keep what waits for a moderator."""
        return self.filter(
            held_at__isnull=False,
            hidden_at__isnull=True,
            spam_at__isnull=True,
            deleted_at__isnull=True,
        )
