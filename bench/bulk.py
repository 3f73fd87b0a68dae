"""Fills tables past Django: triggers and most indexes are away meanwhile.

Only for databases that nobody else uses. On PostgreSQL the user must be a superuser.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from threading import Lock
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

Row = dict[str, Any]
BATCH = 5000
# Whose indexes go; those of others are needed meanwhile.
LARGE = ("posts_post", "comments_comment", "posts_listing")
MOST = 2  # connections at work
# Neither triggers fire nor foreign keys are looked up, but for what fills a post's own row.
SWIFT = (
    "SET session_replication_role = replica",
    "SET synchronous_commit = off",
    "SET maintenance_work_mem = '1GB'",
    "SET work_mem = '256MB'",
)
ALWAYS = "ALTER TABLE posts_post ENABLE {} TRIGGER posts_search_added"


logging.getLogger("blogsite.queries").setLevel(logging.ERROR)  # all here is slow


@contextmanager
def bare() -> Iterator[None]:
    """Without triggers and secondary indexes inside, and without waiting for the disk."""
    dropped = _sqlite_drops() if connection.vendor == "sqlite" else _postgres_drops()
    yield
    if connection.vendor == "sqlite":
        _run(dropped)
        return
    # The index of words takes longest.
    dropped.sort(key=lambda definition: "USING gin" not in definition)
    together(*(lambda one=one: _run([one]) for one in dropped))
    _run([ALWAYS.format("")])


def together(*tasks: Callable[[], None]) -> None:
    """Do all; on PostgreSQL at once, each over a connection of its own."""
    if connection.vendor == "sqlite":
        for task in tasks:
            task()
        return
    with ThreadPoolExecutor(MOST) as pool:
        for done in [pool.submit(_swiftly, task) for task in tasks]:
            done.result()


def _swiftly(task: Callable[[], None]) -> None:
    try:
        _run(SWIFT)
        task()
    finally:
        connection.close()


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def fill(model: type[Model], rows: Iterable[Row], *, hands: int = 1) -> None:
    """Insert rows given as column: value; columns left out get their field's default.

    On PostgreSQL so many connections take them in turns.
    """
    table, taking, rows = model._meta.db_table, Lock(), iter(rows)  # noqa: SLF001
    fields = model._meta.concrete_fields  # noqa: SLF001 - documented, whatever its name
    defaults = {
        str(field.column): field.get_db_prep_save(field.get_default(), connection)
        for field in fields
        if not field.primary_key
    }

    def take() -> list[Row]:
        with taking:
            return list(islice(rows, BATCH))

    def work() -> None:
        with transaction.atomic():
            while batch := take():
                columns = list(defaults | batch[0])
                _insert(table, columns, [list((defaults | row).values()) for row in batch])

    if connection.vendor == "sqlite":
        work()
    else:
        together(*[work] * hands)
        _run([f"ANALYZE {table}"])  # or triggers that look here plan for an empty table


def _insert(table: str, columns: list[str], rows: list[list[Any]]) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            places = ", ".join(["%s"] * len(columns))
            values = [[_as_sqlite_has_it(value) for value in row] for row in rows]
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", values)
            return
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _as_sqlite_has_it(value: Any) -> Any:
    is_time = isinstance(value, datetime)
    return str(value.astimezone(UTC).replace(tzinfo=None)) if is_time else value


def finish(numbered: Sequence[type[Model]]) -> None:
    """Let keys go on after those given, and the planner know what is there."""
    connection.close()
    _run(connection.ops.sequence_reset_sql(no_style(), numbered))
    if connection.vendor == "sqlite":
        _run(["ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"])
    else:
        _run(["VACUUM ANALYZE"])


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
    _run([*SWIFT, ALWAYS.format("ALWAYS")])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            " AND tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [list(LARGE)],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]
