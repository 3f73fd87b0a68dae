"""The library of uploaded pictures: found, sent, put in the bin and taken out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest
from blogsite.lib.paginate import numbered
from posts.access import writer_required
from posts.forms.image import ChoiceForm, LibraryForm, UploadForm
from posts.forms.uploads import Uploads, store_pictures
from posts.models import Image

A_PAGE = 24
UNDO = "posts.undo_images"


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def library(request: MemberRequest) -> HttpResponseBase:
    """Show pictures and store new ones; the editor's script is answered in JSON."""
    if request.method != "POST":
        return _library(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    uploads = Uploads()
    if form.is_valid():
        uploads = store_pictures(request.user, request.FILES.getlist("pictures"))
        for sentence in uploads.refused:
            form.add_error("pictures", sentence)
    if request.accepts("application/json") and not request.accepts("text/html"):
        return _answer(uploads, form)
    if number := len(uploads.stored):
        stored = ngettext(
            "%d picture is in your library.", "%d pictures are in your library.", number
        )
        messages.success(request, stored % number)
    return _library(request, form) if form.errors else redirect("posts:images")


@require_POST
@writer_required
def put_in_bin(request: MemberRequest) -> HttpResponseBase:
    """Put the chosen pictures in the bin; one that posts show only where that was said."""
    form = ChoiceForm(request.POST, rows=Image.objects.visible_to(request.user))
    if not form.is_valid():
        return _refused(request, form)
    chosen: list[Image] = form.cleaned_data["picture"]
    gone = [one for one in chosen if request.POST.get("used") or not one.is_used]
    for picture in gone:
        picture.bin()
    if kept := len(chosen) - len(gone):
        sentence = ngettext(
            "%d picture stays: posts show it. Its own page says which.",
            "%d pictures stay: posts show them. Their own pages say which.",
            kept,
        )
        messages.warning(request, sentence % kept)
    request.session[UNDO] = [picture.pk for picture in gone]
    return redirect(back(request))


@require_POST
@writer_required
def restoration(request: MemberRequest) -> HttpResponseBase:
    """Take the chosen pictures out of the bin."""
    form = ChoiceForm(request.POST, rows=Image.objects.editable_by(request.user).binned())
    if not form.is_valid():
        return _refused(request, form)
    chosen: list[Image] = form.cleaned_data["picture"]
    for picture in chosen:
        picture.unbin()
    number = len(chosen)
    done = ngettext("%d picture is back.", "%d pictures are back.", number)
    messages.success(request, done % number)
    return redirect(back(request))


def _library(request: MemberRequest, form: UploadForm) -> HttpResponse:
    asked = LibraryForm(request.GET).asked(request.user)
    rows = LibraryForm.rows(asked, request.user).with_use_counts().select_related("owner")
    params = {name: value for name, value in asked.items() if value}
    context = {
        "page": numbered(request, rows, params, size=A_PAGE),
        "form": form,
        "asked": asked,
        "filters": _filters(asked),
        "undo": _undo(request),
    }
    return render(request, "posts/write/images.html", context)


def _filters(asked: dict[str, str]) -> list[dict[str, Any]]:
    """Return the links to each part of the library; searching starts anew."""
    return [
        {
            "label": label,
            "url": _address(show=show, of=asked["of"]),
            "is_current": show == asked["show"],
        }
        for show, label in LibraryForm.SHOWN.items()
    ]


def back(request: MemberRequest) -> str:
    """Return the part of the library that the person came from."""
    asked = LibraryForm(request.POST).asked(request.user)
    return _address(**asked)


def _address(**params: str) -> str:
    query = urlencode({name: value for name, value in params.items() if value})
    return reverse("posts:images") + (f"?{query}" if query else "")


def _refused(request: MemberRequest, form: ChoiceForm) -> HttpResponseBase:
    messages.error(request, " ".join(str(sentence) for sentence in form.errors["picture"]))
    return redirect(back(request))


def _undo(request: MemberRequest) -> list[Image]:
    """Return the pictures that were just put in the bin, once."""
    keys = request.session.pop(UNDO, None)
    if not keys:
        return []
    return list(Image.objects.editable_by(request.user).binned().filter(pk__in=keys))


def _answer(uploads: Uploads, form: UploadForm) -> JsonResponse:
    """Return what the editor inserts, and a sentence for each file that was refused."""
    refused = [str(sentence) for sentence in form.errors.get("pictures", [])]
    pictures = [
        {"key": one.pk, "url": one.url, "alt": one.alt, "name": one.name, "markdown": one.markdown}
        for one in uploads.stored
    ]
    return JsonResponse({"pictures": pictures, "refused": refused})
