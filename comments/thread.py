"""A page of the conversation under a post: what is stored of it, as plain values.

It is the same for everybody but those whose own comments wait or are hidden: see `withheld`.
What one visitor is shown of it and may do is in comments/conversation.py.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from comments.models import Comment
from comments.models.comment import state_of
from comments.querysets import CommentQuerySet
from posts.models import Post

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Visitor = Union["User", "AnonymousUser"]

PAGE = 100
COLUMNS = (
    *("pk", "parent_id", "depth", "path", "author_id", "html", "created_at", "edited_at"),
    *("held_at", "hidden_at", "spam_at", "deleted_at", "like_count"),
    *("author__username", "author__display_name", "author__picture"),
)


class Said(NamedTuple):
    """A comment as it is stored, and who wrote it; in the order of COLUMNS."""

    pk: int
    parent_id: int | None
    depth: int
    path: str
    author_id: int
    html: str
    created_at: datetime
    edited_at: datetime | None
    held_at: datetime | None
    hidden_at: datetime | None
    spam_at: datetime | None
    deleted_at: datetime | None
    like_count: int
    username: str
    display_name: str
    picture: str

    @property
    def state(self) -> str:
        """Return deleted, spam, hidden, waiting or standing."""
        return state_of(self)

    @property
    def author(self) -> str:
        """Return the name its author writes under."""
        return self.display_name or self.username


@dataclass(frozen=True, slots=True)
class Thread:
    """One page of the conversation under `post`; `earlier` and `later` are queries, or None."""

    post: Post
    rows: list[Said]
    answered: dict[int, Said]
    authors: frozenset[int]  # of the post
    writers: frozenset[int]  # of these comments
    earlier: str | None
    later: str | None

    @property
    def size(self) -> int:
        """Return roughly the bytes of memory it takes."""
        return 2 * sum(len(row.html) + 500 for row in self.rows)


def load(post: Post, visitor: Visitor, after: str = "") -> Thread:
    """Return the page that begins after the comment `after`; at most four queries."""
    everything = post.comments.in_thread(visitor)
    start = post.comments.path_of(after)
    found = _said(everything.filter(path__gt=start) if start else everything, PAGE + 1)
    rows = found[:PAGE]
    return Thread(
        post,
        rows,
        _answered(rows),
        frozenset({row.person_id for row in post.authorships.all()} | {post.author_id}),
        frozenset(row.author_id for row in rows),
        earlier=_earlier(everything, start) if start else None,
        later=_query(rows[-1].pk) if len(found) > PAGE else None,
    )


def withheld(thread: Thread) -> frozenset[int]:
    """Return who sees more of a first page than others: whose comments wait or were hidden."""
    rows = thread.post.comments.withheld()
    if thread.later is not None:
        rows = rows.filter(path__lte=thread.rows[-1].path)
    return frozenset(rows.order_by().values_list("author_id", flat=True).distinct())


def page_url(comment: Comment, visitor: Visitor) -> str:
    """Return the address of the page of the conversation where the comment stands."""
    url = comment.post.get_absolute_url()
    rows = comment.post.comments.in_thread(visitor).filter(path__lt=comment.path)
    before = list(rows.order_by("-path").values_list("pk", flat=True)[:PAGE])
    if len(before) == PAGE:
        url += _query(before[PAGE // 2])
    return f"{url}#comment-{comment.pk}"


def _said(rows: CommentQuerySet, most: int) -> list[Said]:
    found: Any = rows.values_list(*COLUMNS)[:most]
    return [Said(*row) for row in found]


def _answered(rows: list[Said]) -> dict[int, Said]:
    """Return the comments that deep replies answer, and those on an earlier page."""
    known = {row.pk: row for row in rows}
    wanted = {row.parent_id for row in rows if row.parent_id} - known.keys()
    if wanted:
        known |= {row.pk: row for row in _said(Comment.objects.filter(pk__in=wanted), len(wanted))}
    return known


def _earlier(everything: CommentQuerySet, start: str) -> str:
    before = everything.filter(path__lte=start).order_by("-path")
    found = list(before.values_list("pk", flat=True)[PAGE : PAGE + 1])
    return _query(found[0]) if found else ""


def _query(after: int) -> str:
    return f"?thread_after={after}"
