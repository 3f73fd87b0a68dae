"""Feeds: Atom, RSS and JSON Feed of the newest public posts, all or of a tag, author or series.

Whole texts with whole addresses; a post's identifier stays when its address changes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import SyndicationFeed
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from blogsite.lib import site
from blogsite.lib.addresses import absolute, absolute_links, tag_uri
from posts.feed_formats import Atom, Json, Rss, clean
from posts.lists import PostList
from posts.models import Kind, Post, Series, Tag
from posts.querysets.post import PostQuerySet, Visitor

NEWEST = 20
# A heading's own link is of use on the page only.
_HEADING_LINK = re.compile(r'<a class="heading-link"[^>]*>#</a>')
FORMATS: dict[str, type[SyndicationFeed]] = {"": Atom, "rss": Rss, "json": Json}


@dataclass(frozen=True, slots=True)
class Source:
    """What a feed is of; `page` is the path of the page that shows the same."""

    title: str
    description: str
    page: str
    posts: PostQuerySet
    address: str = ""


class PostFeed(Feed[Post, Source]):
    """One format of any source; the view hands the source over."""

    item_guid_is_permalink = False

    def __init__(self, format_: type[SyndicationFeed]) -> None:
        self.feed_type = format_

    def get_object(self, request: HttpRequest, *args: Any, source: Source, **kwargs: Any) -> Source:
        return source

    def title(self, obj: Source) -> str:
        return clean(obj.title)

    def description(self, obj: Source) -> str:
        return clean(obj.description)

    subtitle = description

    def link(self, obj: Source) -> str:
        return absolute(obj.page)

    def feed_url(self, obj: Source) -> str:
        return absolute(obj.address)

    def feed_guid(self, obj: Source) -> str:
        return absolute(obj.page)

    def items(self, obj: Source) -> PostQuerySet:
        return obj.posts.for_page()

    def item_title(self, item: Post) -> str:
        return clean(item.title)

    def item_description(self, item: Post) -> str:
        return clean(item.summary)

    def item_link(self, item: Post) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Post) -> str:
        return tag_uri(item.created_at.year, f"post/{item.pk}")

    def item_pubdate(self, item: Post) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Post) -> datetime:
        return max(item.updated_at, item.published_at or item.updated_at)

    def item_categories(self, item: Post) -> list[str]:
        return [clean(tag.name) for tag in item.tags.all()]

    def item_extra_kwargs(self, item: Post) -> dict[str, Any]:
        """Return what Django's own elements leave out: the whole text, and every author."""
        people = [authorship.person for authorship in item.authorships.all()]
        return {
            "content": clean(_content(item)),
            "authors": [(clean(str(one)), absolute(one.get_absolute_url())) for one in people],
            "image": absolute(item.cover.url) if item.cover else "",
        }


def _content(post: Post) -> str:
    base = post.get_absolute_url()
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
    return cover + absolute_links(_HEADING_LINK.sub("", post.html), base)


def _newest(kind: Kind = Kind.SITE, key: int = 0) -> PostQuerySet:
    """Return the newest posts of a list, as everybody sees it."""
    return PostList(AnonymousUser(), kind, key).newest(NEWEST)


def _site(visitor: Visitor) -> Source:
    now = site.current()
    return Source(now.title, now.tagline, reverse("posts:list"), _newest())


def _tag(visitor: Visitor, slug: str) -> Source:
    tag = get_object_or_404(Tag.objects.visible_to(visitor), slug=slug)
    return _part(tag.name, tag.description, tag.get_absolute_url(), _newest(Kind.TAG, tag.pk))


def _author(visitor: Visitor, username: str) -> Source:
    person = get_object_or_404(User, username=username)
    about = _("What %(name)s wrote") % {"name": person}
    return _part(str(person), about, person.get_absolute_url(), _newest(Kind.AUTHOR, person.pk))


def _series(visitor: Visitor, slug: str) -> Source:
    series = get_object_or_404(Series.objects.visible_to(visitor), slug=slug)
    posts = _newest(Kind.SERIES, series.pk)
    return _part(series.title, series.description, series.get_absolute_url(), posts)


def _part(title: str, description: str, page: str, posts: PostQuerySet) -> Source:
    return Source(f"{title} · {site.current().title}", description, page, posts)


def _view(
    find: Callable[..., Source], format_: type[SyndicationFeed]
) -> Callable[..., HttpResponseBase]:
    feed = PostFeed(format_)

    @require_safe
    def view(request: HttpRequest, **names: str) -> HttpResponseBase:
        """Answer with the feed, or with 304 where the reader has it already."""
        source = replace(find(request.user, **names), address=request.path)
        answer = feed(request, source=source)
        # A tag made of dates would miss what changes without one: a name, a row set by hand.
        tag = f'"{sha256(answer.content).hexdigest()[:32]}"'
        answer.headers["ETag"] = tag
        return get_conditional_response(request, etag=tag, response=answer) or answer

    return view


def paths() -> list[URLPattern]:
    """Return the routes: `feed`, `feed_rss`, `feed_json`, `tag_feed`, `tag_feed_rss` and so on."""
    sources: list[tuple[str, str, Callable[..., Source]]] = [
        ("", "", _site),
        ("tags/<slug_:slug>/", "tag_", _tag),
        ("authors/<slug:username>/", "author_", _author),
        ("series/<slug_:slug>/", "series_", _series),
    ]
    return [
        path(
            f"{prefix}feed/{name}/" if name else f"{prefix}feed/",
            _view(find, format_),
            name=f"{room}feed_{name}" if name else f"{room}feed",
        )
        for prefix, room, find in sources
        for name, format_ in FORMATS.items()
    ]
