"""What a share link shows to whoever has it: a post that is not published, and notes on it."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import client_network
from accounts.models import Attempt
from blogsite.lib import replica, site
from posts.forms.note import GuestNoteForm
from posts.models import Note, ShareLink
from posts.proofs import blocks, proof
from posts.views.notes import address_of, noted

AN_HOUR = 3600
Page = Callable[..., HttpResponseBase]


def secret(view: Page) -> Page:
    """Let nothing keep, list or pass on the address of the page; read what is true right now."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        with replica.primary():  # a link that was revoked is dead at once
            response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # No other site hears of the address; the form on the page needs to say where it is from.
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "private, no-store"
        return response

    return guarded


@require_safe
@secret
@sensitive_variables("token")
def post(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the post as readers will see it; once it is published, lead to its own page."""
    link = _link(token)
    if link.post.is_published:
        return redirect(link.post)
    _count(request, link)
    shown = proof(link.post, link.revision)
    people = shown.authorships.select_related("person")
    context = {
        "post": shown,
        "authors": [row.person for row in people],
        "link": link,
        "notes_address": reverse("posts:shared_notes", args=[token]) if link.allows_notes else "",
    }
    return render(request, "posts/shared.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@secret
@sensitive_variables("token")
def notes(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the text in its paragraphs with the notes that came by this link; store one more."""
    link = _link(token)
    if not link.allows_notes:
        raise Http404
    if link.post.is_published:
        return redirect(link.post)
    shown = proof(link.post, link.revision)
    parts, here = blocks(shown), reverse("posts:shared_notes", args=[token])
    form = GuestNoteForm(
        request.POST if request.method == "POST" else None,
        shown,
        parts,
        link=link,
        visitor=client_network(request),
    )
    if request.method == "POST" and form.is_of_a_program:
        return redirect(here)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("Thank you. The authors will read your note."))
        return redirect(address_of(form.save_guests(), here))
    context = noted(request, parts, Note.objects.filter(share_link=link), form)
    context |= {"post": shown, "link": link, "text": reverse("posts:shared", args=[token])}
    return render(request, "posts/shared_notes.html", context)


def _link(token: str) -> ShareLink:
    """Return the link if it leads somewhere. Raises Http404, the same for whatever reason."""
    links = ShareLink.objects.of_token(token).select_related("post__cover", "revision", "made_by")
    link = get_object_or_404(links)
    if not link.is_open or link.post.deleted_at or link.post.is_taken_down:
        raise Http404
    if link.made_by is None or not link.post.publishable_by(link.made_by):
        raise Http404  # a link shows no more than whoever made it may show today
    return link


def _count(request: HttpRequest, link: ShareLink) -> None:
    """Count the visit, once an hour for each visitor: the one thing that a GET writes here.

    Those who may change the post are not counted, nor what a browser fetches ahead of its reader.
    """
    ahead = request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or ""
    if request.method != "GET" or "prefetch" in ahead or site.current().writes_held:
        return
    if link.post.editable_by(request.user):
        return
    key = f"{link.pk}:{_visitor(request)}"
    try:
        with transaction.atomic(using=DEFAULT_DB_ALIAS):
            if Attempt.objects.allow("shared-view", key, limit=1, per=AN_HOUR):
                link.count_view()
    except DatabaseError:  # a full disk keeps nobody from reading
        return


def _visitor(request: HttpRequest) -> str:
    """Return a key for who is asking, which cannot be led back to an address."""
    known = f"{client_network(request)} {request.headers.get('User-Agent', '')}"
    return salted_hmac("posts.shared", known).hexdigest()
