"""Bringing an earlier version of a post back: what that would do, then doing it."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest
from posts.access import own_post, writer_required
from posts.forms.history import RestorationForm
from posts.forms.saving import NotSaved
from posts.history import Comparison
from posts.models import Post, Revision
from posts.views.history import no_version, version_of


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def restoration(request: MemberRequest, pk: int, number: int) -> HttpResponseBase:
    """Show what restoring a version would change; restore it."""
    post = own_post(request, pk)
    version = version_of(post, number)
    if version is None:
        return no_version(request, post, number)
    if request.method != "POST":
        return _page(request, post, version)
    form = RestorationForm(post, version, request.user, request.POST)
    try:
        is_draft = form.is_valid() and form.save()
    except NotSaved:
        post = own_post(request, pk)  # it may be nobody's of theirs any more
    if form.errors:
        return _page(request, post, version, form)
    messages.success(request, _outcome(number, is_draft=is_draft))
    return redirect("posts:edit", pk=pk)


def _page(
    request: MemberRequest, post: Post, version: Revision, refused: RestorationForm | None = None
) -> HttpResponse:
    """Return the page with the difference as it is now, and why nothing was restored."""
    form = RestorationForm(post, version, request.user)
    context = {
        "post": post,
        "version": version,
        "form": form,
        "problems": [sentence for found in refused.errors.values() for sentence in found]
        if refused
        else [],
        "comparison": Comparison.of(form.current, form.current | form.wanted),
    }
    return render(request, "posts/write/version_restoration.html", context)


def _outcome(number: int, *, is_draft: bool) -> str:
    if is_draft:
        sentence = _(
            "Version %(number)s is restored as a draft. Readers go on seeing what is published "
            "until you publish it."
        )
    else:
        sentence = _("Version %(number)s is restored.")
    return sentence % {"number": number}
