"""Likes, given and taken back; in place for scripts, by a redirect for everybody else."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Attempt, User
from comments.likes import like_of, sign_in_url
from comments.models import Comment, CommentLike, PostLike
from comments.models.like import Like
from comments.policies import refusal_to_take_part
from comments.thread import page_url
from comments.views.writing import post_or_404, visible_comment_or_404
from comments.words import words
from posts.models import Post

LIMIT = 120
LIMIT_SECONDS = 300


@require_POST
def like_post(request: HttpRequest, slug: str) -> HttpResponse:
    """Give or take back a like on a post."""
    post = post_or_404(request.user, slug)
    return _toggle(request, post, PostLike, post.get_absolute_url())


@require_POST
def like_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Give or take back a like on a comment that stands."""
    comment = visible_comment_or_404(request.user, pk)
    return _toggle(request, comment, CommentLike, page_url(comment, request.user))


def _toggle(
    request: HttpRequest, thing: Post | Comment, model: type[Like], back: str
) -> HttpResponse:
    """Bring the like to what `want` says, or to the opposite of what it is."""
    user = request.user
    if not isinstance(user, User):
        return _refused(request, sign_in_url(back), _("Please sign in to like this."))
    sentence = refusal_to_take_part(user) or _refusal_of(thing)
    if not sentence and not Attempt.objects.allow(
        "like", str(user.pk), limit=LIMIT, per=LIMIT_SECONDS
    ):
        sentence = _("That was many likes in a short time. Please wait a few minutes.")
    if sentence:
        return _refused(request, back, sentence)
    want = request.POST.get("want")
    gives = want == "like" if want else not model.exists_for(thing, user)
    try:
        (model.give if gives else model.take)(thing, user)
    except (IntegrityError, ObjectDoesNotExist):
        if type(thing).objects.filter(pk=thing.pk).exists():
            raise
        raise Http404 from None  # deleted since it was found above
    if not _is_script(request):
        return redirect(back)
    context = {"like": like_of(thing, user), "small": isinstance(thing, Comment), "words": words()}
    return render(request, "comments/_like_button.html", context)


def _refusal_of(thing: Post | Comment) -> str:
    if isinstance(thing, Post) and not thing.is_published:
        return _("The post is not published yet.")
    if isinstance(thing, Comment) and not thing.is_standing:
        return _("The comment waits for a moderator.")
    return ""


def _refused(request: HttpRequest, back: str, sentence: str) -> HttpResponse:
    if _is_script(request):
        return HttpResponse(sentence, status=403, content_type="text/plain; charset=utf-8")
    messages.warning(request, sentence)
    return redirect(back)


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"
