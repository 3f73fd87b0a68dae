"""Feeds of the newest public posts, all or of a tag, author or series.

Whole texts with whole addresses; a post's identifier stays when its address changes.
"""

import re
from functools import lru_cache
from mimetypes import guess_type

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils.feedgenerator import Enclosure
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from blogsite.lib import images, site
from blogsite.lib.addresses import absolute, absolute_links, tag_uri
from posts import entries
from posts.lists import PostList
from posts.models import Kind, Post, Series, Tag
from posts.querysets.post import Visitor
from posts.syndication import Item, Source, routes

NEWEST = 20
ERA = 2026  # of the identifiers of what has no date of its own
# A heading's own link is of use on the page only.
_HEADING_LINK = re.compile(r'<a class="heading-link"[^>]*>#</a>')
_SOUND = re.compile(r'<a href="([^"?#]+\.(?:mp3|m4a|ogg|oga|opus|flac|wav))"')


def paths() -> list[URLPattern]:
    """Return the routes: `feed`, `feed_rss`, `feed_json`, `tag_feed`, `tag_feed_rss` and so on."""
    return [
        *routes("feed/", _site, "feed"),
        *routes("tags/<slug_:slug>/feed/", _tag, "tag_feed"),
        *routes("authors/<slug:username>/feed/", _author, "author_feed"),
        *routes("series/<slug_:slug>/feed/", _series, "series_feed"),
    ]


def _site(visitor: Visitor, number: int) -> Source:
    now = site.current()
    return _source(now.title, now.tagline, reverse("posts:list"), number, Kind.SITE, 0)


def _tag(visitor: Visitor, number: int, slug: str) -> Source:
    tag = get_object_or_404(Tag.objects.visible_to(visitor), slug=slug)
    page = tag.get_absolute_url()
    return _source(_part(tag.name), tag.description, page, number, Kind.TAG, tag.pk)


def _author(visitor: Visitor, number: int, username: str) -> Source:
    person = get_object_or_404(User, username=username)
    about = _("What %(name)s wrote") % {"name": person}
    page = person.get_absolute_url()
    return _source(_part(str(person)), about, page, number, Kind.AUTHOR, person.pk)


def _series(visitor: Visitor, number: int, slug: str) -> Source:
    series = get_object_or_404(Series.objects.visible_to(visitor), slug=slug)
    page = series.get_absolute_url()
    title = _part(series.title)
    return _source(title, series.description, page, number, Kind.SERIES, series.pk)


def _part(title: str) -> str:
    return f"{title} · {site.current().title}"


def _source(title: str, description: str, page: str, number: int, kind: Kind, key: int) -> Source:
    """Return a page of the posts of a list, as everybody sees it."""
    posts = PostList(AnonymousUser(), kind, key)
    # One more than is shown tells whether there are more.
    rows = list(posts.newest(NEWEST + 1, after=(number - 1) * NEWEST).for_page())
    items = [item_of(post) for post in rows[:NEWEST]]
    return Source(
        *(title, description, page, items),
        has_more=len(rows) > NEWEST,
        is_told=True,
        id=tag_uri(ERA, f"{kind.name.lower()}/{key}") if key else "",
    )


def item_of(post: Post) -> Item:
    """Return a post that was loaded `for_page()` as an entry of a feed."""
    people = [authorship.person for authorship in post.authorships.all()]
    published = post.published_at or post.updated_at
    content = _content(post)
    return Item(
        id=tag_uri(post.created_at.year, f"post/{post.pk}"),
        url=absolute(post.get_absolute_url()),
        title=post.title,
        summary=entries.excerpt(post, 280),
        content=content,
        published=published,
        updated=max(post.updated_at, published),
        authors=[(str(one), absolute(one.get_absolute_url())) for one in people],
        tags=[tag.name for tag in post.tags.all()],
        image=absolute(post.cover.card.url) if post.cover else "",
        enclosures=[*_sounds(content), *_cover(post)],
        language=post.language or site.current().language,
    )


def _content(post: Post) -> str:
    cover = ""
    if post.cover:
        caption = post.cover_caption
        cover = format_html(
            '<figure><img src="{}" alt="{}" width="{}" height="{}">{}</figure>',
            absolute(post.cover.url),
            post.cover_alt,
            post.cover.width,
            post.cover.height,
            format_html("<figcaption>{}</figcaption>", caption) if caption else "",
        )
    html = cover + absolute_links(_HEADING_LINK.sub("", post.html), post.get_absolute_url())
    if not post.language:
        return html
    return f'<div lang="{post.language}" dir="{post.direction}">{html}</div>'


def _sounds(content: str) -> list[Enclosure]:
    """Return the recordings that the text links, each once; how long they are is not known."""
    found = dict.fromkeys(_SOUND.findall(content))
    return [Enclosure(one, "0", guess_type(one)[0] or "audio/mpeg") for one in found]


def _cover(post: Post) -> list[Enclosure]:
    """Return the cover, where its file can be reached."""
    if not post.cover:
        return []
    address = post.cover.card.url
    kind = images.TYPES.get(address.rpartition(".")[2].lower(), "image/webp")
    try:
        length = _length(address.removeprefix(settings.MEDIA_URL))
    except OSError:
        return []
    return [Enclosure(absolute(address), str(length), kind)]


@lru_cache(maxsize=4096)
def _length(path: str) -> int:
    """Return the bytes of a picture's file, whose name changes with them. Raises OSError."""
    return default_storage.size(path)
