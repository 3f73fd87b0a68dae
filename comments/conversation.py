"""The conversation under a post as one visitor sees it, and its HTML.

Each comment is a piece (blogsite/lib/pieces.py) of what is shown of it: whoever is shown the same,
a member who did not write it and does not like it, gets the same bytes from memory.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from blogsite.lib import site
from blogsite.lib.pieces import form_token, render
from blogsite.lib.site import CommentPolicy
from comments.forms import CommentForm
from comments.likes import LikeButton, sign_in_url, strangers_like
from comments.models import CommentLike, Decision
from comments.models.comment import SHOWN_DEPTH
from comments.policies import reads_conversation, refusal
from comments.thread import Said, Thread, Visitor, load, withheld
from comments.words import labels
from posts.models import Post

SHAPES = 4  # ways of showing one page of a conversation that are kept
GONE: dict[str, Promise] = {
    "deleted": _("Taken back by its author."),
    "hidden": _("Removed by a moderator."),
    "spam": _("Removed by a moderator."),
    "waiting": _("Waits for a moderator."),
}


class Entry(NamedTuple):
    """All that is shown of one comment, with what this visitor may do about it."""

    pk: int
    depth: int
    state: str
    url: str
    is_own: bool = False
    gone: str = ""
    html: str = ""
    language: str = ""  # of what is said, where the page has another
    created_at: datetime | None = None
    is_edited: bool = False
    author: str = ""
    author_url: str = ""
    initial: str = ""
    picture_url: str = ""
    by_author: bool = False
    answered: str | None = None  # whom it answers, "" where that is gone
    answered_url: str = ""
    reason: str = ""
    like: LikeButton | None = None
    reply_url: str = ""
    may_edit: bool = False
    may_report: bool = False
    may_hide: bool = False


@dataclass
class Conversation:
    """One page of the conversation under `post`, beginning after the comment `after`.

    `stored` is that page as it was loaded before, if that is what this visitor sees; `made` holds
    what was made of it for others.
    """

    post: Post
    visitor: Visitor
    after: str = ""
    stored: Thread | None = None
    made: dict[Hashable, SafeString] = field(default_factory=dict)

    @cached_property
    def is_readable(self) -> bool:
        """Tell whether the visitor may read it at all."""
        return reads_conversation(self.post, self.visitor)

    @cached_property
    def refusal(self) -> str:
        """Return why a signed-in visitor cannot write, "" if they can."""
        return refusal(self.post, self.visitor) if isinstance(self.visitor, User) else ""

    @cached_property
    def thread(self) -> Thread:
        """Return what is stored of the page."""
        return self.stored or load(self.post, self.visitor, self.after)

    def html(self, request: HttpRequest) -> SafeString:
        """Return the whole section; for members with the form."""
        is_member, comments = isinstance(self.visitor, User), self._comments()
        writes = is_member and self.is_readable and not self.refusal
        thread = self.thread if self.is_readable else None
        values = {
            "post_url": self._post_url,
            "number": self.post.comment_count,
            "is_readable": self.is_readable,
            "is_member": is_member,
            "is_closed": self.post.effective_comment_policy == CommentPolicy.CLOSED,
            "earlier": thread and thread.earlier,
            "later": thread and thread.later,
            "has_comments": bool(comments),
            "refusal": self.refusal,
            "writes": writes,
            "sign_in": "" if is_member else self._sign_in,
        }
        token = form_token(request) if is_member else ""
        form = self._form(token) if writes else ""
        name = "comments/_conversation.html"
        return render(name, values, comments=comments, form=form, csrf_token=token)

    def _comments(self) -> SafeString:
        """Return the comments, joined; the same for all who may do the same about each of them."""
        if not self.is_readable:
            return mark_safe("")
        own = self.visitor.pk if self.visitor.pk in self.thread.writers else None
        shape = (own, self.visitor.is_authenticated, self._liked, self._hides, self.refusal)
        joined = self.made.get(shape)
        if joined is None:
            pieces = (
                render("comments/_comment.html", self._entry(row), self._labels)
                for row in self.thread.rows
            )
            joined = mark_safe("".join(pieces))  # noqa: S308 - each a template's
            if len(self.made) < SHAPES:
                self.made[shape] = joined
        return joined

    def _form(self, token: str) -> SafeString:
        """Return the empty form: the same for all who write at that address."""
        values = {"slug": self.post.slug}

        def form() -> Mapping[str, object]:
            empty = CommentForm(post=self.post, author=User.unnamed(), auto_id="comment-%s")
            return {"form": empty, "post": self.post}

        return render("comments/_form.html", values, form, csrf_token=token)

    def _entry(self, row: Said) -> Entry:
        is_own, state = row.author_id == self.visitor.pk, row.state
        url = self._url(row.pk)
        place = Entry(row.pk, min(row.depth + 1, SHOWN_DEPTH), state, url, is_own)
        if state != "standing" and (state == "deleted" or not is_own):
            return place._replace(gone=str(GONE[state]))
        answered, answered_url = self._answered(row)
        said = place._replace(
            html=row.html,
            language=site.foreign(),
            created_at=row.created_at,
            is_edited=bool(row.edited_at),
            author=row.author,
            author_url=self._author_url(row),
            initial=row.author[:1].upper(),
            picture_url=default_storage.url(row.picture) if row.picture else "",
            by_author=row.author_id in self.thread.authors,
            answered=answered,
            answered_url=answered_url,
            reason=self._reasons.get(row.pk, "") if state in {"hidden", "spam"} else "",
            may_edit=is_own and state in {"standing", "waiting"} and not self.refusal,
        )
        return self._with_deeds(said, row) if state == "standing" else said

    def _with_deeds(self, entry: Entry, row: Said) -> Entry:
        """Add what one may do about a comment that stands."""
        if not self.visitor.pk:
            return entry._replace(like=strangers_like(row.like_count, self._sign_in))
        others = not entry.is_own
        like_url = f"{entry.url}like/"
        return entry._replace(
            like=LikeButton(row.like_count, row.pk in self._liked, like_url, form="like-form"),
            reply_url="" if self.refusal else f"{self._reply_url}?reply={row.pk}",
            may_report=others,
            may_hide=others and self._hides,
        )

    def _answered(self, row: Said) -> tuple[str | None, str]:
        """Return whom a comment answers, where its place does not say it, and where that stands."""
        if not row.parent_id or (row.depth < SHOWN_DEPTH and row.parent_id in self._on_page):
            return None, ""
        answered = self.thread.answered.get(row.parent_id)
        name = answered.author if answered and answered.state == "standing" else ""
        return (None if answered is None else name), self._url(row.parent_id)

    @cached_property
    def _on_page(self) -> set[int]:
        return {row.pk for row in self.thread.rows}

    @cached_property
    def _liked(self) -> frozenset[int]:
        liked = [row.pk for row in self.thread.rows if row.like_count]
        member = self.visitor
        return CommentLike.among(liked, member) if isinstance(member, User) else frozenset()

    @cached_property
    def _reasons(self) -> dict[int, str]:
        """What moderators gave as reasons to the visitor whose comments they hid."""
        hidden = [row.pk for row in self.thread.rows if row.hidden_at or row.spam_at]
        decisions = Decision.objects.in_force().filter(
            comment__in=hidden, comment__author=self.visitor.pk
        )
        return dict(decisions.order_by("pk").values_list("comment_id", "reason"))

    @cached_property
    def _hides(self) -> bool:
        user = self.visitor
        if not user.is_authenticated or not user.can("comments.add_comment"):
            return False
        return user.pk in self.thread.authors or user.has_perm("comments.moderate_comment")

    @cached_property
    def _post_url(self) -> str:
        return self.post.get_absolute_url()

    @cached_property
    def _sign_in(self) -> str:
        return sign_in_url(f"{self._post_url}#comments")

    @cached_property
    def _reply_url(self) -> str:
        return reverse("comments:new", args=[self.post.slug])

    def _url(self, pk: int) -> str:
        """Return the comment's permanent address, below which its other pages are."""
        return f"{self._prefix}{pk}/"

    @cached_property
    def _prefix(self) -> str:
        return reverse("comments:permalink", args=[0]).removesuffix("0/")

    def _author_url(self, row: Said) -> str:
        if row.author_id not in self._author_urls:
            self._author_urls[row.author_id] = reverse("posts:author", args=[row.username])
        return self._author_urls[row.author_id]

    @cached_property
    def _author_urls(self) -> dict[int, str]:
        return {}

    def _labels(self) -> Mapping[str, object]:
        return self._words

    @cached_property
    def _words(self) -> Mapping[str, object]:
        return labels()


@dataclass(frozen=True, slots=True)
class SharedConversation:
    """The place of the conversation in a page made for many: what is stored, but for `apart`."""

    post: Post
    after: str
    stored: Thread | None
    apart: frozenset[int]
    made: dict[Hashable, SafeString] = field(default_factory=dict)

    @classmethod
    def of(cls, post: Post, member: Visitor, after: str) -> "SharedConversation":
        """Load the first page as a member without comments of their own sees it."""
        if after:
            return cls(post, after, None, frozenset())
        stored = load(post, member)
        return cls(post, after, stored, withheld(stored))

    def __call__(self, request: HttpRequest) -> SafeString:
        """Return the section for whoever asks."""
        visitor = request.user
        if self.stored is None or visitor.pk in self.apart:
            return Conversation(self.post, visitor, self.after).html(request)
        return Conversation(self.post, visitor, "", self.stored, self.made).html(request)

    @property
    def size(self) -> int:
        """Return roughly the bytes of memory it may come to take."""
        return (1 + SHAPES) * self.stored.size if self.stored else 0
