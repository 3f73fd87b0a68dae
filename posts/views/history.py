"""The history of a post: its versions, what each changed, and names for some."""

from math import inf
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest
from blogsite.lib import markdown, times
from blogsite.lib.paginate import numbered
from posts import drafts, history, snapshot
from posts.access import own_post, writer_required
from posts.forms.fields import is_key
from posts.forms.history import VersionNameForm
from posts.history import Comparison
from posts.models import Post, Revision
from posts.snapshot import Snapshot

A_PAGE = 20
COMPARABLE = 50  # versions that one can choose to compare with
NOW, UNPUBLISHED = "now", "unpublished"


class Step(NamedTuple):
    """A version in the list, what changed with it, and whether the post is so now."""

    version: Revision
    changes: list[str]
    is_first: bool
    is_now: bool


class Side(NamedTuple):
    """One of two that are compared."""

    label: str
    snapshot: Snapshot
    order: float  # by it, the older is first
    is_draft: bool = False


@require_safe
@writer_required
def versions(request: MemberRequest, pk: int) -> HttpResponseBase:
    """List the versions of a post, the newest first; with `?steps=all` each single save."""
    post = own_post(request, pk)
    wants_all = request.GET.get("steps") == "all"
    rows = Revision.objects.filter(post=post).with_previous(wants_all=wants_all)
    rows = rows if wants_all else rows.whole()
    params = {"steps": "all"} if wants_all else {}
    page = numbered(request, rows.select_related("by").order_by("-number"), params, size=A_PAGE)
    context = {
        "post": post,
        "page": page,
        "steps": _steps(post, list(page.rows)),
        "wants_all": wants_all,
        "folded": Revision.objects.filter(post=post, folded=True).count(),
    }
    return render(request, "posts/write/history.html", context)


@require_safe
@writer_required
def version(request: MemberRequest, pk: int, number: int) -> HttpResponseBase:
    """Show one version beside the one before it, or beside `?with=` another."""
    post = own_post(request, pk)
    found = version_of(post, number)
    if found is None:
        return no_version(request, post, number)
    return _version_page(request, post, found, VersionNameForm(found))


@require_POST
@writer_required
def naming(request: MemberRequest, pk: int, number: int) -> HttpResponseBase:
    """Give a version a name, or take it away."""
    post = own_post(request, pk)
    found = version_of(post, number)
    if found is None:
        return no_version(request, post, number)
    form = VersionNameForm(found, request.POST)
    if not form.is_valid():
        return _version_page(request, post, found, form)
    form.save()
    messages.success(request, _("Saved."))
    return redirect("posts:version", pk=post.pk, number=number)


def version_of(post: Post, number: int) -> Revision | None:
    """Return the post's version of that number."""
    return Revision.objects.filter(post=post, number=number).select_related("by").first()


def no_version(request: MemberRequest, post: Post, number: object) -> HttpResponse:
    """Say that the post has no such version."""
    context = {"post": post, "number": number}
    return render(request, "posts/write/no_version.html", context, status=404)


def _steps(post: Post, rows: list[Revision]) -> list[Step]:
    before = Revision.objects.in_bulk({row.previous_key for row in rows if row.previous_key})
    head = Revision.objects.head(post)
    return [
        Step(
            row,
            history.changes(earlier, row),
            earlier is None,
            head is not None and row.pk == head.pk,
        )
        for row in rows
        for earlier in [before.get(row.previous_key or 0)]
    ]


def _version_page(
    request: MemberRequest, post: Post, found: Revision, form: VersionNameForm
) -> HttpResponse:
    asked = request.GET.get("with", "")
    sides = [_side(found)]
    if other := _other(post, found, asked):
        sides = sorted([*sides, other], key=lambda side: side.order)
    elif asked:
        return no_version(request, post, asked)
    context: dict[str, Any] = {
        "post": post,
        "version": found,
        "form": form,
        "sides": sides,
        "comparison": _comparison(*sides) if other else None,
        "choices": _choices(post, found),
        "asked": asked,
        "reading": _reading(found.snapshot),
    }
    return render(request, "posts/write/version.html", context)


def _other(post: Post, found: Revision, asked: str) -> Side | None:
    """Return what the version is compared with, if there is such a thing."""
    if asked == NOW:
        return Side(str(_now_label(post)), snapshot.take(post), order=inf)
    if asked == UNPUBLISHED:
        pending = drafts.pending_of(post)
        label = _("the unpublished changes")
        return Side(label, pending.snapshot, order=inf, is_draft=True) if pending else None
    if is_key(asked):
        other = version_of(post, int(asked))
    else:
        other = None if asked else Revision.objects.before(found)
    return _side(other) if other else None


def _comparison(old: Side, new: Side) -> Comparison:
    if old.is_draft or new.is_draft:  # where the post itself stands is no matter of these
        return Comparison.of(snapshot.edited(old.snapshot), snapshot.edited(new.snapshot))
    return Comparison.of(old.snapshot, new.snapshot)


def _side(found: Revision) -> Side:
    return Side(_name_of(found), found.snapshot, found.number, found.is_draft)


def _now_label(post: Post) -> str:
    return _("what readers see now") if post.is_published else _("the post as it is now")


def _name_of(found: Revision) -> str:
    """Return what a version is called in a line: number, name, time, person."""
    words = _("version %(number)s") % {"number": found.number}
    named = f"“{found.name}”" if found.name else ""
    return ", ".join(filter(None, [words, named, times.clock(found.created_at)]))


def _choices(post: Post, found: Revision) -> list[tuple[str, str]]:
    """Return what the version can be compared with, for a box to choose from."""
    choices = [("", _("the version before")), (NOW, _now_label(post))]
    if drafts.pending_of(post):
        choices.append((UNPUBLISHED, _("the unpublished changes")))
    others = Revision.objects.filter(post=post).whole().exclude(pk=found.pk).defer("snapshot")
    newest = others.order_by("-number")[:COMPARABLE]
    return choices + [(str(one.number), _name_of(one)) for one in newest]


def _reading(taken: Snapshot) -> str:
    """Return the HTML of a version's text; nothing where it is beyond the limits of today."""
    try:
        return history.reading(taken).html
    except markdown.TooComplex:
        return ""
