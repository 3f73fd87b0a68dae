"""The sitemap: an index, and pages of at most 1,000 addresses cut by primary key.

Cut so, no page needs a count of the rows before it, and a new post moves no other's place.
"""

from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from accounts.models import User
from blogsite.lib.addresses import absolute
from posts.models import Kind, Listing, Post, Tag

SIZE = 1000
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
"""
Row = TypeVar("Row", bound=Model)


class Span(Generic[Row]):
    """One page: the rows whose keys fall into its thousand."""

    def __init__(self, rows: QuerySet[Row], number: int) -> None:
        self.object_list = rows.filter(pk__gt=(number - 1) * SIZE, pk__lte=number * SIZE)

    def has_other_pages(self) -> bool:
        """Tell that Django need not look for more."""
        return False


class Spans(Generic[Row]):
    """All pages of the rows, as Django's sitemaps ask a paginator for them.

    `keys` has at least the rows' keys in descending order, and is quick to find the first of.
    """

    def __init__(self, rows: QuerySet[Row], keys: "QuerySet[Any, int]") -> None:
        self.rows = rows
        self.keys = keys

    @property
    def num_pages(self) -> int:
        """Return the number of the last page that may have rows; one look at an index."""
        return -(-(self.keys.first() or 0) // SIZE)

    def page(self, number: int | str) -> Span[Row]:
        """Return a page. Raises PageNotAnInteger, and EmptyPage where there can be none."""
        try:
            wanted = int(number)
        except ValueError as error:
            raise PageNotAnInteger from error
        # The first is there from the first day, empty.
        if not 1 <= wanted <= max(1, self.num_pages):
            raise EmptyPage
        return Span(self.rows, wanted)


class Section(Sitemap[Row]):
    """One kind of page; addresses are the site's own, whatever host was asked."""

    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        """Return the host of SITE_URL."""
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        """Return the scheme of SITE_URL."""
        return urlsplit(settings.SITE_URL).scheme


class PostSection(Section[Post]):
    """Public posts."""

    @property
    def paginator(self) -> Any:
        """Return the pages of the public posts."""
        rows = Post.objects.public().only("slug", "updated_at").order_by("pk")
        # Drafts are left out: what only they change must not change the sitemap.
        seen = Post.objects.filter(published_at__isnull=False).order_by("-pk")
        return Spans(rows, seen.values_list("pk", flat=True))

    def lastmod(self, item: Post) -> datetime:
        """Return when the text last changed."""
        return item.updated_at


class TagSection(Section[Tag]):
    """Tags of public posts."""

    @property
    def paginator(self) -> Any:
        """Return the pages of the tags that have something to show."""
        return Spans(_with_posts(Tag.objects.all(), Kind.TAG), _listed(Kind.TAG))

    def lastmod(self, item: Any) -> datetime:
        """Return when its newest post appeared."""
        changed: datetime = item.changed_at
        return changed


class AuthorSection(Section[User]):
    """Authors of public posts."""

    @property
    def paginator(self) -> Any:
        """Return the pages of the people who have something to show."""
        return Spans(_with_posts(User.objects.all(), Kind.AUTHOR), _listed(Kind.AUTHOR))

    def lastmod(self, item: Any) -> datetime:
        """Return when their newest post appeared."""
        changed: datetime = item.changed_at
        return changed


SECTIONS: dict[str, type[Section[Any]]] = {
    "posts": PostSection,
    "tags": TagSection,
    "authors": AuthorSection,
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the pages of every section."""
    lines = []
    for name, section in SECTIONS.items():
        first = escape(absolute(reverse("posts:sitemap_page", args=[name])))
        for number in range(1, section().paginator.num_pages + 1):
            query = f"?p={number}" if number > 1 else ""
            lines.append(f"<sitemap><loc>{first}{query}</loc></sitemap>\n")
    text = f"{_HEAD}{''.join(lines)}</sitemapindex>\n"
    return HttpResponse(text, content_type="application/xml")


@require_safe
def page(request: HttpRequest, section: str) -> TemplateResponse:
    """List the addresses of one page of a section."""
    return sitemap(request, dict(SECTIONS), section)


def _listed(kind: Kind) -> "QuerySet[Listing, int]":
    """Return the keys of all that has a list of the kind, the highest first."""
    return Listing.objects.filter(kind=kind).order_by("-key").values_list("key", flat=True)


def _with_posts(rows: QuerySet[Row], kind: Kind) -> QuerySet[Any]:
    """Keep the rows with a list that shows something, with the time of its first entry."""
    listed = Listing.objects.of(kind, OuterRef("pk")).for_visitor(AnonymousUser()).by_now()
    newest = Subquery(listed.newest_first().values("at")[:1])
    return rows.annotate(changed_at=newest).filter(changed_at__isnull=False).order_by("pk")
