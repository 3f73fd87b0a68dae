"""The page behind the letter: somebody asks to write together, and gets an answer."""

from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest
from posts.access import writer_required
from posts.forms.invitation import AnswerForm
from posts.models import Answer, CoAuthorInvitation, SeriesInvitation


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def of_post(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Ask whether the person will be an author of a post; take the answer."""
    waiting = CoAuthorInvitation.objects.waiting_for(request.user)
    invitation = get_object_or_404(waiting, pk=pk)
    return _ask(request, invitation, ("posts:edit", invitation.post_id))


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def of_series(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Ask whether the person will share a series; take the answer."""
    waiting = SeriesInvitation.objects.waiting_for(request.user)
    invitation = get_object_or_404(waiting, pk=pk)
    return _ask(request, invitation, ("posts:series_edit", invitation.series_id))


def _ask(request: MemberRequest, invitation: Any, then: tuple[str, int]) -> HttpResponseBase:
    form = AnswerForm(request.POST or None)
    if not form.is_valid():
        return render(request, "posts/write/invitation.html", {"invitation": invitation})
    if not form.save(invitation):
        messages.error(request, _("That was answered or taken back meanwhile."))
    elif form.cleaned_data["answer"] == Answer.ACCEPTED:
        messages.success(request, _("Welcome. It is yours too now."))
        return redirect(then[0], pk=then[1])
    else:
        messages.success(request, _("Declined. Nothing has changed."))
    return redirect("posts:write")
