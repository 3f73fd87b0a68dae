"""Conditions on the order of publication that an index answers."""

from datetime import datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, Q
from django.db.models.sql.compiler import SQLCompiler


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


def beyond(field: str, value: datetime, pk: int, *, smaller: bool) -> Q:
    """Return what keeps the rows on one side of a place; written so that an index serves it."""
    sign = "lt" if smaller else "gt"
    return Q(**{f"{field}__{sign}e": value}) & (
        Q(**{f"{field}__{sign}": value}) | Q(**{f"pk__{sign}": pk})
    )
