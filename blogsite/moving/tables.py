"""Tables as a move sees them: in the order of their dependencies, with their sequences."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from blogsite.moving.sums import BATCH, Row, columns

Model = type[models.Model]


def in_order() -> list[Model]:
    """Return every model that has a table, each after those it refers to."""
    waiting = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]
    ordered: list[Model] = []
    while waiting:
        free = [model for model in waiting if not _parents(model) & set(waiting) - {model}]
        ordered += free or waiting  # a circle is left to the constraints, checked at the end
        waiting = [model for model in waiting if model not in ordered]
    return ordered


def _parents(model: Model) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.related_model}


def insert(connection: BaseDatabaseWrapper, model: Model, found: Iterable[Row]) -> Iterator[Row]:
    """Store the rows in batches, yielding each as it is taken."""
    fields = columns(model)
    quote = connection.ops.quote_name
    into = f"INSERT INTO {quote(model._meta.db_table)} "
    into += f"({', '.join(quote(str(field.column)) for field in fields)}) VALUES "
    one = f"({', '.join(['%s'] * len(fields))})"
    batch: list[Any] = []
    held = 0
    with connection.cursor() as cursor:
        for row in found:
            yield row
            batch += (
                field.get_db_prep_save(value, connection)
                for field, value in zip(fields, row, strict=True)
            )
            held += 1
            if held == BATCH:
                cursor.execute(into + ", ".join([one] * held), batch)
                batch, held = [], 0
        if held:
            cursor.execute(into + ", ".join([one] * held), batch)


def empty(connection: BaseDatabaseWrapper, models_: Iterable[Model]) -> None:
    """Delete every row, children first."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for model in reversed(list(models_)):
            cursor.execute(f"DELETE FROM {quote(model._meta.db_table)}")


@contextmanager
def triggers_away(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Have no trigger of the site's fire meanwhile; needs a transaction."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            known = cursor.fetchall()
            for name, _sql in known:
                cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
            yield
            for _name, sql in known:
                cursor.execute(sql)
        return
    names = connection.introspection.table_names()
    _switch_triggers(connection, names, "DISABLE")
    yield
    _switch_triggers(connection, names, "ENABLE")


def _switch_triggers(connection: BaseDatabaseWrapper, names: list[str], state: str) -> None:
    with connection.cursor() as cursor:
        for name in names:
            quoted = connection.ops.quote_name(name)
            cursor.execute(f"ALTER TABLE {quoted} {state} TRIGGER USER")


def last_key(connection: BaseDatabaseWrapper, model: Model) -> int:
    """Return the last key that was given out, to a row that may be gone; 0 where there is none."""
    table, key = model._meta.db_table, model._meta.pk
    if not isinstance(key, models.AutoField):
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found = cursor.fetchone()
            return int(found[0]) if found else 0
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', key.column])
        sequence = cursor.fetchone()[0]
        cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")
        return int(cursor.fetchone()[0])


def set_last_key(connection: BaseDatabaseWrapper, model: Model, last: int) -> None:
    """Have the next key be a later one: none that was ever given out comes again."""
    table, key = model._meta.db_table, model._meta.pk
    if not last or key is None:
        return
    rows = model._base_manager.using(connection.alias)
    last = max(last, rows.aggregate(last=models.Max("pk"))["last"] or 0)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
            return
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', key.column, last]
        )


def check_at_once(connection: BaseDatabaseWrapper, models_: Iterable[Model]) -> None:
    """Have PostgreSQL check references row by row, but for rows that refer to their own table.

    Left to the end of the transaction, every check would wait in the server's memory.
    """
    if connection.vendor != "postgresql":
        return
    own = [name for model in models_ for name in _own_references(connection, model)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if own:
            names = ", ".join(connection.ops.quote_name(name) for name in own)
            cursor.execute(f"SET CONSTRAINTS {names} DEFERRED")


def _own_references(connection: BaseDatabaseWrapper, model: Model) -> list[str]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return [name for name, said in found.items() if (said["foreign_key"] or ("",))[0] == table]
