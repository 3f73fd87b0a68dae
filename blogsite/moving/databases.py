"""The two databases of a move: which they are, whether they are fit, and how they are left."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from blogsite.lib import environment, triggers

SOURCE = "source"
TARGET = DEFAULT_DB_ALIAS  # migrations, and what follows them, write there
MARKER = "move_in_progress"


class CannotMove(Exception):
    """Why the database is not moved; str() is the sentence for the operator."""


def settings_of(url: str) -> dict[str, Any]:
    """Return Django's settings for the address. Raises CannotMove."""
    try:
        settings = environment.database(url, Path())
    except environment.BrokenEnvironment as error:
        raise CannotMove(str(error).replace("DATABASE_URL", "A database's address")) from error
    settings["OPTIONS"] = {k: v for k, v in settings.get("OPTIONS", {}).items() if k != "pool"}
    if settings["ENGINE"].endswith("sqlite3"):
        settings["OPTIONS"] = {"timeout": 20, "init_command": "PRAGMA foreign_keys=ON;"}
    return settings


@contextmanager
def opened(source: dict[str, Any], target: dict[str, Any]) -> Iterator[None]:
    """Have the two stand where the site's own database stands otherwise; one thread sees them."""
    known: dict[str, Any] = connections.settings
    site_own, site_settings = connections[TARGET], known[TARGET]
    for alias, wanted in ((SOURCE, source), (TARGET, target)):
        known[alias] = connections.configure_settings({TARGET: wanted})[TARGET]
        connections[alias] = connections.create_connection(alias)
    del known[SOURCE]
    try:
        yield
    finally:
        for alias in (SOURCE, TARGET):
            connections[alias].close()
        del connections[SOURCE]
        known[TARGET], connections[TARGET] = site_settings, site_own
        ContentType.objects.clear_cache()  # their keys differ from one database to another


def check_source() -> None:
    """Refuse a source that is not there, or not of this version of the code."""
    connection = connections[SOURCE]
    file = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(file).is_file():
        raise CannotMove(f"There is no database {file}.")
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        raise CannotMove(f"The source cannot be read: {_first_line(error)}.") from error
    if MARKER in triggers.tables(connection):
        raise CannotMove("The source is what an interrupted move left behind.")
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotMove("The source is of another version: bring it up to date with this one.")


def check_target() -> None:
    """Refuse a target that holds anything."""
    try:
        found = triggers.tables(connections[TARGET])
    except DatabaseError as error:
        raise CannotMove(f"The target cannot be reached: {_first_line(error)}.") from error
    if MARKER in found:
        raise CannotMove("A move into this database was interrupted. Drop it, and create it anew.")
    if found:
        raise CannotMove(f"The target is not empty: it has {len(found)} tables.")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


@contextmanager
def snapshot() -> Iterator[BaseDatabaseWrapper]:
    """Read the source as it is at one moment, however long that takes and whoever writes."""
    connection = connections[SOURCE]
    with transaction.atomic(using=SOURCE), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM sqlite_master")
        else:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield connection


def mark() -> None:
    """Say in the target that it is not whole yet."""
    with connections[TARGET].cursor() as cursor:
        cursor.execute(f"CREATE TABLE {MARKER} (since varchar(40))")


def unmark() -> None:
    """Say that it is."""
    with connections[TARGET].cursor() as cursor:
        cursor.execute(f"DROP TABLE {MARKER}")


def clear() -> None:
    """Leave the target as empty as it was."""
    connection = connections[TARGET]
    connection.close()  # whatever it was in the middle of
    if connection.vendor == "sqlite":
        return  # its file is thrown away
    with connection.cursor() as cursor:
        for table in triggers.tables(connection):
            cursor.execute(f'DROP TABLE IF EXISTS "{table}" CASCADE')
        cursor.execute(_OWN_FUNCTIONS)
        for (signature,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION IF EXISTS {signature} CASCADE")


# Those of extensions belong to somebody else.
_OWN_FUNCTIONS = """
SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'
  AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""
