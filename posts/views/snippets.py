"""Templates and snippets of one's own, and copies of posts: what new texts are made from."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest
from blogsite.lib.paginate import numbered
from posts import drafts
from posts.access import own_post, writer_required
from posts.forms.snippet import ENOUGH, SnippetForm, are_enough
from posts.models import Post, Snippet

A_PAGE = 20
UNDO = "posts.undo_snippet"


@require_safe
@writer_required
def snippets(request: MemberRequest) -> HttpResponse:
    """List one's own templates and snippets, templates first."""
    own = Snippet.objects.of(request.user)
    rows = own.not_deleted().defer("body").order_by("-kind", "name", "pk")
    gone = request.session.pop(UNDO, None)
    context = {
        "page": numbered(request, rows, {}, size=A_PAGE),
        "undo": own.binned().filter(pk=gone).first() if gone else None,
    }
    return render(request, "posts/write/snippets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def new(request: MemberRequest) -> HttpResponseBase:
    """Ask for a new one; store it."""
    return _write(request, Snippet(owner=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def edit(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show one of one's own; store what is typed."""
    return _write(request, _own(request, pk))


@require_POST
@writer_required
def put_in_bin(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Put it in the bin; the list offers to undo it."""
    _own(request, pk).bin()
    request.session[UNDO] = pk
    return redirect("posts:snippets")


@require_POST
@writer_required
def restoration(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Take it out of the bin, as it was."""
    snippet = get_object_or_404(Snippet.objects.of(request.user).binned(), pk=pk)
    snippet.unbin()
    messages.success(request, _("“%(title)s” is back.") % {"title": snippet.name})
    return redirect("posts:snippets")


@require_POST
@writer_required
def from_post(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Make a template of a post, and show it; a second press finds the first."""
    post, tags = _as_edited(request, pk)
    if are_enough(request.user):
        messages.error(request, ENOUGH)
        return redirect("posts:snippets")
    template = Snippet.from_post(post, request.user, tags)
    messages.success(request, _("Kept as a template. New posts can begin with it."))
    return redirect("posts:snippet", pk=template.pk)


@require_POST
@writer_required
def duplicate(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Make a draft that is a copy of the post, and open it; pressed twice, it makes one."""
    post, tags = _as_edited(request, pk)
    copy = post.duplicate(request.user, tags)
    messages.success(request, _("This is the copy, a draft of yours."))
    return redirect("posts:edit", pk=copy.pk)


def _write(request: MemberRequest, snippet: Snippet) -> HttpResponseBase:
    form = SnippetForm(request.POST or None, instance=snippet)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("posts:snippets")
    status = 409 if form.overtaken else 200
    return render(request, "posts/write/snippet.html", {"form": form}, status=status)


def _as_edited(request: MemberRequest, pk: int) -> tuple[Post, list[str]]:
    """Return one's own post as its editor shows it, unsaved, and the names of its tags."""
    post = own_post(request, pk)
    edited = drafts.working_copy(post)
    return drafts.fill(post, edited), edited["tags"]


def _own(request: MemberRequest, pk: int) -> Snippet:
    return get_object_or_404(Snippet.objects.of(request.user).not_deleted(), pk=pk)
