"""The conversation under a post as one visitor sees it: a page of it, ready for the template."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Union

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.likes import LikeButton, sign_in_url, strangers_like
from comments.models import Comment, CommentLike, Decision
from comments.models.comment import SHOWN_DEPTH
from comments.policies import reads_conversation, refusal
from comments.querysets import CommentQuerySet
from posts.models import Post

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Visitor = Union["User", "AnonymousUser"]

PAGE = 100
GONE: dict[str, Promise] = {
    "deleted": _("Taken back by its author."),
    "hidden": _("Removed by a moderator."),
    "spam": _("Removed by a moderator."),
    "waiting": _("Waits for a moderator."),
}


@dataclass(slots=True)
class Entry:
    """One comment in its place, with what this visitor may do about it."""

    comment: Comment
    depth: int
    state: str
    url: str
    author_url: str = ""
    gone: Promise | None = None
    answered: Comment | None = None
    answered_url: str = ""
    like: LikeButton | None = None
    is_own: bool = False
    by_author: bool = False
    may_reply: bool = False
    may_edit: bool = False
    may_report: bool = False
    may_hide: bool = False
    reason: str = ""


@dataclass
class Conversation:
    """One page of the conversation under `post`, beginning after the comment `after`."""

    post: Post
    visitor: Visitor
    after: str = ""

    @cached_property
    def is_readable(self) -> bool:
        """Tell whether the visitor may read it at all."""
        return reads_conversation(self.post, self.visitor)

    @cached_property
    def refusal(self) -> str:
        """Return why a signed-in visitor cannot write, "" if they can."""
        return refusal(self.post, self.visitor) if self.visitor.is_authenticated else ""

    @cached_property
    def sign_in(self) -> str:
        """Return the address of the sign-in page that leads back here."""
        return sign_in_url(f"{self.post.get_absolute_url()}#comments")

    @cached_property
    def reply_url(self) -> str:
        """Return the address of the form for answers."""
        return reverse("comments:new", args=[self.post.slug])

    @cached_property
    def entries(self) -> list[Entry]:
        """Return the comments of this page in reading order."""
        return [self._entry(comment) for comment in self._rows[:PAGE]]

    @cached_property
    def later(self) -> str:
        """Return the query of the next page, "" on the last."""
        return _query(self._rows[PAGE - 1].pk) if len(self._rows) > PAGE else ""

    @cached_property
    def earlier(self) -> str | None:
        """Return the query of the page before, None on the first."""
        if not self._start:
            return None
        before = self._all.filter(path__lte=self._start).order_by("-path")
        start = list(before.values_list("pk", flat=True)[PAGE : PAGE + 1])
        return _query(start[0]) if start else ""

    @cached_property
    def _all(self) -> CommentQuerySet:
        return self.post.comments.in_thread(self.visitor)

    @cached_property
    def _start(self) -> str:
        if not self.after.isdecimal() or len(self.after) > 18:
            return ""
        row = self.post.comments.filter(pk=self.after)
        return row.values_list("path", flat=True).first() or ""

    @cached_property
    def _rows(self) -> list[Comment]:
        if not self.is_readable:
            return []
        rows = self._all.filter(path__gt=self._start) if self._start else self._all
        heavy = ("body", "author__password", "author__biography", "author__biography_html")
        return list(rows.select_related("author").defer(*heavy)[: PAGE + 1])

    @cached_property
    def _liked(self) -> set[int]:
        mine = CommentLike.objects.filter(person=self.visitor.pk, comment__in=self._rows)
        return set(mine.values_list("comment_id", flat=True)) if self.visitor.pk else set()

    @cached_property
    def _answered(self) -> dict[int, Comment]:
        """The comments that deep replies answer, and those on an earlier page."""
        known = {comment.pk: comment for comment in self._rows}
        wanted = {row.parent_id for row in self._rows if row.parent_id} - known.keys()
        if wanted:
            known |= Comment.objects.select_related("author").in_bulk(wanted)
        return known

    @cached_property
    def _reasons(self) -> dict[int, str]:
        """What moderators gave as reasons to the visitor whose comments they hid."""
        hidden = [row.pk for row in self._rows if row.hidden_at or row.spam_at]
        if not hidden or not self.visitor.pk:
            return {}
        decisions = Decision.objects.in_force().filter(
            comment__in=hidden, comment__author=self.visitor.pk
        )
        return dict(decisions.order_by("pk").values_list("comment_id", "reason"))

    @cached_property
    def _authors(self) -> set[int]:
        return {row.person_id for row in self.post.authorships.all()} | {self.post.author_id}

    @cached_property
    def _hides(self) -> bool:
        user = self.visitor
        if not user.is_authenticated or not user.can("comments.add_comment"):
            return False
        return user.pk in self._authors or user.has_perm("comments.moderate_comment")

    def _entry(self, comment: Comment) -> Entry:
        comment.post = self.post
        is_own = comment.author_id == self.visitor.pk
        state = comment.state
        depth, url = min(comment.depth + 1, SHOWN_DEPTH), self._url(comment.pk)
        entry = Entry(comment, depth, state, url, is_own=is_own)
        if state != "standing" and not (is_own and state != "deleted"):
            entry.gone = GONE[state]
            return entry
        if comment.parent_id and (
            comment.depth >= SHOWN_DEPTH or comment.parent_id not in self._on_page
        ):
            entry.answered = self._answered.get(comment.parent_id)
            entry.answered_url = self._url(comment.parent_id)
        entry.author_url = self._author_url(comment)
        entry.by_author = comment.author_id in self._authors
        entry.reason = self._reasons.get(comment.pk, "") if state in {"hidden", "spam"} else ""
        entry.may_edit = is_own and state in {"standing", "waiting"} and not self.refusal
        if state == "standing":
            entry.may_reply = bool(self.visitor.pk) and not self.refusal
            entry.may_report = bool(self.visitor.pk) and not is_own
            entry.may_hide = self._hides and not is_own
            entry.like = self._like(comment)
        return entry

    @cached_property
    def _on_page(self) -> set[int]:
        return {row.pk for row in self._rows[:PAGE]}

    def _like(self, comment: Comment) -> LikeButton:
        if not self.visitor.pk:
            return strangers_like(comment.like_count, self.sign_in)
        url = f"{self._url(comment.pk)}like/"
        return LikeButton(comment.like_count, comment.pk in self._liked, url, form="like-form")

    def _url(self, pk: int) -> str:
        """The comment's permanent address, below which its other pages are."""
        return f"{self._prefix}{pk}/"

    @cached_property
    def _prefix(self) -> str:
        return reverse("comments:permalink", args=[0]).removesuffix("0/")

    def _author_url(self, comment: Comment) -> str:
        if comment.author_id not in self._author_urls:
            self._author_urls[comment.author_id] = comment.author.get_absolute_url()
        return self._author_urls[comment.author_id]

    @cached_property
    def _author_urls(self) -> dict[int, str]:
        return {}


def page_url(comment: Comment, visitor: Visitor) -> str:
    """Return the address of the page of the conversation where the comment stands."""
    url = comment.post.get_absolute_url()
    rows = comment.post.comments.in_thread(visitor).filter(path__lt=comment.path)
    before = list(rows.order_by("-path").values_list("pk", flat=True)[:PAGE])
    if len(before) == PAGE:
        url += _query(before[PAGE // 2])
    return f"{url}#comment-{comment.pk}"


def _query(after: int) -> str:
    return f"?thread_after={after}"
