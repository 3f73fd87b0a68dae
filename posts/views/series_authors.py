"""Who shares a series: people its owner asked, or all who write here."""

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest
from posts.access import writer_required
from posts.forms.invitation import AskForm
from posts.models import Series
from posts.views.authors import asked


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def authors(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show who shares the series; its owner asks one more."""
    series = _shared(request, pk)
    manages = series.managed_by(request.user)
    if request.method == "POST" and not manages:
        raise Http404
    form = AskForm(request.POST or None, host=request.user, shared=series)
    if form.is_valid() and form.save():
        messages.success(request, asked(form))
        return redirect("posts:series_authors", pk=pk)
    context = {
        "series": series,
        "form": form,
        "sharings": list(series.sharings.select_related("person")),
        "asked": series.invitations.shown_to_hosts() if manages else [],
        "manages": manages,
    }
    return render(request, "posts/write/series_authors.html", context)


@require_POST
@writer_required
def opening(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Open the series to all who write, or keep it to those who share it."""
    series = _managed(request, pk)
    if request.POST.get("open"):
        series.open()
        messages.success(request, _("Everybody who writes here can put posts in now."))
    else:
        series.close()
        messages.success(request, _("Only those who share it can put posts in now."))
    return redirect("posts:series_authors", pk=pk)


@require_POST
@writer_required
def removal(request: MemberRequest, pk: int, sharing: int) -> HttpResponseBase:
    """Share the series with somebody no more: oneself, or as its owner anybody."""
    series = _shared(request, pk)
    row = get_object_or_404(series.sharings.select_related("person"), pk=sharing)
    leaves = row.person_id == request.user.pk
    if not leaves and not series.managed_by(request.user):
        raise Http404
    series.remove_author(row.person)
    if leaves:
        left = _("You do not share “%(title)s” any more. Your posts stay in it.")
        messages.success(request, left % {"title": series.title})
        return redirect("posts:series_list")
    done = _("It is not shared with %(name)s any more. Their posts stay in it.")
    messages.success(request, done % {"name": row.person})
    return redirect("posts:series_authors", pk=pk)


@require_POST
@writer_required
def revocation(request: MemberRequest, pk: int, invitation: int) -> HttpResponseBase:
    """Take back an invitation that has no answer yet."""
    series = _managed(request, pk)
    if get_object_or_404(series.invitations, pk=invitation).revoke():
        messages.success(request, _("The invitation is taken back."))
    return redirect("posts:series_authors", pk=pk)


def _shared(request: MemberRequest, pk: int) -> Series:
    series = Series.objects.editable_by(request.user).not_deleted().select_related("owner")
    return get_object_or_404(series, pk=pk)


def _managed(request: MemberRequest, pk: int) -> Series:
    return get_object_or_404(Series.objects.managed_by(request.user).not_deleted(), pk=pk)
