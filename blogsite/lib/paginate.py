"""Pages of a list by the keys of their rows, not by counting.

What somebody reads does not shift when something new appears, and a deep page costs what the
first one costs. A key is a row's place: `20261123T041400123456-17`, its time and number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, Model, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SIZE = 10
DEEPEST_NUMBER = 100
_TIME = "%Y%m%dT%H%M%S%f"
_KEY = re.compile(r"(\d{8}T\d{12}|\d{1,9})-(\d{1,18})", re.ASCII)

NEWER, OLDER = _("Newer"), _("Older")
PREVIOUS, NEXT = _("Previous"), _("Next")

Row = TypeVar("Row", bound=Model)
Value = datetime | int


@dataclass(frozen=True, slots=True)
class Order:
    """By a field of times or whole numbers, then by primary key in the same direction."""

    field: str
    descending: bool
    read: Callable[[str], Value]

    def names(self, *, reverse: bool = False) -> tuple[str, str]:
        """Return what `order_by()` takes."""
        sign = "-" if self.descending is not reverse else ""
        return f"{sign}{self.field}", f"{sign}pk"

    def key(self, row: Model) -> str:
        """Return the row's place, as it stands in addresses."""
        value: Value = getattr(row, self.field)
        if isinstance(value, datetime):
            return f"{value.astimezone(UTC).strftime(_TIME)}-{row.pk}"
        return f"{value}-{row.pk}"


def _time(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)


NEWEST_FIRST = Order("published_at", descending=True, read=_time)
BY_POSITION = Order("position", descending=False, read=int)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and the addresses of this page and the ones beside it."""

    rows: list[Row]
    address: str
    newer: str = ""
    older: str = ""
    newer_label: str | Promise = NEWER
    older_label: str | Promise = OLDER
    is_first: bool = True


class Unindexed(Func):
    """A field as it is, but no reason for SQLite to search an index by it.

    Of two upper bounds on one column SQLite searches by the first alone: were that the time now,
    and not the key of a deep page, it would walk over all that is newer.
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, Any]:
        """Return the field behind a plus, which SQLite does not look behind."""
        return self.as_sql(compiler, connection, template="+%(expressions)s")


def beyond(field: str, value: Value, pk: int, *, smaller: bool) -> Q:
    """Return what keeps the rows on one side of a place; written so that an index serves it."""
    sign = "lt" if smaller else "gt"
    return Q(**{f"{field}__{sign}e": value}) & (
        Q(**{f"{field}__{sign}": value}) | Q(**{f"pk__{sign}": pk})
    )


def paginate(
    request: HttpRequest, rows: QuerySet[Row], order: Order = NEWEST_FIRST, *, size: int = SIZE
) -> Page[Row]:
    """Return the page that `?before=` or `?after=` asks for; one query, two back at the start.

    `before` is the smaller side of a key and `after` the larger. Raises Http404 for a key that
    is none, and for one with nothing beyond it.
    """
    asked = [(name, request.GET[name]) for name in ("before", "after") if name in request.GET]
    if not asked:
        return _forward(request.path, rows, order, size)
    name, key = asked[0]
    match = _KEY.fullmatch(key)
    if match is None or len(asked) > 1:
        raise Http404
    try:
        value = order.read(match[1])
    except ValueError as error:
        raise Http404 from error
    side = rows.filter(beyond(order.field, value, int(match[2]), smaller=name == "before"))
    if (name == "before") is not order.descending:
        return _backward(request.path, side, order, size) or _forward(
            request.path, rows, order, size
        )
    page = _forward(request.path, side, order, size, asked=f"{name}={key}")
    if not page.rows:
        raise Http404
    return page


def numbered(
    request: HttpRequest, rows: QuerySet[Row], params: dict[str, str], *, size: int = SIZE
) -> Page[Row]:
    """Return the page that `?page=` asks for, of a list whose order has no key, such as a rank.

    Raises Http404 for a number that is none, too deep, or past the end.
    """
    asked = request.GET.get("page", "1")
    if not re.fullmatch("[1-9][0-9]{0,2}", asked) or int(asked) > DEEPEST_NUMBER:
        raise Http404
    number = int(asked)
    found = list(rows[(number - 1) * size : number * size + 1])
    if not found and number > 1:
        raise Http404

    def address(at: int) -> str:
        return f"{request.path}?{urlencode(params | ({'page': str(at)} if at > 1 else {}))}"

    return Page(
        found[:size],
        address(number),
        newer=address(number - 1) if number > 1 else "",
        older=address(number + 1) if len(found) > size and number < DEEPEST_NUMBER else "",
        newer_label=PREVIOUS,
        older_label=NEXT,
        is_first=number == 1,
    )


def _forward(path: str, rows: QuerySet[Row], order: Order, size: int, asked: str = "") -> Page[Row]:
    found = list(rows.order_by(*order.names())[: size + 1])
    shown = found[:size]
    return Page(
        shown,
        f"{path}?{asked}" if asked else path,
        newer=_link(path, order, shown[0], onward=False) if asked and shown else "",
        older=_link(path, order, shown[-1], onward=True) if len(found) > size else "",
        is_first=not asked,
    )


def _backward(path: str, rows: QuerySet[Row], order: Order, size: int) -> Page[Row] | None:
    """Return the page before a place, None where that is the first page."""
    found = list(rows.order_by(*order.names(reverse=True))[: size + 1])
    if len(found) <= size:
        return None
    shown = found[:size][::-1]
    # Its own address would move with every new row; it is the page that follows the row above it.
    return Page(
        shown,
        _link(path, order, found[size], onward=True),
        newer=_link(path, order, shown[0], onward=False),
        older=_link(path, order, shown[-1], onward=True),
        is_first=False,
    )


def _link(path: str, order: Order, row: Model, *, onward: bool) -> str:
    name = "before" if order.descending is onward else "after"
    return f"{path}?{name}={order.key(row)}"
