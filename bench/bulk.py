"""Fills tables past Django: triggers and most indexes are away meanwhile.

Only for databases that nobody else uses. On PostgreSQL the user must be a superuser.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model

Row = dict[str, Any]
BATCH = 5000
LARGE = ("posts_post", "comments_comment")  # whose indexes go; those of others are needed meanwhile


logging.getLogger("blogsite.queries").setLevel(logging.ERROR)  # all here is slow


@contextmanager
def bare() -> Iterator[None]:
    """Without triggers and secondary indexes inside, and without waiting for the disk."""
    dropped = _sqlite_drops() if connection.vendor == "sqlite" else _postgres_drops()
    yield
    with connection.cursor() as cursor:
        for statement in dropped:
            cursor.execute(statement)


def fill(model: type[Model], rows: Iterable[Row]) -> None:
    """Insert rows given as column: value; columns left out get their field's default."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - documented, whatever its name
    defaults = {
        str(field.column): field.get_db_prep_save(field.get_default(), connection)
        for field in fields
        if not field.primary_key
    }
    moment = _moment_on_sqlite if connection.vendor == "sqlite" else _as_it_is
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        columns = list(defaults | batch[0])
        values = [
            [
                moment(value) if isinstance(value, datetime) else value
                for value in (defaults | row).values()
            ]
            for row in batch
        ]
        _insert(model._meta.db_table, columns, values)  # noqa: SLF001


def _insert(table: str, columns: list[str], rows: list[list[Any]]) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
            return
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _moment_on_sqlite(value: datetime) -> Any:
    return str(value.astimezone(UTC).replace(tzinfo=None))


def _as_it_is(value: datetime) -> Any:
    return value


def finish() -> None:
    """Let the planner know what is there; on PostgreSQL also give back what updates left."""
    connection.close()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"VACUUM (FULL, ANALYZE) {table}")
        # Once more: what was rewritten needs its map of pages that index-only scans trust.
        cursor.execute("VACUUM ANALYZE")


def _sqlite_drops() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("PRAGMA cache_size=-600000")
        cursor.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND"
            f" (type = 'trigger' OR type = 'index' AND tbl_name IN {LARGE}) ORDER BY type"
        )
        found = cursor.fetchall()
        for kind, name, _sql in found:
            cursor.execute(f"DROP {kind} {name}")
    # A derived table that was made anew may have brought its triggers back already.
    return [
        sql.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1) for *_what, sql in found
    ]


def _postgres_drops() -> list[str]:
    with connection.cursor() as cursor:
        # Neither triggers fire nor foreign keys are looked up.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            " AND tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [list(LARGE)],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]
