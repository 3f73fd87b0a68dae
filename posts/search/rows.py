"""Plain SQL to the database that the search index is in."""

from typing import Any

from django.db import connection


def rows(sql: str, params: list[Any] | None = None) -> list[Any]:
    """Return what the statement finds; nothing for one that finds nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []
