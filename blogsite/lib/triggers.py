"""Database triggers that stand outside of migrations: when they go, when they come back.

A migration that rebuilds a table of SQLite's loses its triggers, and cannot run while other
triggers name that table: so there they go before every migration and come back after the last.
"""

from collections.abc import Collection, Iterable

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration

Plan = list[tuple[Migration, bool]]
Trigger = tuple[str, str]  # its name, and the table it watches


def touches(plan: Plan | None, apps: Collection[str]) -> bool:
    """Tell whether the migrations to run, or just run, are of one of the apps."""
    return any(migration.app_label in apps for migration, _backwards in plan or ())


def ran(plan: Plan | None, app: str, name: str) -> bool:
    """Tell whether that migration was among those just run forwards."""
    return any(
        (migration.app_label, migration.name, backwards) == (app, name, False)
        for migration, backwards in plan or ()
    )


def tables(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the tables that are there."""
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def drop(connection: BaseDatabaseWrapper, triggers: Iterable[Trigger]) -> None:
    """Take the triggers away, those that are there."""
    present = tables(connection)
    with connection.cursor() as cursor:
        for name, table in triggers:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            elif table in present:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def named(connection: BaseDatabaseWrapper, prefix: str) -> list[Trigger]:
    """Return the triggers that are there whose names begin so."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)"
            )
        return [(name, table) for name, table in cursor.fetchall() if name.startswith(prefix)]
