"""Who may enter the writer's pages, and what becomes of a text that comes too late."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from accounts.access import MemberRequest, in_own_time, permission_required, suspended
from posts.models import Post
from posts.parking import long_texts, park

Page = Callable[..., HttpResponseBase]


def writer_required(view: Page) -> Page:
    """Let in members who write; others sign in, read why not, or find nothing.

    A text sent by somebody who was signed out or suspended meanwhile is kept and shown, not lost.
    """
    admitted = in_own_time(permission_required("posts.add_post")(view))

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        has_text = request.method == "POST" and is_text(request)
        is_suspended = request.user.is_authenticated and request.user.is_suspended
        if has_text and (is_suspended or not request.user.is_authenticated):
            return kept(request, status=403)
        if is_suspended:
            return suspended(cast("MemberRequest", request))
        try:
            return admitted(request, *args, **kwargs)
        except Http404:
            if has_text:  # the post went into the bin while it was open here
                return kept(request, status=404)
            raise

    return guarded


def is_text(request: HttpRequest) -> bool:
    """Tell whether something came that somebody wrote: a text, or the title of one to come."""
    sent = request.POST
    is_post = sent.get("body") or (sent.get("key") and sent.get("title"))
    return bool(is_post or long_texts(request))


def kept(request: HttpRequest, *, status: int) -> HttpResponse:
    """Return the page that leads back to a text which could not be saved, and shows it."""
    typed = {name: request.POST.get(name, "") for name in ("title", "body")}
    parked = park(request)
    others = [] if parked else [one for one in long_texts(request) if one not in typed.values()]
    context = {"typed": typed, "kept": others, "parked": parked}
    return render(request, "posts/write/kept.html", context, status=status)


def own_post(
    request: MemberRequest, pk: int, *, binned: bool = False, locked: bool = False
) -> Post:
    """Return the post if the person may change it, in the bin or outside. Raises Http404.

    Locked, nobody else changes the row until the transaction ends.
    """
    posts = Post.objects.editable_by(request.user).select_related("author", "cover")
    if locked:
        posts = posts.select_for_update(of=("self",))
    post = get_object_or_404(posts.binned() if binned else posts.not_deleted(), pk=pk)
    if not post.editable_by(request.user):
        raise Http404
    return post
