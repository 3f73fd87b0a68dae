"""Deciding about many comments at once, and about people's standing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from comments.models import Action, Comment, Decision

if TYPE_CHECKING:
    from accounts.models import User


def decide(comments: Iterable[Comment], action: Action, *, by: "User", because: str) -> UUID:
    """Do the same to each comment; return the batch, by which all of it can be undone.

    Each comment is a transaction of its own, so that two moderators cannot lock each other out.
    """
    batch = uuid4()
    for comment in comments:
        verb = {
            Action.APPROVE: comment.approve,
            Action.HIDE: comment.hide,
            Action.SPAM: comment.mark_spam,
        }[action]
        verb(by=by, because=because, batch=batch)
    return batch


def undo(batch: UUID, *, by: "User") -> tuple[int, int]:
    """Undo the decisions of the batch, newest first; return how many were and were not."""
    decisions = Decision.objects.in_force().filter(batch=batch).select_related("comment__post")
    results = [decision.undo(by=by) for decision in decisions.order_by("-pk")]
    return sum(results), len(results) - sum(results)


def may_suspend(user: "User", person: "User") -> bool:
    """Tell whether the user may suspend or reinstate the person.

    Nobody themselves, nobody an owner; staff only an owner.
    """
    if person.is_superuser or person.pk == user.pk or not user.has_perm("accounts.suspend_user"):
        return False
    return user.is_superuser or not person.is_staff
