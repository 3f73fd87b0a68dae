"""What one has typed and not saved: compared with what is stored, dropped, and had back."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, safe_next
from posts.access import writer_required
from posts.forms.post import PostForm
from posts.forms.typed import compared
from posts.models import Autosave


@require_safe
@writer_required
def unsaved(request: MemberRequest, pk: int) -> HttpResponse:
    """Show how an unsaved text differs from the post as it is stored."""
    copy = _own(request, pk)
    post = copy.post
    form = PostForm(request.user, instance=post)
    context = {"copy": copy, "post": post, "changes": compared(form, copy.fields)}
    return render(request, "posts/write/unsaved.html", context)


@require_POST
@writer_required
def deletion(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Drop an unsaved text; the page that follows offers to undo it."""
    copy = _own(request, pk)
    copy.drop()
    page = reverse("posts:edit", args=[copy.post_id]) if copy.post_id else reverse("posts:new")
    return redirect(f"{safe_next(request, page)}?{urlencode({'dropped': copy.pk})}")


@require_POST
@writer_required
def restoration(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Have a dropped text back, in the editor."""
    copy = _own(request, pk)
    copy.undrop()
    return redirect(copy)


def _own(request: MemberRequest, pk: int) -> Autosave:
    """Return the person's own text that no editor has saved. Raises Http404."""
    mine = Autosave.objects.of(request.user).filter(finished_at__isnull=True)
    copy = get_object_or_404(mine.select_related("post__author"), pk=pk)
    if copy.post and (copy.post.deleted_at or not copy.post.editable_by(request.user)):
        copy.post = None
    return copy
