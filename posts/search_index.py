"""The search index in the database: kept by triggers, so that every way of writing keeps it true.

SQLite has an FTS5 table beside the posts, PostgreSQL a column of theirs; Django knows neither.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from blogsite.lib import triggers
from posts.search import postgres_index, sqlite_index

APPS = {"posts", "accounts"}  # whose tables are indexed
MADE_BY = ("posts", "0002_search_index")

# By which the languages that posts are in are found; made late: the table must have the column.
_LANGUAGES = "CREATE INDEX posts_search_languages ON posts_post (language) WHERE language <> ''"


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the empty index; its triggers come when all migrations are done."""
    _run(connection, sqlite_index.CREATE, postgres_index.CREATE)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers anew, in the form this version of the code gives them."""
    drop_triggers(connection)
    _run(connection, sqlite_index.INSTALL, postgres_index.INSTALL)
    if "posts_search_languages" not in _indexes(connection):
        _run(connection, [_LANGUAGES], [_LANGUAGES])


def rebuild(connection: BaseDatabaseWrapper) -> None:
    """Index every post again, in one go; needs a transaction."""
    _run(connection, sqlite_index.REBUILD, postgres_index.REBUILD)


def index_again(connection: BaseDatabaseWrapper, first: int, last: int) -> None:
    """Index the posts again whose keys lie between these, both included; needs a transaction."""
    _run(connection, sqlite_index.AGAIN, postgres_index.AGAIN, [first, last])


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, so that the tables they watch can be changed."""
    is_sqlite = connection.vendor == "sqlite"
    triggers.drop(connection, sqlite_index.TRIGGERS if is_sqlite else postgres_index.TRIGGERS)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the whole index away."""
    drop_triggers(connection)
    _run(connection, sqlite_index.REMOVE, postgres_index.REMOVE)


def before_migrations(using: str, plan: triggers.Plan | None = None, **kwargs: Any) -> None:
    """Take the triggers away where a migration may make an indexed table anew, as on SQLite."""
    if connections[using].vendor == "sqlite" and triggers.touches(plan, APPS):
        drop_triggers(connections[using])


def after_migrations(using: str, plan: triggers.Plan | None = None, **kwargs: Any) -> None:
    """Bring the triggers back, and the index up to date where they were away."""
    connection = connections[using]
    if triggers.touches(plan, APPS) and _is_created(connection):
        with transaction.atomic(using=using):
            install_triggers(connection)
            if connection.vendor == "sqlite" or triggers.ran(plan, *MADE_BY):
                rebuild(connection)


def _run(
    connection: BaseDatabaseWrapper,
    on_sqlite: Iterable[str],
    on_postgres: Iterable[str],
    params: list[Any] | None = None,
) -> None:
    with connection.cursor() as cursor:
        for statement in on_sqlite if connection.vendor == "sqlite" else on_postgres:
            cursor.execute(statement, params)


def _indexes(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the indexes of posts."""
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, "posts_post"))


def _is_created(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if connection.vendor == "sqlite":
            return "posts_search" in tables
        columns = (
            connection.introspection.get_table_description(cursor, "posts_post")
            if "posts_post" in tables
            else []
        )
        return "search" in {column.name for column in columns}
