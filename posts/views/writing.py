"""The editor: a new post and a stored one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest
from posts import drafts
from posts.access import own_post, writer_required
from posts.forms.post import PostForm
from posts.forms.saving import NotSaved, Saved
from posts.forms.snippet import begun
from posts.models import Post, Tag
from posts.rendering import uploaded_pictures
from posts.snapshot import LABELS
from posts.unsaved import keep_typed, let_go, open_editor
from posts.views.conflicts import conflict_page, keep_unchosen

SUGGESTED = 20


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def new(request: MemberRequest) -> HttpResponseBase:
    """Show an empty editor, or one that begins with a template; store the post it sends."""
    if request.method != "POST":
        return editor_page(request, begun(request.user, request.GET.get("template", "")))
    return _save(
        request, _made_before(request) or PostForm(request.user, request.POST, request.FILES)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def edit(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show the editor with a stored post; store what it sends."""
    post = own_post(request, pk)
    if request.method != "POST":
        return editor_page(request, PostForm(request.user, instance=post))
    return _save(request, PostForm(request.user, request.POST, request.FILES, instance=post))


def _made_before(request: MemberRequest) -> PostForm | None:
    """Return the form over the post that this editor of a new one made already, if it did.

    A button pressed twice, and a form that was sent again with more in it, end in that post.
    """
    key = request.POST.get("key", "")
    own = Post.objects.editable_by(request.user).not_deleted()
    post = own.filter(autosaves__person=request.user, autosaves__key=key).first() if key else None
    first = post.revisions.order_by("number").first() if post else None
    if first is None:
        return None
    sent = request.POST.copy()
    sent["started_from"] = str(first.pk)
    return PostForm(request.user, sent, request.FILES, instance=post)


def _try(form: PostForm) -> Post | None:
    try:
        return form.save() if form.is_valid() else None
    except NotSaved:
        return None


def _save(request: MemberRequest, form: PostForm) -> HttpResponseBase:
    then = request.POST.get("then", "")
    if then == "edit":
        form.is_valid()  # puts what was chosen of two versions in its place
        keep_typed(request, form)
        return editor_page(request, form)
    keep_unchosen(request, form)
    post = _try(form)
    if post is None and not form.instance.pk and (again := _made_before(request)):
        form = again  # the same form was being saved at this moment
        post = _try(form)
    if post is None:
        keep_typed(request, form)
        return conflict_page(request, form) if form.clash else editor_page(request, form)
    let_go(request, form)
    if then == "publication":
        return redirect("posts:publication", pk=post.pk)
    messages.success(request, _outcome(request, post, form.saved))
    return redirect("posts:edit", pk=post.pk)


def _outcome(request: MemberRequest, post: Post, saved: Saved) -> str:
    """Return what was saved and who sees it, in a sentence or two."""
    if saved.is_draft:
        sentence = _("Saved as a draft. Readers go on seeing what is published.")
    elif post.is_published:
        sentence = _("Saved, and published: readers see it now.")
    else:
        sentence = _("Saved.")
    if saved.theirs is None:
        return sentence
    names = ", ".join(str(LABELS[name]) for name in saved.from_theirs)
    if saved.theirs.by_id in {None, request.user.pk}:
        meanwhile = _("What was changed meanwhile is in it: %(fields)s.") % {"fields": names}
    else:
        values = {"name": saved.theirs.by, "fields": names}
        meanwhile = _("What %(name)s changed meanwhile is in it: %(fields)s.") % values
    return f"{sentence} {meanwhile}"


def editor_page(request: MemberRequest, form: PostForm) -> HttpResponse:
    """Return the editor with what the form holds, stored or typed."""
    opened = open_editor(request, form)
    shown = {picture.pk for picture in uploaded_pictures(form["body"].value() or "")}
    post = Post.objects.filter(pk=form.instance.pk).first()
    context: dict[str, Any] = opened | {
        "form": form,
        "post": post,
        "pending": drafts.pending_of(post) if post else None,
        "can_publish": request.user.can("posts.publish_post"),
        "pictures": request.user.images.model.objects.visible_to(request.user).filter(pk__in=shown),
        "cover": form.picture("cover"),
        "share_image": form.picture("share_image"),
        "often_used": Tag.objects.most_used(Post.objects.public()).only("name")[:SUGGESTED],
    }
    return render(request, "posts/write/editor.html", context)
