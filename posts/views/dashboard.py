"""One's own posts, everybody's for editors, and the bin."""

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest
from blogsite.lib.paginate import numbered
from blogsite.lib.text import clean_line
from posts.access import own_post, writer_required
from posts.models import Post
from posts.querysets.post import PostQuerySet

A_PAGE = 20
UNDO = "posts.undo"
STATES = {
    "draft": gettext_lazy("Drafts"),
    "review": gettext_lazy("In review"),
    "scheduled": gettext_lazy("Scheduled"),
    "published": gettext_lazy("Published"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


@require_safe
@writer_required
def posts(request: MemberRequest) -> HttpResponse:
    """List the posts one may change, by state, newest change first."""
    asked = _asked(request, "of", "state", "q")
    asked["q"] = clean_line(asked["q"])[:200]
    reachable = _reachable(request, asked)
    counts = {} if reachable.are_too_many_to_count() else reachable.counts_by_state()
    state = asked["state"] if asked["state"] in STATES else ""
    rows = reachable.in_state(state) if state else reachable.not_deleted()
    if asked["q"]:
        rows = rows.filter(title__icontains=asked["q"])
    params = {name: value for name, value in asked.items() if value}
    rows = rows.for_list().select_related("author").order_by("-updated_at", "-pk")
    context = {
        "page": numbered(request, rows, params, size=A_PAGE),
        "filters": _filters(asked, counts),
        "asked": asked,
        "is_empty": bool(counts) and not sum(counts.values()),
        "undo": _undo(request),
    }
    return render(request, "posts/write/posts.html", context)


@require_safe
@writer_required
def bin_(request: MemberRequest) -> HttpResponse:
    """List what is in one's own bin, for editors in everybody's too; the latest first."""
    asked = _asked(request, "of")
    reachable = Post.objects.editable_by(request.user) if asked["of"] else _own(request)
    rows = reachable.binned().for_list().select_related("author")
    params = {name: value for name, value in asked.items() if value}
    page = numbered(request, rows.order_by("-deleted_at", "-pk"), params, size=A_PAGE)
    return render(request, "posts/write/bin.html", {"page": page, "asked": asked})


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def emptying(request: MemberRequest) -> HttpResponseBase:
    """Ask, then delete for good all that was in the bin when asked."""
    binned = _own(request).binned()
    if request.method != "POST":
        latest = binned.aggregate(latest=Max("deleted_at"))["latest"]
        context = {"count": binned.count(), "latest": latest.isoformat() if latest else ""}
        return render(request, "posts/write/emptying.html", context)
    number = 0
    for post in binned.only("pk", "deleted_at"):
        if post.deleted_at and post.deleted_at.isoformat() <= request.POST.get("latest", ""):
            post.delete()
            number += 1
    done = ngettext("%d post is deleted for good.", "%d posts are deleted for good.", number)
    messages.success(request, done % number)
    return redirect("posts:bin")


@require_POST
@writer_required
def put_in_bin(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Put a post in the bin; the next page offers to undo it."""
    post = own_post(request, pk)
    post.bin()
    request.session[UNDO] = post.pk
    return redirect("posts:write")


@require_POST
@writer_required
def restoration(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Take a post out of the bin, as it was."""
    post = own_post(request, pk, binned=True)
    post.unbin()
    messages.success(request, _("“%(title)s” is back.") % {"title": post.title})
    return redirect(_address("write", **_asked(request, "of")))


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def deletion(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Ask, then delete for good a post that is in the bin."""
    post = own_post(request, pk, binned=True)
    if not post.deletable_by(request.user):
        raise Http404
    back = _address("bin", **_asked(request, "of"))
    if request.method != "POST":
        return render(request, "posts/write/deletion.html", {"post": post, "back": back})
    post.delete()
    messages.success(request, _("“%(title)s” is deleted for good.") % {"title": post.title})
    return redirect(back)


def _asked(request: MemberRequest, *names: str) -> dict[str, str]:
    """Return what the address asks for; everybody's posts are for editors to ask for."""
    asked = {name: request.GET.get(name, "") for name in names}
    if asked["of"] != "all" or not request.user.can("posts.edit_any_post"):
        asked["of"] = ""
    return asked


def _own(request: MemberRequest) -> PostQuerySet:
    """Return the posts the person is an author of and may change; for the bin of one's own."""
    return Post.objects.editable_by(request.user).by(request.user)


def _reachable(request: MemberRequest, asked: dict[str, str]) -> PostQuerySet:
    return Post.objects.all() if asked["of"] else Post.objects.by(request.user)


def _filters(asked: dict[str, str], counts: dict[str, int]) -> list[dict[str, object]]:
    """Return the links to each state, with their counts if any; searching starts anew."""
    kept = sum(counts[name] for name in STATES) if counts else None
    rows = [("", gettext_lazy("All"), kept)]
    rows += [(name, label, counts.get(name)) for name, label in STATES.items()]
    return [
        {
            "label": label,
            "count": count,
            "url": _address("write", of=asked["of"], state=name),
            "is_current": name == asked["state"],
        }
        for name, label, count in rows
    ]


def _address(page: str, **params: str) -> str:
    query = urlencode({name: value for name, value in params.items() if value})
    return reverse(f"posts:{page}") + (f"?{query}" if query else "")


def _undo(request: MemberRequest) -> Post | None:
    """Return the post that was just put in the bin, once."""
    pk = request.session.pop(UNDO, None)
    if pk is None:
        return None
    return Post.objects.editable_by(request.user).binned().filter(pk=pk).first()
