"""oEmbed (https://oembed.com): how other sites show a link to a post of this one."""

from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import Resolver404, resolve
from django.utils.html import format_html, format_html_join

from blogsite.lib import site
from blogsite.lib.addresses import absolute
from posts import entries
from posts.feed_formats import clean
from posts.models import FormerAddress, Post

WIDTH, HEIGHT = 600, 200
LEAST = 200  # pixels that the card needs to be read
AGE = 3600
EXCERPT = 200


def find(address: str) -> Post | None:
    """Return the public post at a whole address of this site, a former one too; two queries."""
    try:
        parts, own = urlsplit(address.strip()), urlsplit(settings.SITE_URL)
        path = unquote(parts.path)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.netloc.lower() != own.netloc:
        return None
    return _at(path) or _at(FormerAddress.objects.fate(path, AnonymousUser()).target)


def _at(path: str) -> Post | None:
    try:
        match = resolve(unquote(path)) if path.startswith("/") else None
    except Resolver404:
        return None
    if match is None or match.view_name != "posts:detail":
        return None
    return Post.objects.public().for_page().filter(slug=match.kwargs["slug"]).first()


def answer(post: Post, width: int, height: int) -> dict[str, Any]:
    """Return what is said of a post to somebody who has room for so many pixels; 0 for any."""
    people = [row.person for row in post.authorships.all()]
    now = site.current()
    said: dict[str, Any] = {
        "type": "link",
        "version": "1.0",
        "title": post.title,
        "author_name": ", ".join(str(person) for person in people),
        "author_url": absolute(people[0].get_absolute_url()) if people else "",
        "provider_name": now.title,
        "provider_url": absolute("/"),
        "cache_age": AGE,
    }
    if (not width or width >= LEAST) and (not height or height >= HEIGHT):
        said["type"] = "rich"
        said |= {"html": _card(post), "width": min(width or WIDTH, WIDTH), "height": HEIGHT}
    return said | _thumbnail(post, width, height)


def _card(post: Post) -> str:
    """Return a quotation with a link: plain HTML, no script and no style."""
    url = absolute(post.get_absolute_url())
    people = format_html_join(", ", "{}", ((row.person,) for row in post.authorships.all()))
    return format_html(
        '<blockquote cite="{}" lang="{}"><p><a href="{}">{}</a></p><p>{}</p>'
        "<footer>{} · {}</footer></blockquote>",
        *(url, post.language or site.current().language, url, post.title),
        *(entries.excerpt(post, EXCERPT), people, site.current().title),
    )


def _thumbnail(post: Post, width: int, height: int) -> dict[str, Any]:
    """Return the cover, where it fits into the room."""
    if not post.cover:
        return {}
    card = post.cover.card
    if (width and card.width > width) or (height and card.height > height):
        return {}
    return {
        "thumbnail_url": absolute(card.url),
        "thumbnail_width": card.width,
        "thumbnail_height": card.height,
    }


def as_xml(said: dict[str, Any]) -> str:
    """Return the answer in oEmbed's XML."""
    fields = "".join(f"<{name}>{escape(clean(str(it)))}</{name}>" for name, it in said.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{fields}</oembed>\n'
