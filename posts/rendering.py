"""From a post's Markdown to what is stored beside it."""

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.utils import translation

from blogsite.lib import markdown, site
from posts.picture_files import folder_of

if TYPE_CHECKING:
    from posts.models import Image, Post

UPLOADED = re.compile(re.escape(settings.MEDIA_URL) + r"([\w./-]+)")


def render_post(post: "Post") -> dict[int, str]:
    """Fill the post's html, text, headings, words and renderer version from its body.

    Returns the uploaded pictures it shows, their paths by their keys. Raises markdown.TooComplex.
    """
    pictures = pictures_by_address(post.body, post.author_id)
    found = {address: picture.info() for address, picture in pictures.items()}
    # What the renderer says itself, such as the title of a note, is said in the text's language.
    with translation.override(post.language or site.current().language):
        rendered = markdown.render(
            post.body, markdown.Kind.POST, images=found.get, has_math=post.has_math
        )
    post.html = rendered.html
    post.text = rendered.text
    post.headings = [
        {"level": heading.level, "id": heading.id, "text": heading.text}
        for heading in rendered.headings
    ]
    post.words = rendered.words
    post.renderer_version = markdown.RENDERER_VERSION
    return {picture.pk: picture.path for picture in pictures.values()}


def uploaded_pictures(body: str, author_id: int | None = None) -> "list[Image]":
    """Return the uploaded pictures whose address the text names, each once."""
    return list(dict.fromkeys(pictures_by_address(body, author_id).values()))


def pictures_by_address(body: str, author_id: int | None = None) -> "dict[str, Image]":
    """Return the uploaded pictures of a text by the addresses it has of them; two queries at most.

    An address a picture had before it was replaced means that picture. Where several people sent
    the same, it is the one of the text's author; else one that still has that address.
    """
    found = pictures_at(set(UPLOADED.findall(body)), author_id)
    return {f"{settings.MEDIA_URL}{path}": picture for path, picture in found.items()}


def pictures_at(paths: Collection[str], author_id: int | None = None) -> "dict[str, Image]":
    """Return the uploaded pictures at those paths below the media, by path."""
    if not paths:
        return {}
    images = apps.get_model("posts", "Image").objects.filter(path__in=paths)
    found = [(picture.path, picture) for picture in images]
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(folder_of(path), []).append(path)
    former = apps.get_model("posts", "FormerPicture").objects.filter(folder__in=folders)
    for row in former.select_related("image"):
        found += [(path, row.image) for path in folders[row.folder]]
    found.sort(key=lambda one: _rank(one[0], one[1], author_id), reverse=True)
    return dict(found)


def _rank(path: str, picture: "Image", author_id: int | None) -> tuple[bool, bool, int]:
    is_own, is_former = picture.owner_id == author_id, picture.path != path
    return not is_own, is_former is not is_own, picture.pk
