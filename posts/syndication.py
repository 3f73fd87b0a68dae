"""Feeds of anything in any format: what one holds as plain values, and the views that write it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Enclosure
from django.utils.html import escape
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from blogsite.lib import site
from blogsite.lib.addresses import absolute
from posts.feed_formats import BEGUN, HUB, NEXT, PREVIOUS, Atom, Format, Json, Rss, clean

# By the end of their address and of their route's name.
FORMATS: dict[str, type[Format]] = {"": Atom, "rss": Rss, "json": Json}
PAGES = 100_000


@dataclass(frozen=True, slots=True)
class Item:
    """One entry; addresses are whole, `content` is HTML, all else plain text."""

    id: str
    url: str
    title: str
    content: str
    published: datetime
    updated: datetime
    authors: Sequence[tuple[str, str]]  # names and addresses
    summary: str = ""
    tags: Sequence[str] = ()
    image: str = ""
    enclosures: Sequence[Enclosure] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a page of a feed holds; `page` is the path of the page that shows the same.

    `id` is for good, "" where the address of that page is; `updated` is when an empty one began.
    `is_told`: a hub is told of its changes, where there is one.
    """

    title: str
    description: str
    page: str
    items: Sequence[Item] = field(repr=False)
    has_more: bool = False
    is_told: bool = False
    id: str = ""
    updated: datetime | None = None


# Given the visitor, the number of a page from 1 on, and what the address names; raises Http404.
Find = Callable[..., Source]


def routes(prefix: str, find: Find, name: str) -> list[URLPattern]:
    """Return a route for each format: `name`, `name_rss` and `name_json`, below `prefix`."""
    return [
        path(
            f"{prefix}{ending}/" if ending else prefix,
            _view(find, format_),
            name=f"{name}_{ending}" if ending else name,
        )
        for ending, format_ in FORMATS.items()
    ]


def _view(find: Find, format_: type[Format]) -> Callable[..., HttpResponseBase]:
    @require_safe
    def view(request: HttpRequest, **names: str) -> HttpResponseBase:
        """Answer with the feed, or with 304 where the reader has it already."""
        number = _number(request)
        # In the site's words, whatever language the one who asks has chosen for its pages.
        with translation.override(site.current().language):
            source = find(request.user, number, **names)
            feed = _feed(format_, source, request.path, number)
            answer = HttpResponse(content_type=feed.content_type)
            feed.write(answer, "utf-8")
        if links := _links(feed):
            answer.headers["Link"] = links
        if source.items:
            answer.headers["Last-Modified"] = http_date(feed.latest_post_date().timestamp())
        # The text's own tag alone decides: a date would miss what changes without one, a name, a
        # row set by hand.
        tag = f'"{sha256(answer.content).hexdigest()[:32]}"'
        answer.headers["ETag"] = tag
        return get_conditional_response(request, etag=tag, response=answer) or answer

    return view


def _number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdecimal()) or len(asked) > 6:
        raise Http404
    if not 1 <= int(asked) <= PAGES:
        raise Http404
    return int(asked)


def _feed(format_: type[Format], source: Source, address: str, number: int) -> Format:
    if number > 1 and not source.items:
        raise Http404
    own = absolute(address)
    pages = {
        NEXT: f"{own}?page={number + 1}" if source.has_more else "",
        PREVIOUS: (f"{own}?page={number - 1}" if number > 2 else own) if number > 1 else "",
        HUB: settings.WEBSUB_HUB if source.is_told and number == 1 else "",
    }
    feed = format_(
        title=clean(source.title),
        link=absolute(source.page),
        description=clean(source.description),
        language=site.current().language,
        feed_url=f"{own}?page={number}" if number > 1 else own,
        feed_guid=source.id or absolute(source.page),
    )
    feed.feed |= pages | {BEGUN: source.updated}
    for item in source.items:
        _add(feed, item)
    return feed


def _add(feed: Format, item: Item) -> None:
    summary = clean(item.summary)
    feed.add_item(
        title=clean(item.title),
        link=item.url,
        # In Atom as in RSS it is HTML.
        description=escape(summary),
        unique_id=item.id,
        unique_id_is_permalink=False,
        pubdate=item.published.replace(microsecond=0),
        updateddate=item.updated.replace(microsecond=0),
        categories=[clean(tag) for tag in item.tags],
        enclosures=list(item.enclosures),
        summary=summary,
        content=clean(item.content),
        authors=[(clean(name), address) for name, address in item.authors],
        image=item.image,
        language=item.language,
    )


def _links(feed: Format) -> str:
    """Return the header that WebSub asks for, "" where no hub is told."""
    hub = feed.feed.get(HUB)
    return f'<{hub}>; rel="hub", <{feed.feed["feed_url"]}>; rel="self"' if hub else ""
