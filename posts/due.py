"""What becomes of posts by itself at a time: whoever comes first after it does it, once.

A time after which a post is not to be seen is a question of the clock, asked by the queries; that
lists count rightly, and that a change that waited is there, needs a write. The first request
after the time makes it before its page, or the worker does, whichever is first: a worker that has
stopped delays nothing. What is due is looked up again once a page could have changed
(blogsite.lib.site), so that knowing that nothing is due costs no query.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from blogsite.lib import markdown, site
from posts import drafts
from posts.forms.saving import is_taken
from posts.models import PendingChange, Post, Revision
from posts.models.revision import Cause

AT_ONCE = 20  # posts, for a request to wait for

logger = logging.getLogger("blogsite.due")
_busy = threading.Lock()


class Act(NamedTuple):
    """One kind of what is done at a time.

    `posts` are those that have such a time in `column`, come or not; `apply` is given one of them,
    locked, and tells whether there still was something to do.
    """

    posts: Callable[[], QuerySet[Post]]
    column: str
    apply: Callable[[Post], bool]


def _end(post: Post) -> bool:
    # Until now readers saw it: that it has ended already is the clock's doing.
    Revision.objects.begin(post, was_public=post.has_ended and post.withdrawn_at is None)
    if not post.end_if_due():
        return False
    Revision.objects.record(post, by=None, cause=Cause.PUBLICATION)
    return True


def _waiting() -> QuerySet[Post]:
    live = Post.objects.not_deleted().filter(withdrawn_at=None, published_at__isnull=False)
    return live.filter(pending_change__publish_at__isnull=False)


def _change(post: Post) -> bool:
    """Show the change that waited; what cannot be shown is kept, and waits for its author."""
    pending = PendingChange.objects.filter(post=post, publish_at__lte=timezone.now()).first()
    if pending is None or post.withdrawn_at or post.deleted_at:
        return False
    if not _is_open(post, pending) or not _is_shown(post, pending):
        drafts.stop_change(post)
    return True


def _is_open(post: Post, pending: PendingChange) -> bool:
    """Tell whether whoever wrote the change may still publish it, at the address it has."""
    may = pending.by is not None and post.publishable_by(pending.by)
    return may and not is_taken(pending.snapshot["slug"], post)


def _is_shown(post: Post, pending: PendingChange) -> bool:
    try:
        with transaction.atomic():
            merged = drafts.publish_change(post, by=pending.by)
    except (markdown.TooComplex, IntegrityError) as error:
        logger.warning("A change of post %s could not be published: %s", post.pk, error)
        return False
    return merged is not None and merged.is_clean


ACTS = (
    Act(Post.objects.ending, "ends_at", _end),
    Act(_waiting, "pending_change__publish_at", _change),
)


def next_due() -> datetime | None:
    """Return the first time at which something is to be done, come or not; one query."""
    times = [act.posts().order_by().values_list(act.column, flat=True) for act in ACTS]
    together = times[0].union(*times[1:], all=True)
    first: datetime | None = together.order_by(ACTS[0].column).first()
    return first


def apply_if_due() -> None:
    """Do what is due before a page is made; costs a look at the clock where nothing is.

    Where writing is held or impossible the page is made all the same: what is over is not in it.
    """
    known = site.current()
    if known.next_due is None or known.next_due > timezone.now() or known.writes_held:
        return
    if not _busy.acquire(blocking=False):  # another thread is about to
        return
    try:
        apply_due(most=AT_ONCE)
    except DatabaseError as error:
        logger.warning("What is due could not be done, the next request tries again: %s", error)
    finally:
        _busy.release()
        site.forget()


def apply_due(*, most: int | None = None, is_over: Callable[[], bool] = lambda: False) -> int:
    """Do what is due, each in a short transaction of its own; return how much was still to do.

    Any number of processes may do so at once: each post is locked, and then looked at again.
    """
    return sum(_apply(act, key) for act in ACTS for key in _keys(act, most) if not is_over())


def _keys(act: Act, most: int | None) -> Iterable[int]:
    due = act.posts().filter(**{f"{act.column}__lte": timezone.now()})
    return list(due.order_by(act.column, "pk").values_list("pk", flat=True)[:most])


@transaction.atomic
def _apply(act: Act, key: int) -> bool:
    post = Post.objects.select_for_update().filter(pk=key).first()
    return post is not None and act.apply(post)
