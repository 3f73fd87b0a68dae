"""Notes on the paragraphs of a post, for its authors and for editors."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest
from blogsite.lib.paginate import numbered
from posts.access import own_post, writer_required
from posts.forms.note import NoteForm
from posts.models import Note
from posts.paragraphs import Paragraph, place
from posts.proofs import blocks, proof

A_PAGE = 100  # paragraphs


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def notes(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show the draft in its paragraphs with the notes on them; store one more."""
    post = proof(own_post(request, pk))
    parts = blocks(post)
    form = NoteForm(request.POST if request.method == "POST" else None, post, parts)
    if request.method == "POST" and form.is_valid():
        return redirect(address_of(form.save(request.user)))
    rows = Note.objects.filter(post=post).select_related("by", "share_link", "resolved_by")
    context = noted(request, parts, rows, form)
    return render(request, "posts/write/notes.html", {"post": post, **context})


@require_POST
@writer_required
def resolution(request: MemberRequest, pk: int, note: int) -> HttpResponseBase:
    """Say that a note is done; the page it leads to offers to reopen it."""
    found = _own(request, pk, note)
    found.resolve(request.user)
    return redirect(address_of(found))


@require_POST
@writer_required
def reopening(request: MemberRequest, pk: int, note: int) -> HttpResponseBase:
    """Say that a note is not done."""
    found = _own(request, pk, note)
    found.reopen()
    return redirect(address_of(found))


@require_POST
@writer_required
def deletion(request: MemberRequest, pk: int, note: int) -> HttpResponseBase:
    """Delete a note of one's own, or one of a guest."""
    found = _own(request, pk, note)
    if not found.deletable_by(request.user):
        messages.error(request, _("Only who wrote a note can delete it. You can resolve it."))
        return redirect(address_of(found))
    found.delete()
    messages.success(request, _("The note is deleted."))
    return redirect("posts:notes", pk=pk)


def noted(
    request: HttpRequest, parts: list[Paragraph], rows: Iterable[Note], form: NoteForm
) -> dict[str, Any]:
    """Return what a page of paragraphs shows: some of them, with their notes, and what is gone."""
    gone = place(parts, rows)
    page = numbered(request, cast("Any", parts), {}, size=A_PAGE)
    failed = form if form.is_bound else None
    return {
        "page": page,
        "gone": gone,
        "failed": failed,
        "failed_here": failed and failed.asked_number in {part.number for part in page.rows},
    }


def address_of(note: Note, at: str = "") -> str:
    """Return where the note is shown on the page at the address."""
    page = (note.number - 1) // A_PAGE + 1
    at = at or reverse("posts:notes", args=[note.post_id])
    return f"{at}{f'?page={page}' if page > 1 else ''}#note-{note.pk}"


def _own(request: MemberRequest, pk: int, note: int) -> Note:
    """Return a note on a post that the person may change. Raises Http404."""
    return get_object_or_404(Note, post=own_post(request, pk), pk=note)
