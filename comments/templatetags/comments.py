"""How a page shows the conversation under a post, and likes."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template.context import Context

from accounts.models import User
from comments.forms import CommentForm
from comments.likes import like_of
from comments.models import Comment, Report
from comments.thread import Conversation
from comments.words import words
from posts.models import Post

register = template.Library()


@register.inclusion_tag("comments/_conversation.html", takes_context=True)
def comment_thread(context: Context, post: Post) -> dict[str, Any]:
    """Show a page of the conversation under the post, and for members the form.

    A constant number of queries. Without a session it is the same for everybody.
    """
    request, visitor = context["request"], _visitor(context)
    conversation = Conversation(post, visitor, request.GET.get("thread_after", ""))
    form = None
    if isinstance(visitor, User) and not conversation.refusal:
        form = CommentForm(post=post, author=visitor, auto_id="comment-%s")
    return {
        "request": request,
        "user": visitor,
        "post": post,
        "conversation": conversation,
        "words": words(),
        "form": form,
    }


@register.inclusion_tag("comments/_like_button.html", takes_context=True)
def like_button(context: Context, thing: Post | Comment) -> dict[str, Any]:
    """Show how many like the post or comment, and the button; one query for members."""
    visitor = _visitor(context)
    return {"like": like_of(thing, visitor), "small": isinstance(thing, Comment), "words": words()}


@register.inclusion_tag("comments/_desk_summary.html", takes_context=True)
def desk_summary(context: Context) -> dict[str, Any]:
    """Tell staff how many comments, reports and posts wait for them; three queries at most."""
    visitor = _visitor(context)
    counts: dict[str, Any] = {}
    if visitor.has_perm("comments.moderate_comment"):
        counts["waiting"] = Comment.objects.in_state("waiting").count()
        counts["reported"] = Report.objects.open().values("comment").distinct().count()
    if visitor.has_perm("posts.edit_any_post"):
        counts["in_review"] = Post.objects.in_state("review").count()
    return {"watches": bool(counts), **counts}


def _visitor(context: Context) -> User | AnonymousUser:
    visitor: User | AnonymousUser = context["request"].user
    return visitor
