"""Who may read and write the conversation under a post, and whose words wait."""

from datetime import timedelta
from typing import TYPE_CHECKING, Union

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blogsite.lib.site import CommentPolicy
from comments.models import Comment
from comments.spam import suspicion
from posts.models import Post

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

SPAM_IS_REMEMBERED = timedelta(days=30)


def reads_conversation(post: Post, visitor: Union["User", "AnonymousUser"]) -> bool:
    """Tell whether the visitor, who may see the post, may read what is said under it.

    The number of comments is no secret; the words and the names are.
    """
    return visitor.is_authenticated or post.effective_comment_policy != CommentPolicy.MEMBERS


def refusal(post: Post, user: "User") -> str:
    """Return the sentence why the person cannot write under the post, "" if they can."""
    if post.effective_comment_policy == CommentPolicy.CLOSED:
        return _("The conversation under this post is closed.")
    if not post.is_published:
        return _("The conversation opens when the post is published.")
    return refusal_to_take_part(user)


def refusal_to_take_part(user: "User") -> str:
    """Return the sentence why the person cannot write or like anywhere, "" if they can."""
    if user.is_suspended:
        return suspension(user)
    if not user.has_perm("comments.add_comment"):
        return _("Your account cannot take part in conversations.")
    return ""


def suspension(user: "User") -> str:
    """Return what a suspended person reads: until when, and the moderator's reason."""
    until = timezone.localtime(user.suspended_until)
    words = _("A moderator has paused your writing, commenting and liking until %(date)s.") % {
        "date": date_format(until, "DATETIME_FORMAT")
    }
    if reason := user.suspension_reason:
        words += " " + _("The reason given: %(reason)s") % {"reason": reason}
    return words


def reason_to_wait(comment: Comment) -> str:
    """Return why a moderator should look before others read it, "" where it may stand."""
    author, post = comment.author, comment.post
    if _is_trusted(author, post):
        return ""
    others = Comment.objects.filter(author=author).exclude(pk=comment.pk)
    is_known = others.standing().exists()
    lately = timezone.now() - SPAM_IS_REMEMBERED
    had_spam = others.filter(spam_at__gt=lately).exists()
    if reason := suspicion(comment.html, is_known=is_known, had_spam=had_spam):
        return reason
    is_new = comment.pk is None  # a change of what a moderator has let pass need not wait
    if is_new and not is_known and post.effective_comment_policy == CommentPolicy.REVIEW:
        return _("A first comment.")
    return ""


def _is_trusted(author: "User", post: Post) -> bool:
    return (
        author.has_perm("comments.moderate_comment")
        or author.has_perm("posts.edit_any_post")
        or post.is_written_by(author)
    )
