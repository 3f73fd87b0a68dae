"""The sitemap: an index, and pages of at most 10,000 addresses cut by primary key.

Cut so, no page needs a count of the rows before it, and a new post moves no other's place.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from accounts.models import User
from blogsite.lib.addresses import absolute
from posts.models import Kind, Listing, Post, Series, Tag

SIZE = 10_000
# Of the posts of so many pages the index says when they last changed; of more it takes too long.
DATED = 10
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_IMAGES = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
# As reverse() leaves them.
_SAFE = "!$&'()*+,;=/~:@"


class Entry(NamedTuple):
    """An address as its name in the path says it, when it last changed, and its pictures."""

    name: str
    changed: datetime
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of page.

    `address` is a route of one name; `last` returns the highest key that may have a page; `entries`
    those of keys above the first and up to the second; `dates` when pages of them last changed.
    """

    address: str
    last: Callable[[], int]
    entries: Callable[[int, int], Iterable[Entry]]
    dates: Callable[[], dict[int, datetime]] = dict

    @property
    def pages(self) -> int:
        """Return the number of the last page that may have entries; one look at an index."""
        return -(-self.last() // SIZE)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the pages of every section."""
    lines = [
        f"<sitemap><loc>{address}</loc>{_lastmod(changed)}</sitemap>\n"
        for name, section in SECTIONS.items()
        for address, changed in _pages(name, section)
    ]
    return _answer(f"{_XML}<sitemapindex {_SCHEMA}>\n{''.join(lines)}</sitemapindex>\n")


def _pages(name: str, section: Section) -> Iterator[tuple[str, datetime | None]]:
    pages = section.pages
    dates = section.dates() if 0 < pages <= DATED else {}
    first = escape(absolute(reverse("posts:sitemap_page", args=[name])))
    for number in range(1, pages + 1):
        yield f"{first}?p={number}" if number > 1 else first, dates.get(number)


@require_safe
def page(request: HttpRequest, section: str) -> HttpResponse:
    """List the addresses of one page of a section."""
    chosen, asked = SECTIONS.get(section), request.GET.get("p", "1")
    if chosen is None or not (asked.isascii() and asked.isdecimal()) or len(asked) > 9:
        raise Http404
    number = int(asked)
    # The first is there from the first day, empty.
    if number != 1 and not 1 <= number <= chosen.pages:
        raise Http404
    before, after = absolute(reverse(f"posts:{chosen.address}", args=["-"])).rsplit("-", 1)
    entries = chosen.entries((number - 1) * SIZE, number * SIZE)
    lines = [_url(f"{before}{quote(entry.name, _SAFE)}{after}", entry) for entry in entries]
    return _answer(f"{_XML}<urlset {_SCHEMA} {_IMAGES}>\n{''.join(lines)}</urlset>\n")


def _url(address: str, entry: Entry) -> str:
    pictures = "".join(
        f"<image:image><image:loc>{escape(absolute(one))}</image:loc></image:image>"
        for one in entry.pictures
    )
    return f"<url><loc>{escape(address)}</loc>{_lastmod(entry.changed)}{pictures}</url>\n"


def _lastmod(changed: datetime | None) -> str:
    if changed is None:
        return ""
    return f"<lastmod>{changed.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>"


def _answer(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="application/xml")


def _last_post() -> int:
    # Drafts are left out: what only they change must not change the sitemap.
    seen = Post.objects.filter(published_at__isnull=False).order_by("-pk")
    return seen.values_list("pk", flat=True).first() or 0


def _posts(above: int, most: int) -> Iterator[Entry]:
    rows = Post.objects.public().filter(pk__gt=above, pk__lte=most).order_by("pk")
    through = Post.pictures.through.objects.filter(post_id__gt=above, post_id__lte=most)
    pictures = defaultdict(list)
    for post, path in through.order_by("post_id", "pk").values_list("post_id", "image__path"):
        pictures[post].append(path)
    columns = ("pk", "slug", "updated_at", "published_at", "cover__path")
    for pk, slug, updated, published, cover in rows.values_list(*columns):
        shown = dict.fromkeys([*([cover] if cover else []), *pictures.get(pk, ())])
        addresses = tuple(default_storage.url(path) for path in shown)
        yield Entry(slug, max(updated, published or updated), addresses)


def _post_dates() -> dict[int, datetime]:
    """Return when the posts of each page last changed; read from an index of changes alone."""
    spans = Post.objects.published().order_by().annotate(span=(F("pk") - 1) / SIZE)
    changed = spans.values("span").annotate(changed=Max("updated_at"))
    return {int(span) + 1: at for span, at in changed.values_list("span", "changed")}


def _of(kind: Kind, rows: QuerySet[Any], name: str, address: str) -> Section:
    """Return the section of what has a list of the kind that shows something to everybody."""

    def last() -> int:
        keys = Listing.objects.filter(kind=kind).order_by("-key")
        return keys.values_list("key", flat=True).first() or 0

    def entries(above: int, most: int) -> Iterator[Entry]:
        listed = Listing.objects.of(kind, OuterRef("pk")).for_visitor(AnonymousUser()).by_now()
        newest = Subquery(listed.newest_first().values("at")[:1])
        found = rows.filter(pk__gt=above, pk__lte=most).annotate(changed=newest).order_by("pk")
        for named, changed in found.filter(changed__isnull=False).values_list(name, "changed"):
            yield Entry(named, changed)

    return Section(address, last, entries)


SECTIONS: dict[str, Section] = {
    "posts": Section("detail", _last_post, _posts, _post_dates),
    "tags": _of(Kind.TAG, Tag.objects.all(), "slug", "tag"),
    "authors": _of(Kind.AUTHOR, User.objects.all(), "username", "author"),
    "series": _of(Kind.SERIES, Series.objects.not_deleted(), "slug", "series"),
}
