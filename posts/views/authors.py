"""The authors of a post: who is asked, who stands where in the byline, who goes."""

import time
from contextlib import AbstractContextManager

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest
from accounts.models import User
from posts.access import own_post, writer_required
from posts.forms.invitation import AskForm
from posts.forms.series import MoveForm
from posts.models import Authorship, Post, Revision

REMOVED = "posts.removed_author"
UNDONE_WITHIN = 600  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def authors(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show the authors and who is asked; ask one more."""
    post = own_post(request, pk)
    form = AskForm(request.POST or None, host=request.user, shared=post)
    if form.is_valid() and form.save():
        messages.success(request, asked(form))
        return redirect("posts:authors", pk=pk)
    context = {
        "post": post,
        "form": form,
        "places": list(post.authorships.select_related("person")),
        "asked": post.invitations.shown_to_hosts(),
        "manages": post.managed_by(request.user),
        "undo": _just_removed(request, post),
    }
    return render(request, "posts/write/authors.html", context)


@require_POST
@writer_required
def place(request: MemberRequest, pk: int, authorship: int) -> HttpResponseBase:
    """Move a co-author one step up or down; never into the first place, which owns the post."""
    post = own_post(request, pk)
    person = get_object_or_404(post.authorships, pk=authorship).person
    form = MoveForm(request.POST)
    if form.is_valid():
        with _recorded(post, request.user):
            names = post.named_authors()
            here = names.index(person) if person in names else 0
            there = here + (-1 if form.cleaned_data["way"] == "up" else 1)
            if min(here, there) > 0 and there < len(names):
                post.put_author(person, there)
    return redirect("posts:authors", pk=pk)


@require_POST
@writer_required
def ownership(request: MemberRequest, pk: int, authorship: int) -> HttpResponseBase:
    """Let another author own the post, as its owner or an editor; the former owner is second."""
    post = own_post(request, pk)
    person = get_object_or_404(post.authorships.select_related("person"), pk=authorship).person
    if not post.managed_by(request.user):
        raise Http404
    with _recorded(post, request.user):
        if post.is_written_by(person):
            post.put_author(person, 0)
    return redirect("posts:authors", pk=pk)


@require_POST
@writer_required
def removal(request: MemberRequest, pk: int, authorship: int) -> HttpResponseBase:
    """Let an author go: oneself, or as owner or editor somebody else; never the last one."""
    post = own_post(request, pk)
    row = get_object_or_404(post.authorships.select_related("person"), pk=authorship)
    leaves = row.person_id == request.user.pk
    if not leaves and not post.managed_by(request.user):
        raise Http404
    position = post.named_authors().index(row.person)
    with _recorded(post, request.user):
        gone = post.remove_author(row.person)
    if not gone:
        messages.error(request, _("The last author stays. Somebody else has to come first."))
    elif leaves:
        messages.success(
            request, _("You are no author of “%(title)s” any more.") % {"title": post.title}
        )
        return redirect("posts:write")
    else:
        request.session[REMOVED] = [post.pk, row.person_id, position, int(time.time())]
    return redirect("posts:authors", pk=pk)


@require_POST
@writer_required
def restoration(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Take back that somebody was removed just now: they stand where they stood."""
    post = own_post(request, pk)
    person = _just_removed(request, post)
    removed = request.session.pop(REMOVED, None)
    if person is not None and post.managed_by(request.user):
        with _recorded(post, request.user):
            post.put_author(person, removed[2])
        messages.success(request, _("%(name)s is an author again.") % {"name": person})
    return redirect("posts:authors", pk=pk)


@require_POST
@writer_required
def revocation(request: MemberRequest, pk: int, invitation: int) -> HttpResponseBase:
    """Take back an invitation that has no answer yet."""
    post = own_post(request, pk)
    if get_object_or_404(post.invitations, pk=invitation).revoke():
        messages.success(request, _("The invitation is taken back."))
    return redirect("posts:authors", pk=pk)


def asked(form: AskForm) -> str:
    """Return the sentence about somebody who was asked just now, by what was typed."""
    sentence: str = _("%(who)s is asked. Nothing changes until there is a yes.")
    return sentence % {"who": form.cleaned_data["who"]}


def _recorded(post: Post, by: User) -> AbstractContextManager[None]:
    """Keep what the authors were before and after the change in the post's history."""
    return Revision.objects.recording(post, by=by, cause="authors")


def _just_removed(request: MemberRequest, post: Post) -> User | None:
    """Return whom this browser removed from the post just now, if they are no author again."""
    removed = request.session.get(REMOVED)
    if not removed or removed[0] != post.pk or removed[3] < time.time() - UNDONE_WITHIN:
        return None
    authors = Authorship.objects.filter(post=post).values("person")
    person: User | None = (
        User.objects.active().exclude(pk__in=authors).filter(pk=removed[1]).first()
    )
    return person
