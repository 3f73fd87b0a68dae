"""Pages of a list by number, whatever its length.

A list that knows its length and finds any place in it at once (`Numbered`) gets the numbers of
its first, last and neighbouring pages; of other rows one more is read than a page shows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar, cast
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

SIZE = 10
DEEPEST_NUMBER = 100  # of rows that are not counted: they are read from the first to the asked
_NUMBER = re.compile("[1-9][0-9]{0,7}", re.ASCII)
# Addresses of pages once held the place of a row: its time or position, and its primary key.
_PLACE = re.compile(r"(\d{8}T\d{12}|\d{1,9})-(\d{1,18})", re.ASCII)

NEWER, OLDER = _("Newer"), _("Older")
PREVIOUS, NEXT = _("Previous"), _("Next")

Row = TypeVar("Row", bound=Model)
Row_co = TypeVar("Row_co", covariant=True)
Place = tuple[datetime | int, int]


class Numbered(Protocol[Row_co]):
    """A list of known length whose rows are found by their number; by a place, too."""

    def count(self) -> int:
        """Return how many rows there are."""

    def __getitem__(self, wanted: slice) -> Sequence[Row_co]:
        """Return the rows from one number until before another."""

    def number_of(self, place: Place, *, after: bool) -> int:
        """Return how many rows stand before the place, or up to it; ValueError if it is none."""


@dataclass(frozen=True, slots=True)
class Link:
    """One of the numbers under a list; without an address it is the page itself or a gap."""

    number: int = 0
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and the addresses of this page and the ones beside it."""

    rows: Sequence[Row]
    address: str
    newer: str = ""
    older: str = ""
    newer_label: str | Promise = NEWER
    older_label: str | Promise = OLDER
    is_first: bool = True
    number: int = 1
    first: int = 1  # its first row's number in the whole list
    numbers: list[Link] = field(default_factory=list)


def paginate(
    request: HttpRequest,
    rows: Numbered[Row],
    *,
    params: dict[str, str] | None = None,
    size: int = SIZE,
    labels: tuple[str | Promise, str | Promise] = (NEWER, OLDER),
) -> Page[Row]:
    """Return the page that `?page=` asks for, the first one without.

    `?before=` and `?after=` a place, as addresses once were, find the page from or up to there.
    Raises Http404 for a number or place that is none, or past the end.
    """
    start = _start(request, rows, size)
    length = rows.count()
    if start and start >= length:
        raise Http404
    number, last = start // size + 1, max(1, -(-length // size))
    path = request.path
    return Page(
        rows[start : start + size],
        _address(path, number, params),
        newer=_address(path, number - 1, params) if number > 1 else "",
        older=_address(path, number + 1, params) if number < last else "",
        newer_label=labels[0],
        older_label=labels[1],
        is_first=start == 0,
        number=number,
        first=start + 1,
        numbers=_numbers(path, number, last, params) if last > 1 else [],
    )


def numbered(
    request: HttpRequest, rows: QuerySet[Row], params: dict[str, str], *, size: int = SIZE
) -> Page[Row]:
    """Return the page that `?page=` asks for, of rows that would take long to count.

    Raises Http404 for a number that is none, too deep, or past the end.
    """
    number = _asked_number(request)
    if number > DEEPEST_NUMBER:
        raise Http404
    found = list(rows[(number - 1) * size : number * size + 1])
    if not found and number > 1:
        raise Http404
    further = len(found) > size and number < DEEPEST_NUMBER
    return Page(
        found[:size],
        _address(request.path, number, params),
        newer=_address(request.path, number - 1, params) if number > 1 else "",
        older=_address(request.path, number + 1, params) if further else "",
        newer_label=PREVIOUS,
        older_label=NEXT,
        is_first=number == 1,
        number=number,
    )


class BoundedPaginator(Paginator[Any]):
    """The desk's pages: rows beyond the first `MOST` are found by searching, not by leafing."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, at most `MOST`; no more of them are counted."""
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[: self.MOST].count()


def _start(request: HttpRequest, rows: Numbered[Any], size: int) -> int:
    """Return the number of the first row to show, from 0."""
    asked = [(name, request.GET[name]) for name in ("before", "after") if name in request.GET]
    if not asked:
        return (_asked_number(request) - 1) * size
    name, place = asked[0]
    match = _PLACE.fullmatch(place)
    if match is None or len(asked) > 1 or "page" in request.GET:
        raise Http404
    try:
        # `before` meant the smaller side: what follows in a list of times, what leads in others.
        value = _time(match[1]) if "T" in match[1] else int(match[1])
        onward = (name == "before") is isinstance(value, datetime)
        found = rows.number_of((value, int(match[2])), after=onward)
    except ValueError as error:
        raise Http404 from error
    return found if onward else max(0, found - size)


def _asked_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    if not _NUMBER.fullmatch(asked):
        raise Http404
    return int(asked)


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def _address(path: str, number: int, params: dict[str, str] | None = None) -> str:
    query = urlencode((params or {}) | ({"page": str(number)} if number > 1 else {}))
    return f"{path}?{query}" if query else path


def _numbers(path: str, number: int, last: int, params: dict[str, str] | None) -> list[Link]:
    """Return first, last, the page itself and its neighbours, with a gap where some are left."""
    near = {1, number - 1, number, number + 1, last}
    shown = sorted(one for one in near if 1 <= one <= last)
    links: list[Link] = []
    for before, at in zip([0, *shown], shown, strict=False):
        if at - before > 1:
            links.append(Link())
        here = at == number
        links.append(Link(at, "" if here else _address(path, at, params), here))
    return links
