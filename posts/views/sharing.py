"""Pictures beside links on other sites, for posts that everybody may see, and for the site."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest
from blogsite.lib.images import Refused
from posts import share_pictures
from posts.access import own_post, writer_required
from posts.models import Post

SANDBOX = "sandbox; default-src 'none'"


@require_safe
def picture(request: HttpRequest, slug: str, digest: str) -> HttpResponseBase:
    """Serve a post's picture, to be kept for good; from a former address lead to the present one.

    Whoever asks is a stranger here: what is for members has no such picture.
    """
    open_ = Post.objects.visible_to(AnonymousUser()).for_list()
    post = open_.filter(slug=slug).first()
    if post is None:
        post = get_object_or_404(open_, former_addresses__path=f"posts/{slug}")
    authors = [row.person for row in post.authorships.all()]
    asked = share_pictures.of_post(post, authors)
    # Not the whole paths: one is decoded, the other is not.
    if (slug, digest) != (post.slug, share_pictures.digest(asked)):
        return redirect(share_pictures.address(post, authors), permanent=True)
    return _png(asked, post.pk)


@require_safe
def site_picture(request: HttpRequest, digest: str) -> HttpResponseBase:
    """Serve the picture of the whole site; from a former address lead to the present one."""
    asked = share_pictures.of_site()
    if digest != share_pictures.digest(asked):
        return redirect(share_pictures.card_of_site().url, permanent=True)
    return _png(asked)


@require_safe
@writer_required
def preview(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show those who may change a post the picture that it will have."""
    post = own_post(request, pk)
    authors = [row.person for row in post.authorships.select_related("person")]
    response = _png(share_pictures.of_post(post, authors), post.pk)
    response["Cache-Control"] = "private, no-cache"
    return response


def _png(asked: dict[str, Any], key: int = 0) -> HttpResponseBase:
    try:
        data = share_pictures.drawn(asked, key)
    except Refused:
        return _later()
    # Streamed, so that no process keeps it in memory.
    response = StreamingHttpResponse([data], content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Length"] = str(len(data))
    response["Content-Security-Policy"] = SANDBOX
    return response


def _later() -> HttpResponse:
    text = _("Many pictures are being made just now. Please try again in a minute.")
    response = HttpResponse(f"{text}\n", "text/plain; charset=utf-8", 503)
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = "10"
    return response
