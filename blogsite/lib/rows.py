"""Small questions that every page of a member asks, in plain SQL: building a query takes longer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connections, models, router


def rows(model: type[models.Model], sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return what the question finds; `{table}` in it is the model's table, values are `%s`."""
    connection = connections[router.db_for_read(model)]
    adapt = connection.ops.adapt_datetimefield_value
    sent = [adapt(value) if isinstance(value, datetime) else value for value in values]
    with connection.cursor() as cursor:
        cursor.execute(sql.format(table=model._meta.db_table), sent)  # noqa: SLF001
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
