"""From a post's Markdown to what is stored beside it."""

import re
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings

from blogsite.lib import markdown

if TYPE_CHECKING:
    from posts.models import Post

UPLOADED = re.compile(re.escape(settings.MEDIA_URL) + r"([\w./-]+)")


def render_post(post: "Post") -> None:
    """Fill the post's html, text, headings, words and renderer version from its body.

    Raises markdown.TooComplex.
    """
    rendered = render_body(post.body)
    post.html = rendered.html
    post.text = rendered.text
    post.headings = [
        {"level": heading.level, "id": heading.id, "text": heading.text}
        for heading in rendered.headings
    ]
    post.words = rendered.words
    post.renderer_version = markdown.RENDERER_VERSION


def render_body(body: str) -> markdown.Rendered:
    """Render as a post, uploaded pictures with their size and smaller versions; one query."""
    paths = set(UPLOADED.findall(body))
    image = apps.get_model("posts", "Image")
    found = {row.url: row.info() for row in image.objects.filter(path__in=paths)} if paths else {}
    return markdown.render(body, markdown.Kind.POST, images=found.get)
