"""Publishing, scheduling, reviewing and withdrawing one post."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest
from posts.access import own_post, writer_required
from posts.forms.publication import PublicationForm
from posts.models import Post


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def publication(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show where the post stands and take the next step."""
    if request.method != "POST":
        post = own_post(request, pk)
        return _page(request, PublicationForm(post, request.user))
    with transaction.atomic():  # so that nobody publishes what is being withdrawn
        form = PublicationForm(own_post(request, pk, locked=True), request.user, request.POST)
        if not form.is_valid():
            return _page(request, form)
        form.save()
    messages.success(request, _outcome(form.post))
    return redirect("posts:publication", pk=pk)


def _page(request: MemberRequest, form: PublicationForm) -> HttpResponse:
    post = form.post
    context = {"post": post, "form": form, "time_zone": settings.TIME_ZONE}
    return render(request, "posts/write/publication.html", context)


def _outcome(post: Post) -> str:
    """Return what the post has become, in a sentence."""
    link = format_html('<a href="{}">{}</a>', post.get_absolute_url(), _("See it"))
    sentences = {
        "published": _("The post is published."),
        "scheduled": _("The post will appear by itself at the time you chose."),
        "review": _("The post waits for an editor, who will publish it or send it back."),
        "draft": _("The post is a draft again; only its authors and editors see it."),
        "withdrawn": _("The post is withdrawn; readers see it no more."),
    }
    return format_html("{} {}", sentences[post.status], link)
