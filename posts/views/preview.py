"""A post as readers would see it, from what was typed; no post is stored."""

import re
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, permission_required
from accounts.models import User
from posts.access import own_post, writer_required
from posts.forms.post import PostForm
from posts.forms.typed import PAGE
from posts.models import Post, Tag
from posts.views.writing import editor_page

PICTURES = frozenset({"body", "pictures", "cover_file", "share_image_file"})
# Fields that do something as soon as they arrive, whatever becomes of the rest.
ACTING = ("alt-", "decorative-")
LINK = re.compile(r'(<a\b[^>]*?) href="')
SCRIPT = re.compile(r"<script\b[^>]*></script>")


@require_POST
@writer_required
@cache_control(private=True, no_store=True)
def preview(request: MemberRequest, pk: int | None = None) -> HttpResponse:
    """Show the post in the whole window."""
    with timezone.override(None):  # the dates as readers see them
        return _page(request, pk, "preview", other="preview_widths")


@require_POST
@writer_required
@cache_control(private=True, no_store=True)
def widths(request: MemberRequest, pk: int | None = None) -> HttpResponse:
    """Show the post in a frame as wide as a phone, a tablet or a desk's screen."""
    with timezone.override(None):
        return _page(request, pk, "preview_widths", other="preview")


@require_POST
@permission_required("posts.add_post")
@cache_control(private=True, no_store=True)
def live(request: MemberRequest, pk: int | None = None) -> HttpResponse:
    """Return what the editor shows beside the text while it is typed; nothing at all is stored."""
    post = own_post(request, pk) if pk else None
    typed = request.POST.copy()
    for name in [name for name in typed if name.startswith(ACTING)]:
        del typed[name]
    form = PostForm(request.user, typed, instance=post)
    refused = [str(sentence) for sentence in form.errors.get("body", ())]
    context = {"is_beside": True, "refused": refused, **_shown(request, form, post)}
    return HttpResponse(_framed(request, context))


def _page(request: MemberRequest, pk: int | None, name: str, *, other: str) -> HttpResponse:
    """Return one of the pages, with what leads to the other and back, all that was typed."""
    post = own_post(request, pk) if pk else None
    form = PostForm(request.user, request.POST, request.FILES, instance=post)
    if PICTURES & form.errors.keys():
        return editor_page(request, form)
    shown = _shown(request, form, post)
    context = shown | {
        "framed": _framed(request, shown) if name == "preview_widths" else "",
        "typed": [
            (name, one) for name in (*form.fields, *PAGE) for one in form.typed.getlist(name)
        ],
        "back": reverse("posts:edit", args=[pk]) if pk else reverse("posts:new"),
        "elsewhere": reverse(f"posts:{other}", args=[pk]) if pk else reverse(f"posts:new_{other}"),
    }
    return render(request, f"posts/write/{name}.html", context)


def _framed(request: MemberRequest, context: dict[str, Any]) -> str:
    """Return the post's page for a frame: its links lead nowhere, and it has no scripts."""
    page = render_to_string("posts/write/preview_frame.html", context, request)
    return SCRIPT.sub("", LINK.sub(r'\1 data-href="', page))


def _shown(request: MemberRequest, form: PostForm, post: Post | None) -> dict[str, Any]:
    return {"post": _as_shown(form), "authors": _authors(post) or [request.user]}


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
