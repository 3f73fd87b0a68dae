"""Series in the bin: put there, taken out whole and in order, or deleted for good."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest
from posts.access import writer_required
from posts.models import Series

UNDO = "posts.undo_series"


@require_POST
@writer_required
def put_in_bin(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Put a series in the bin, its places with it; the next page offers to undo it."""
    reach = Series.objects.managed_by(request.user).not_deleted()
    series = get_object_or_404(reach, pk=pk)
    series.bin()
    request.session[UNDO] = series.pk
    return redirect("posts:series_list")


@require_POST
@writer_required
def restoration(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Take a series out of the bin, as it was."""
    series = _binned(request, pk)
    series.unbin()
    messages.success(request, _("“%(title)s” is back.") % {"title": series.title})
    return redirect("posts:series_list")


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def deletion(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Ask, then delete for good a series that is in the bin; its posts stay."""
    series = _binned(request, pk)
    if request.method != "POST":
        context = {"series": series, "count": series.entries.count()}
        return render(request, "posts/write/series_deletion.html", context)
    series.delete()
    messages.success(request, _("The series “%(title)s” is deleted.") % {"title": series.title})
    return redirect("posts:bin")


def just_binned(request: MemberRequest) -> Series | None:
    """Return the series that was just put in the bin, once."""
    pk = request.session.pop(UNDO, None)
    if pk is None:
        return None
    return Series.objects.managed_by(request.user).binned().filter(pk=pk).first()


def _binned(request: MemberRequest, pk: int) -> Series:
    return get_object_or_404(Series.objects.managed_by(request.user).binned(), pk=pk)
