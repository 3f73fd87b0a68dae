"""Saying something: the form alone, sending it, and the permanent address of what was said."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, sign_in_required
from accounts.models import User
from comments.forms import CommentForm
from comments.likes import sign_in_url
from comments.models import Comment
from comments.policies import reads_conversation, refusal
from comments.thread import page_url
from posts.models import Post

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@require_GET
@sign_in_required
def new(request: MemberRequest, slug: str) -> HttpResponse:
    """Show the form alone, to answer `?reply=<id>`; with `?fragment` only the form itself."""
    post = post_or_404(request.user, slug)
    if sentence := refusal(post, request.user):
        return _unsent(request, post, sentence)
    answered = _number(request.GET.get("reply", ""))
    reply = post.comments.standing().filter(pk=answered).first() if answered else None
    form = CommentForm(
        post=post,
        author=request.user,
        initial={"reply": reply and reply.pk},
        auto_id=f"reply-{reply.pk}-%s" if reply else "comment-%s",
    )
    context = {"post": post, "form": form, "reply": reply}
    fragment = "fragment" in request.GET
    return render(request, "comments/_form.html" if fragment else "comments/form.html", context)


@require_POST
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a comment, or show it as it would stand; what was typed is never lost."""
    post = post_or_404(request.user, slug)
    if not isinstance(request.user, User):
        return _unsent(request, post, _("Please sign in to send your comment."))
    if sentence := refusal(post, request.user):
        return _unsent(request, post, sentence)
    form = CommentForm(request.POST, post=post, author=request.user, auto_id="comment-%s")
    if not form.is_valid() or form.is_preview:
        context = {"post": post, "form": form, "reply": form.instance.parent}
        limited = form.has_error("__all__", "rate")
        return render(request, "comments/form.html", context, status=429 if limited else 200)
    try:
        comment = form.save()
    except IntegrityError:
        if Post.objects.filter(pk=post.pk).exists():
            raise
        return _unsent(request, post, _("This post was deleted just now; here are your words."))
    if comment.held_at:
        messages.info(request, _("Thank you. A moderator looks at your comment before it shows."))
    return redirect(page_url(comment, request.user))


@require_GET
def permalink(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the comment's place in the conversation."""
    return redirect(page_url(visible_comment_or_404(request.user, pk), request.user))


def post_or_404(visitor: "User | AnonymousUser", slug: str) -> Post:
    """Return the post if the visitor may see it."""
    posts = Post.objects.visible_to(visitor).defer("body", "html", "text", "headings")
    return get_object_or_404(posts, slug=slug)


def visible_comment_or_404(visitor: "User | AnonymousUser", pk: int) -> Comment:
    """Return the comment if the visitor may read it where it stands."""
    comments = Comment.objects.visible_to(visitor).select_related("author", "post")
    comment = get_object_or_404(comments, pk=pk, post__in=Post.objects.visible_to(visitor))
    if not reads_conversation(comment.post, visitor):
        return get_object_or_404(comments.none())
    return comment


def _unsent(request: HttpRequest, post: Post, sentence: str) -> HttpResponse:
    """Say why nothing was stored, with the words to copy."""
    context = {
        "post": post,
        "sentence": sentence,
        "body": request.POST.get("body", ""),
        "sign_in": "" if request.user.is_authenticated else sign_in_url(post.get_absolute_url()),
    }
    return render(request, "comments/unsent.html", context, status=403)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
