"""The bin: one's own, for editors everybody's; what goes in, comes out, or goes for good."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest
from blogsite.lib.paginate import numbered
from blogsite.lib.storage import NOT_DELETED
from posts import binned
from posts.access import own_post, writer_required
from posts.models import Post
from posts.querysets.post import PostQuerySet

A_PAGE = 20
UNDO = "posts.undo"


@require_safe
@writer_required
def posts(request: MemberRequest) -> HttpResponse:
    """List what is in one's own bin, for editors in everybody's too; the latest first."""
    of = _of(request)
    reachable = Post.objects.editable_by(request.user) if of else _own(request)
    rows = reachable.binned().for_list().select_related("author")
    page = numbered(
        request, rows.order_by("-deleted_at", "-pk"), {"of": of} if of else {}, size=A_PAGE
    )
    others = binned.others(request.user, everybodys=bool(of))
    context = {"page": page, "asked": {"of": of}, "others": others}
    return render(request, "posts/write/bin.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def emptying(request: MemberRequest) -> HttpResponseBase:
    """Ask, then delete for good all that was in the bin when asked."""
    posts = _own(request).binned()
    if request.method != "POST":
        times = [posts.aggregate(latest=Max("deleted_at"))["latest"], binned.latest(request.user)]
        latest = max(filter(None, times), default=None)
        series, pictures = binned.count(request.user)
        context = {
            "count": posts.count(),
            "series": series,
            "pictures": pictures,
            "latest": latest.isoformat() if latest else "",
        }
        return render(request, "posts/write/emptying.html", context)
    until, number = request.POST.get("latest", ""), 0
    for key in list(posts.values_list("pk", flat=True)):
        with transaction.atomic():  # one may be taken out, or be another's, by now
            post = posts.select_for_update(of=("self",)).filter(pk=key).first()
            if post and post.deleted_at and post.deleted_at.isoformat() <= until:
                post.delete()
                number += 1
    _empty_others(request, until, number)
    return redirect("posts:bin")


@require_POST
@writer_required
def put_in_bin(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Put a post in the bin; the next page offers to undo it."""
    with transaction.atomic():  # so that nobody bins what was published meanwhile
        post = own_post(request, pk, locked=True)
        post.bin()
    request.session[UNDO] = post.pk
    return redirect("posts:write")


@require_POST
@writer_required
def restoration(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Take a post out of the bin, as it was."""
    with transaction.atomic():
        post = own_post(request, pk, binned=True, locked=True)
        post.unbin()
    messages.success(request, _("“%(title)s” is back.") % {"title": post.title})
    return redirect(_address("write", _of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def deletion(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Ask, then delete for good a post that is in the bin."""
    back = _address("bin", _of(request))
    with transaction.atomic():  # so that nobody deletes what was taken out meanwhile
        post = own_post(request, pk, binned=True, locked=request.method == "POST")
        if not post.deletable_by(request.user):
            raise Http404
        if request.method != "POST":
            return render(request, "posts/write/deletion.html", {"post": post, "back": back})
        post.delete()
    messages.success(request, _("“%(title)s” is deleted for good.") % {"title": post.title})
    return redirect(back)


def _empty_others(request: MemberRequest, until: str, posts: int) -> None:
    """Delete the series and pictures too, and say what went and what stayed."""
    try:
        gone, kept = binned.delete(request.user, until)
    except OSError:
        messages.error(request, str(NOT_DELETED))
        return
    number = posts + gone
    done = ngettext("%d thing is deleted for good.", "%d things are deleted for good.", number)
    if not gone:
        done = ngettext("%d post is deleted for good.", "%d posts are deleted for good.", number)
    messages.success(request, done % number)
    if kept:
        stay = ngettext(
            "%d picture stays in the bin: posts show it.",
            "%d pictures stay in the bin: posts show them.",
            kept,
        )
        messages.warning(request, stay % kept)


def just_binned(request: MemberRequest) -> Post | None:
    """Return the post that was just put in the bin, once."""
    pk = request.session.pop(UNDO, None)
    if pk is None:
        return None
    return Post.objects.editable_by(request.user).binned().filter(pk=pk).first()


def _of(request: MemberRequest) -> str:
    """Return "all" where an editor asks for everybody's, else ""."""
    asks = request.GET.get("of") == "all" and request.user.can("posts.edit_any_post")
    return "all" if asks else ""


def _address(page: str, of: str) -> str:
    return reverse(f"posts:{page}") + (f"?of={of}" if of else "")


def _own(request: MemberRequest) -> PostQuerySet:
    """Return the posts the person is an author of and may change; for the bin of one's own."""
    return Post.objects.editable_by(request.user).by(request.user)
