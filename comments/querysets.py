"""Filters over comments and what belongs to them; no model is imported here."""

from typing import TYPE_CHECKING, Self, Union

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from comments.models import Comment, Decision, Report, Sanction

Visitor = Union["User", "AnonymousUser"]

STANDING = Q(
    held_at__isnull=True, hidden_at__isnull=True, spam_at__isnull=True, deleted_at__isnull=True
)


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments."""

    def standing(self) -> Self:
        """Keep what counts as said: not waiting, hidden, spam or deleted."""
        return self.filter(STANDING)

    def withheld(self) -> Self:
        """Keep what its author alone may read: what waits or was hidden."""
        return self.exclude(STANDING).filter(deleted_at__isnull=True)

    def visible_to(self, visitor: Visitor) -> Self:
        """Keep what this visitor may read: what stands, and their own that waits or is hidden."""
        return self.filter(_readable(visitor))

    def in_thread(self, visitor: Visitor) -> Self:
        """Keep what has a place in the conversation, in reading order.

        That is what the visitor may read, and what is gone but has an answer they may read.
        """
        same_post = self.model.objects.filter(_readable(visitor), post=OuterRef("post"))
        # Digits only, so "z" sorts after every continuation of a path, whatever the collation.
        below = same_post.filter(
            path__gt=OuterRef("path"), path__lt=Concat(OuterRef("path"), Value("z"))
        )
        answers = same_post.filter(parent=OuterRef("pk"))
        return self.filter(_readable(visitor) | Exists(below) | Exists(answers)).order_by("path")

    def path_of(self, typed: str) -> str:
        """Return the place of the comment with that number, "" where it is none of these."""
        if not (typed.isascii() and typed.isdecimal()) or len(typed) > 18:
            return ""
        return self.filter(pk=typed).values_list("path", flat=True).first() or ""

    def in_state(self, state: str) -> Self:
        """Keep what `Comment.state` names so."""
        kept = Q(deleted_at__isnull=True)
        conditions = {
            "deleted": ~kept,
            "spam": kept & Q(spam_at__isnull=False),
            "hidden": kept & Q(spam_at__isnull=True, hidden_at__isnull=False),
            "waiting": kept
            & Q(spam_at__isnull=True, hidden_at__isnull=True, held_at__isnull=False),
            "standing": STANDING,
        }
        return self.filter(conditions[state])


def _readable(visitor: Visitor) -> Q:
    if not visitor.is_authenticated:
        return STANDING
    return STANDING | Q(author=visitor, deleted_at__isnull=True)


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Moderators' decisions."""

    def in_force(self) -> Self:
        """Keep what was not undone."""
        return self.filter(undone_at__isnull=True)


class ReportQuerySet(models.QuerySet["Report"]):
    """Members' reports."""

    def open(self) -> Self:
        """Keep what nobody has settled."""
        return self.filter(settled_at__isnull=True)

    def number_open(self) -> Coalesce:
        """Return how many are open on the comment of the outer query, as an expression."""
        rows = self.open().filter(comment=OuterRef("pk")).order_by().values("comment")
        return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


class SanctionQuerySet(models.QuerySet["Sanction"]):
    """Suspensions."""

    def in_force(self) -> Self:
        """Keep what keeps a person from writing now."""
        return self.filter(lifted_at__isnull=True, ends_at__gt=timezone.now())
