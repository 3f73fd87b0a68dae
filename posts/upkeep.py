"""What was rendered by an earlier version, rendered again; what nobody types any more, cleared."""

from collections.abc import Iterator

from django.db import transaction

from blogsite.lib import markdown
from posts.models import Autosave, Image, Post, Presence
from posts.models.post import RENDERED_FIELDS, SOURCES
from posts.rendering import render_post

FIELDS = RENDERED_FIELDS | {"stems"}


def outdated(*, every: bool = False) -> list[int]:
    """Return the keys of posts that another version of the renderer made, the newest first."""
    posts = Post.objects.order_by("-pk")
    if not every:
        posts = posts.exclude(renderer_version=markdown.RENDERER_VERSION)
    return list(posts.values_list("pk", flat=True))


def render_again(keys: list[int]) -> Iterator[int]:
    """Render each of the posts again, yielding its key; one that is edited meanwhile stays so.

    Each is a short transaction of its own; a text that is refused today keeps the HTML it has.
    """
    for pk in keys:
        _render(pk)
        yield pk


def render_some(limit: int) -> int:
    """Render some outdated posts again and return how many: the background worker's share."""
    posts = Post.objects.exclude(renderer_version=markdown.RENDERER_VERSION)
    keys = list(posts.order_by("-pk").values_list("pk", flat=True)[:limit])
    return sum(1 for _pk in render_again(keys))


def clear_unsaved() -> int:
    """Delete unsaved texts that were saved or dropped long ago, and who had what open, by rows."""
    return Autosave.objects.purge() + Presence.objects.purge()


def _render(pk: int) -> None:
    post = Post.objects.filter(pk=pk).first()
    if post is None:
        return
    source = {name: getattr(post, name) for name in SOURCES}
    try:
        pictures = render_post(post)
        post.find_stems()
    except markdown.TooComplex:
        Post.objects.filter(pk=pk).update(renderer_version=markdown.RENDERER_VERSION)
        return
    with transaction.atomic():
        # Somebody may have saved it meanwhile: then it is rendered already.
        made = {name: getattr(post, name) for name in FIELDS}
        if Image.objects.hold(pictures) != pictures:
            return  # replaced or deleted meanwhile: the next time
        if Post.objects.filter(pk=pk, **source).update(**made):
            post.pictures.set(pictures)
