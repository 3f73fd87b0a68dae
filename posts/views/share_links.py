"""Share links of a post that is not published: made, listed, revoked."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest
from posts.access import own_post, writer_required
from posts.forms.share_link import ShareLinkForm
from posts.models import Post, ShareLink

MOST_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
@sensitive_variables("token", "address")
def links(request: MemberRequest, pk: int) -> HttpResponseBase:
    """List the links to a post and make one more; its address is shown this once."""
    post = _shareable(request, pk)
    if request.method != "POST":
        return _page(request, post, ShareLinkForm(post, asked=request.GET.get("version", "")))
    form = ShareLinkForm(post, request.POST)
    if post.is_published or not form.is_valid():
        return _page(request, post, form)
    _link, token = form.save(request.user)
    address = settings.SITE_URL + reverse("posts:shared", args=[token])
    response = _page(request, post, ShareLinkForm(post), address=address)
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def revocation(request: MemberRequest, pk: int, link: int) -> HttpResponseBase:
    """Ask, then make a link worthless."""
    post = _shareable(request, pk)
    found = get_object_or_404(post.share_links, pk=link)
    if request.method != "POST":
        return render(request, "posts/write/revocation.html", {"post": post, "link": found})
    found.revoke()
    messages.success(request, _("The link is revoked; it leads nowhere now."))
    return redirect("posts:share_links", pk=pk)


def _shareable(request: MemberRequest, pk: int) -> Post:
    """Return the post if the person may show it to others. Raises Http404.

    Who may not publish a text, or not this one, shows it to nobody by a link either.
    """
    post = own_post(request, pk)
    if not post.publishable_by(request.user):
        raise Http404
    return post


def _page(
    request: MemberRequest, post: Post, form: ShareLinkForm, *, address: str = ""
) -> HttpResponse:
    rows = ShareLink.objects.filter(post=post).select_related("made_by", "revision")
    links = rows.defer("revision__snapshot")[:MOST_SHOWN]
    context = {"post": post, "form": form, "links": links, "address": address}
    return render(request, "posts/write/sharing.html", context)
