"""The library of uploaded pictures."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest
from blogsite.lib.paginate import numbered
from blogsite.lib.storage import NOT_DELETED
from posts.access import writer_required
from posts.forms.image import DescriptionForm, UploadForm
from posts.forms.uploads import Uploads, store_pictures
from posts.models import Image, Post

A_PAGE = 24


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def library(request: MemberRequest) -> HttpResponseBase:
    """Show one's pictures and store new ones; the editor's script is answered in JSON."""
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
    if form.errors:
        return _library(request, form)
    number = len(uploads.stored)
    stored = ngettext("%d picture is in your library.", "%d pictures are in your library.", number)
    messages.success(request, stored % number)
    return redirect("posts:images")


@require_POST
@writer_required
def description(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Keep what a picture shows, in words."""
    picture = _own_picture(request, pk)
    form = DescriptionForm(request.POST, instance=picture)
    if form.is_valid():
        form.save()
        messages.success(request, _("The description is saved."))
    else:
        messages.error(request, " ".join(str(sentence) for sentence in form.errors["alt"]))
    return redirect("posts:images")


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def deletion(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Say where a picture is used; delete one that is used nowhere."""
    picture = _own_picture(request, pk)
    if request.method == "POST" and not picture.is_used:
        _delete(request, picture)
        return redirect("posts:images")
    posts = Post.objects.editable_by(request.user).showing(picture).only("title", "slug")
    context = {"picture": picture, "is_used": picture.is_used, "posts": posts[:50]}
    return render(request, "posts/write/image_deletion.html", context)


@require_POST
@writer_required
def sizes(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Have the sizes of a picture made again that could not be made."""
    picture = _own_picture(request, pk)
    if picture.given_up_at:
        Image.objects.filter(pk=picture.pk).try_again()
        messages.success(request, _("The sizes of the picture will be made in a moment."))
    return redirect("posts:images")


def _delete(request: MemberRequest, picture: Image) -> None:
    try:
        picture.delete()
    except OSError:
        messages.error(request, str(NOT_DELETED))
    else:
        messages.success(request, _("The picture is deleted."))


def _own_picture(request: MemberRequest, pk: int) -> Image:
    return get_object_or_404(Image.objects.visible_to(request.user), pk=pk)


def _library(request: MemberRequest, form: UploadForm) -> HttpResponse:
    pictures = Image.objects.filter(owner=request.user).with_use_counts()
    page = numbered(request, pictures, {}, size=A_PAGE)
    return render(request, "posts/write/images.html", {"page": page, "form": form})


def _answer(uploads: Uploads, form: UploadForm) -> JsonResponse:
    """Return what the editor inserts, and a sentence for each file that was refused."""
    refused = [str(sentence) for sentence in form.errors.get("pictures", [])]
    pictures = [
        {"key": one.pk, "url": one.url, "alt": one.alt, "name": one.name, "markdown": one.markdown}
        for one in uploads.stored
    ]
    return JsonResponse({"pictures": pictures, "refused": refused})
