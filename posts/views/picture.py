"""One picture of the library: its words, where it is used, its bytes, and its end."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest
from blogsite.lib.storage import NOT_DELETED, NOT_STORED
from posts.access import writer_required
from posts.forms.image import OVERTAKEN, DescriptionForm, ReplacementForm
from posts.models import Image
from posts.models.replacing import ReplacedMeanwhile
from posts.picture_uses import uses_of
from posts.upkeep import render_again
from posts.views.images import back

RENDERED_AT_ONCE = 20  # posts; the worker renders the others
LIKE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def picture(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show a picture with all its uses; keep what it shows, in words."""
    image = _own(request, pk)
    sent = request.POST if request.method == "POST" else None
    form = DescriptionForm(sent, instance=_own(request, pk))
    if form.is_valid():
        form.save()
        messages.success(request, _("The description is saved."))
        return redirect(back(request) if "library" in request.POST else image)
    return _page(request, image, form, ReplacementForm(image=image))


@require_POST
@writer_required
def replacement(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Give the picture other bytes; posts that show it keep their text and show the new ones."""
    image = _own(request, pk)
    form = ReplacementForm(request.POST, request.FILES, image=image)
    if not form.is_valid() or not form.store(request.user):
        return _page(request, image, DescriptionForm(instance=image), form)
    _render(image)
    messages.success(request, _("The picture is replaced wherever it is shown."))
    return redirect(image)


@require_POST
@writer_required
def former(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show again what was replaced last."""
    image = _own(request, pk)
    try:
        image.put_back(by=request.user)
    except ReplacedMeanwhile:
        messages.error(request, str(OVERTAKEN))
    except OSError:
        messages.error(request, str(NOT_STORED))
    else:
        _render(image)
        messages.success(request, _("The former picture is back wherever it is shown."))
    return redirect(image)


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def deletion(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Ask, then delete for good a picture that is in the bin and that no post shows."""
    image = get_object_or_404(Image.objects.editable_by(request.user).binned(), pk=pk)
    if request.method == "POST" and _delete(request, image):
        return redirect("posts:bin")
    context = {"picture": image, "uses": uses_of(image, request.user)}
    return render(request, "posts/write/image_deletion.html", context)


@require_POST
@writer_required
def sizes(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Have the sizes of a picture made again that could not be made."""
    image = _own(request, pk)
    if image.given_up_at:
        Image.objects.filter(pk=pk).try_again()
        messages.success(request, _("The sizes of the picture will be made in a moment."))
    return redirect(image)


def _own(request: MemberRequest, pk: int) -> Image:
    return get_object_or_404(Image.objects.editable_by(request.user), pk=pk)


def _page(
    request: MemberRequest, image: Image, form: DescriptionForm, new: ReplacementForm
) -> HttpResponse:
    like = Image.objects.editable_by(request.user).like(image).select_related("owner")
    context = {
        "picture": image,
        "form": form,
        "new": new,
        "uses": uses_of(image, request.user),
        "like": like[:LIKE],
        "former": image.last_kept(),
    }
    return render(request, "posts/write/image.html", context)


def _delete(request: MemberRequest, image: Image) -> bool:
    """Delete it if no post shows it; False where the page is to say why not."""
    try:
        is_deleted = image.delete_unused()
    except OSError:
        messages.error(request, str(NOT_DELETED))
        return True
    if is_deleted:
        messages.success(request, _("The picture is deleted for good."))
    return is_deleted


def _render(image: Image) -> None:
    """Render anew the newest posts that show it, so that whoever replaced it sees it."""
    keys = image.showing_posts.order_by("-pk").values_list("pk", flat=True)
    for _pk in render_again(list(keys[:RENDERED_AT_ONCE])):
        pass
