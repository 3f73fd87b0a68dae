"""One's own series: made, described, put in order. Editors have everybody's."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest
from blogsite.lib.paginate import numbered
from posts.access import writer_required
from posts.forms.series import AdditionForm, MoveForm, SeriesForm
from posts.models import Post, Series, SeriesEntry
from posts.views.series_bin import just_binned

A_PAGE = 20
MOST_SHOWN = 500  # parts


@require_safe
@writer_required
def series_list(request: MemberRequest) -> HttpResponse:
    """List the series one owns or shares, for editors everybody's on request."""
    is_editor = request.user.has_perm("posts.change_series")
    of = "all" if request.GET.get("of") == "all" and is_editor else ""
    rows = Series.objects.not_deleted().with_all_counts().select_related("owner")
    rows = rows if of else rows.shared_by(request.user)
    params = {"of": of} if of else {}
    page = numbered(request, rows.order_by("title", "pk"), params, size=A_PAGE)
    context = {"page": page, "of": of, "is_editor": is_editor, "undo": just_binned(request)}
    return render(request, "posts/write/series_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def new(request: MemberRequest) -> HttpResponseBase:
    """Ask for a title and a description; make the series."""
    form = SeriesForm(request.POST or None, instance=Series(owner=request.user))
    if form.is_valid() and form.store():
        messages.success(request, _("The series is there. Add its first part."))
        return redirect("posts:series_edit", pk=form.instance.pk)
    return render(request, "posts/write/series_new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def edit(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show a series with its parts in their order; store what is typed about it."""
    series = _own(request, pk)
    form = SeriesForm(request.POST or None, instance=_own(request, pk))
    if form.is_valid() and form.store():
        messages.success(request, _("Saved."))
        return redirect("posts:series_edit", pk=pk)
    context = {
        "series": series,
        "form": form,
        "entries": _entries(request, series),
        "addition": AdditionForm(series=series, person=request.user),
        "manages": series.managed_by(request.user),
    }
    return render(
        request, "posts/write/series_edit.html", context, status=409 if form.overtaken else 200
    )


@require_POST
@writer_required
def place_new(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Put one more post at the end."""
    series = _own(request, pk)
    form = AdditionForm(request.POST, series=series, person=request.user)
    if form.is_valid():
        series.append(form.cleaned_data["post"])
        messages.success(request, _("Added at the end."))
    else:
        messages.error(request, _("Choose a post that is not in the series yet."))
    return redirect(_parts(series))


@require_POST
@writer_required
def place(request: MemberRequest, pk: int, entry: int) -> HttpResponseBase:
    """Move a part one step up or down."""
    series = _own(request, pk)
    moved = get_object_or_404(series.entries, pk=entry)
    form = MoveForm(request.POST)
    if form.is_valid():
        series.move(moved, up=form.cleaned_data["way"] == "up")
    return redirect(_parts(series, moved))


@require_POST
@writer_required
def removal(request: MemberRequest, pk: int, entry: int) -> HttpResponseBase:
    """Take a part out of the series; the post stays."""
    series = _own(request, pk)
    gone = get_object_or_404(series.entries.select_related("post"), pk=entry)
    gone.delete()
    messages.success(request, _("Taken out of the series. The post itself stays."))
    return redirect(_parts(series))


def _own(request: MemberRequest, pk: int) -> Series:
    """Return the series if the person may change it. Raises Http404."""
    return get_object_or_404(
        Series.objects.editable_by(request.user).not_deleted().select_related("owner"), pk=pk
    )


def _entries(request: MemberRequest, series: Series) -> list[dict[str, Any]]:
    """Return the parts in their order, with the titles the person may see."""
    entries = list(series.entries.order_by("position", "post_id")[:MOST_SHOWN])
    posts = Post.objects.visible_to(request.user).not_deleted().only("title", "slug")
    known = posts.in_bulk([entry.post_id for entry in entries])
    return [{"entry": entry, "post": known.get(entry.post_id)} for entry in entries]


def _parts(series: Series, entry: SeriesEntry | None = None) -> str:
    """Return the address of the list of parts, at the one that was moved."""
    at = f"part-{entry.pk}" if entry else "parts"
    return f"{reverse('posts:series_edit', args=[series.pk])}#{at}"
