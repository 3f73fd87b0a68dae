"""One's own comment: change it, take it back, bring it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, sign_in_required
from comments.forms import EditForm
from comments.models import Comment
from comments.policies import refusal, refusal_to_take_part
from comments.thread import page_url
from posts.models import Post


@require_http_methods(["GET", "POST"])
@sign_in_required
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Change the words of one's comment."""
    comment = _own_or_404(request, pk)
    if comment.state not in {"standing", "waiting"}:
        return redirect(comment)
    form = EditForm(request.POST or None, instance=comment, auto_id="comment-%s")
    context: dict[str, Any] = {"post": comment.post, "form": form, "comment": comment}
    if sentence := refusal(comment.post, comment.author):
        context |= {"sentence": sentence, "body": request.POST.get("body", "")}
        return render(request, "comments/unsent.html", context, status=403)
    if not form.is_valid() or "preview" in request.POST:
        return render(request, "comments/form.html", context)
    form.save()
    if comment.state == "waiting":
        messages.info(request, _("Thank you. A moderator looks at your comment before it shows."))
    return redirect(page_url(comment, request.user))


@require_http_methods(["GET", "POST"])
@sign_in_required
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, then take one's comment back; closed posts and suspensions do not matter."""
    comment = _own_or_404(request, pk)
    if request.method == "GET":
        return render(request, "comments/delete.html", {"comment": comment})
    if not comment.deleted_at:
        comment.bin()
    undo = reverse("comments:restore", args=[comment.pk])
    message = format_html(
        '{} <a href="{}">{}</a>', _("Your comment is deleted."), undo, _("Bring it back")
    )
    messages.success(request, message)
    return redirect(f"{comment.post.get_absolute_url()}#comments")


@require_http_methods(["GET", "POST"])
@sign_in_required
def restore(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, then bring back a comment that one has deleted."""
    comment = _own_or_404(request, pk)
    if sentence := refusal_to_take_part(request.user):
        context = {"post": comment.post, "sentence": sentence}
        return render(request, "comments/unsent.html", context, status=403)
    if request.method == "GET":
        return render(request, "comments/restore.html", {"comment": comment})
    comment.unbin()
    return redirect(page_url(comment, request.user))


def _own_or_404(request: MemberRequest, pk: int) -> Comment:
    """Return the person's own comment under a post they may still see."""
    own = request.user.comments.select_related("post", "author", "parent__author")
    return get_object_or_404(own, pk=pk, post__in=Post.objects.visible_to(request.user))
