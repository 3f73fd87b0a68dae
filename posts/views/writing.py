"""The editor: a new post, a stored one, and the preview of either."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest
from accounts.models import User
from posts.access import own_post, writer_required
from posts.forms.post import NotSaved, PostForm
from posts.models import Post, Tag
from posts.rendering import uploaded_pictures

SUGGESTED = 20


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def new(request: MemberRequest) -> HttpResponseBase:
    """Show an empty editor; store the post it sends."""
    if request.method != "POST":
        return _editor(request, PostForm(request.user))
    return _save(request, PostForm(request.user, request.POST, request.FILES))


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def edit(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Show the editor with a stored post; store what it sends."""
    post = own_post(request, pk)
    if request.method != "POST":
        return _editor(request, PostForm(request.user, instance=post))
    return _save(request, PostForm(request.user, request.POST, request.FILES, instance=post))


@require_POST
@writer_required
def preview(request: MemberRequest, pk: int | None = None) -> HttpResponse:
    """Show the post as readers would see it, from what was typed; no post is stored."""
    post = own_post(request, pk) if pk else None
    form = PostForm(request.user, request.POST, request.FILES, instance=post)
    if {"body", "pictures", "cover_file", "share_image_file"} & form.errors.keys():
        return _editor(request, form)
    context = {
        "post": _as_shown(form),
        "authors": _authors(post) or [request.user],
        "typed": [(name, value) for name in form.fields for value in form.typed.getlist(name)],
        "back": reverse("posts:edit", args=[pk]) if pk else reverse("posts:new"),
    }
    return render(request, "posts/write/preview.html", context)


def _authors(post: Post | None) -> list[User]:
    """Return the authors of a stored post in their order."""
    rows = post.authorships.select_related("person") if post else []
    return [row.person for row in rows]


def _as_shown(form: PostForm) -> Post:
    """Return the post as if it were stored and published, with the tags that were typed."""
    post = form.instance
    post.pk = post.pk or 0  # without a key a post refuses to be asked for its tags
    post.published_at = post.published_at or timezone.now()
    post.title = post.title or _("Without a title")
    post.slug = post.slug or "-"
    names = form.cleaned_data.get("tags", [])
    post.__dict__["_prefetched_objects_cache"] = {"tags": [Tag(name=n, slug="-") for n in names]}
    return post


def _save(request: MemberRequest, form: PostForm) -> HttpResponseBase:
    if request.POST.get("then") == "edit":
        return _editor(request, form)
    try:
        post = form.save() if form.is_valid() else form.saved_before()
    except NotSaved:
        post = form.saved_before()
    if post is None:
        return _editor(request, form)
    if request.POST.get("then") == "publication":
        return redirect("posts:publication", pk=post.pk)
    messages.success(request, _("Saved."))
    return redirect("posts:edit", pk=post.pk)


def _editor(request: MemberRequest, form: PostForm) -> HttpResponse:
    shown = {picture.pk for picture in uploaded_pictures(form["body"].value() or "")}
    context: dict[str, Any] = {
        "form": form,
        "post": Post.objects.filter(pk=form.instance.pk).first(),
        "can_publish": request.user.can("posts.publish_post"),
        "pictures": request.user.images.model.objects.visible_to(request.user).filter(pk__in=shown),
        "cover": form.picture("cover"),
        "share_image": form.picture("share_image"),
        "often_used": Tag.objects.most_used(Post.objects.public()).only("name")[:SUGGESTED],
    }
    return render(request, "posts/write/editor.html", context)
