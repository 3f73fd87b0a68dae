"""From a post's Markdown to what is stored beside it."""

import re
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.utils import translation

from blogsite.lib import markdown, site

if TYPE_CHECKING:
    from posts.models import Image, Post

UPLOADED = re.compile(re.escape(settings.MEDIA_URL) + r"([\w./-]+)")


def render_post(post: "Post") -> list[int]:
    """Fill the post's html, text, headings, words and renderer version from its body.

    Returns the keys of the uploaded pictures it shows. Raises markdown.TooComplex.
    """
    pictures = uploaded_pictures(post.body)
    found = {picture.url: picture.info() for picture in pictures}
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
    return [picture.pk for picture in pictures]


def uploaded_pictures(body: str) -> "list[Image]":
    """Return the uploaded pictures whose address the text names; one query at most.

    Two people who sent the same picture have a row each with one path; both are returned.
    """
    paths = set(UPLOADED.findall(body))
    if not paths:
        return []
    return list(apps.get_model("posts", "Image").objects.filter(path__in=paths))
