"""A post as readers would see it, from what was typed; nothing is stored."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest
from accounts.models import User
from posts.access import own_post, writer_required
from posts.forms.post import PostForm
from posts.models import Post, Tag
from posts.views.writing import editor_page


@require_POST
@writer_required
def preview(request: MemberRequest, pk: int | None = None) -> HttpResponse:
    """Show the post as readers would see it, from what was typed; no post is stored."""
    post = own_post(request, pk) if pk else None
    form = PostForm(request.user, request.POST, request.FILES, instance=post)
    if {"body", "pictures", "cover_file", "share_image_file"} & form.errors.keys():
        return editor_page(request, form)
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
