"""Content versions: what readers see has changed if, and only if, the version of its scope has.

Triggers move them, in the transaction of the change and whoever makes it: forms, bulk actions,
commands, raw SQL. The page cache serves a page only while the versions it was made under stand.

A version is all the stamps of a scope. On SQLite there is one, replaced by a random one. On
PostgreSQL each transaction adds a stamp of its own and takes away the older ones that nobody else
is taking away: no writer ever waits for another, and what commits late still makes a difference.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from blogsite.lib import kept, triggers

SITE, LISTS, RIGHTS = kept.SITE, kept.LISTS, kept.RIGHTS
APPS = {"accounts", "posts", "comments", "blogsite", "auth"}

COUNTERS = {"like_count", "comment_count"}


@dataclass(frozen=True, slots=True)
class Watch:
    """Which changes of a model's rows move which scope.

    Every column counts but those in `unseen`, so that a new one does from its first day; rows
    for which `seen` is false before and after are seen by no reader. `scope` names a column.
    A change of any column moves `every` too.
    """

    unseen: frozenset[str] = frozenset()
    seen: str = ""
    scope: str = str(SITE)
    inserts: bool = True
    every: int | None = None


def _unseen(columns: str) -> frozenset[str]:
    return frozenset(columns.split())


# The source of a text shows in its HTML, which is stored beside it.
WATCHED: dict[str, Watch] = {
    "posts.Post": Watch(
        _unseen("body submitted_at withdrawn_by_id withdrawal_reason like_count comment_count"),
        seen="published_at IS NOT NULL",
    ),
    "posts.Post_tags": Watch(),
    "posts.Tag": Watch(),
    "posts.Series": Watch(),
    "posts.SeriesEntry": Watch(),
    "posts.Authorship": Watch(),
    "posts.Listing": Watch(),
    "posts.MonthCount": Watch(),
    "posts.FormerAddress": Watch(),
    # A new picture is seen once a post shows it.
    "posts.Image": Watch(_unseen("name alt"), inserts=False),
    "accounts.User": Watch(
        _unseen(
            "password last_login is_superuser is_staff username_key email email_confirmed_at"
            " suspended_until sessions_ended_at biography"
        ),
        every=RIGHTS,
    ),
    "blogsite.SiteSettings": Watch(),
    "comments.Comment": Watch(_unseen("held_because"), scope="post_id"),
    **{
        f"{app}.{name}": Watch(scope=str(RIGHTS))
        for app, name in (
            ("auth", "Permission"),
            ("auth", "Group_permissions"),
            ("accounts", "User_groups"),
            ("accounts", "User_user_permissions"),
        )
    },
}


@dataclass(frozen=True, slots=True)
class Event:
    """One trigger: what fires it under which condition, and which scopes it moves."""

    name: str
    table: str
    happening: str
    condition: str
    scopes: tuple[str, ...]


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the table, empty: without a version of the whole site no page is kept."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE TABLE content_version (scope integer PRIMARY KEY, stamp integer NOT NULL)"
            )
            return
        # Many short-lived rows: cleaned away long before a fifth of the table is dead.
        cursor.execute(
            "CREATE TABLE content_version (scope bigint, stamp bigint, PRIMARY KEY (scope, stamp))"
            " WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500)"
        )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the table away, and what keeps it true."""
    drop_triggers(connection)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS content_version")


def before_migrations(using: str, plan: triggers.Plan | None = None, **kwargs: Any) -> None:
    """Before a watched table changes, take the triggers away, and the site's version with them."""
    connection = connections[using]
    if triggers.touches(plan, APPS) and _is_created(connection):
        with transaction.atomic(using=using), connection.cursor() as cursor:
            drop_triggers(connection)
            cursor.execute("DELETE FROM content_version WHERE scope = %s", [SITE])


def after_migrations(using: str, plan: triggers.Plan | None = None, **kwargs: Any) -> None:
    """Bring the triggers back, and then the site's version: pages are kept again."""
    connection = connections[using]
    if _is_created(connection) and (triggers.touches(plan, APPS) or not _is_at_work(connection)):
        with transaction.atomic(using=using):
            install(connection)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers anew, in the form this version of the code gives them, and move the site.

    Needs a transaction: the site has a version only while the triggers are there.
    """
    drop_triggers(connection)
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(_POSTGRES_FUNCTIONS)
        for event in events():
            for statement in _trigger(connection.vendor, event):
                cursor.execute(statement)
    for scope in (RIGHTS, SITE):
        move(connection, scope)


def move(connection: BaseDatabaseWrapper, scope: int) -> None:
    """Move a version without a change in any table."""
    with connection.cursor() as cursor:
        for statement in _moves(connection.vendor, str(scope)):
            cursor.execute(statement)


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away."""
    named = {(event.name, event.table) for event in events()}
    emptied = {(f"content_emptied_{event.table}", event.table) for event in events()}
    triggers.drop(connection, named | emptied if connection.vendor != "sqlite" else named)


def events() -> Iterator[Event]:
    """Yield every trigger."""
    for label, watch in WATCHED.items():
        model = apps.get_model(label)
        meta = model._meta  # noqa: SLF001 - documented, whatever its name
        table, name = meta.db_table, f"content_{meta.db_table}"
        columns = [str(field.column) for field in meta.concrete_fields]
        shown = [column for column in columns if column not in watch.unseen]
        old, new = (_scope(row, watch) for row in ("old", "new"))
        if watch.inserts:
            yield Event(f"{name}_added", table, "INSERT", "", (new,))
        yield Event(f"{name}_removed", table, "DELETE", "", (old,))
        yield Event(f"{name}_changed", table, "UPDATE", _differs(shown, watch.seen), (old, new))
        if watch.every is not None:
            anyhow = _differs(columns, "")
            yield Event(f"{name}_anyhow", table, "UPDATE", anyhow, (str(watch.every),))
    counted = _differs(sorted(COUNTERS), "")
    yield Event("content_counted", "posts_post", "UPDATE", counted, ("new.id", str(LISTS)))


def _scope(row: str, watch: Watch) -> str:
    return watch.scope if watch.scope in {str(SITE), str(RIGHTS)} else f"{row}.{watch.scope}"


def _differs(columns: list[str], seen: str) -> str:
    changed = " OR ".join(f"old.{column} IS DISTINCT FROM new.{column}" for column in columns)
    return f"({changed}) AND (old.{seen} OR new.{seen})" if seen else changed


def _trigger(vendor: str, event: Event) -> Iterator[str]:
    scopes = dict.fromkeys(event.scopes)
    if vendor == "sqlite":
        when = f"WHEN {event.condition}" if event.condition else ""
        moves = "; ".join(move for scope in scopes for move in _moves(vendor, scope))
        yield f"""CREATE TRIGGER {event.name} AFTER {event.happening} ON {event.table}
            {when} BEGIN {moves}; END"""
        return
    when = f"WHEN ({event.condition})" if event.condition else ""
    body = " ".join(f"PERFORM content_moves({scope});" for scope in scopes)
    yield f"""CREATE OR REPLACE FUNCTION {event.name}() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN {body} RETURN NULL; END $$"""
    yield f"""CREATE TRIGGER {event.name} AFTER {event.happening} ON {event.table}
        FOR EACH ROW {when} EXECUTE FUNCTION {event.name}()"""
    if event.happening == "DELETE":
        yield f"""CREATE TRIGGER content_emptied_{event.table} AFTER TRUNCATE ON {event.table}
            FOR EACH STATEMENT EXECUTE FUNCTION content_emptied()"""


def _moves(vendor: str, scope: str) -> tuple[str, ...]:
    # No upsert: in a trigger of SQLite's, the conflict rule of the outer statement wins.
    if vendor == "sqlite":
        return (
            f"DELETE FROM content_version WHERE scope = {scope}",
            f"INSERT INTO content_version (scope, stamp) VALUES ({scope}, random())",
        )
    return (f"SELECT content_moves({scope})",)


_POSTGRES_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION content_moves(moved bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE mine bigint := hashtextextended(pg_current_xact_id()::text || ' ' || now()::text, 0);
BEGIN
  INSERT INTO content_version (scope, stamp) VALUES (moved, mine) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    DELETE FROM content_version WHERE scope = moved AND stamp IN (
      SELECT stamp FROM content_version WHERE scope = moved AND stamp <> mine
      FOR UPDATE SKIP LOCKED);
  END IF;
END $$;
CREATE OR REPLACE FUNCTION content_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM content_moves({SITE});
  RETURN NULL;
END $$;
"""


def _is_created(connection: BaseDatabaseWrapper) -> bool:
    return "content_version" in triggers.tables(connection)


def _is_at_work(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM content_version WHERE scope = %s", [SITE])
        return cursor.fetchone() is not None
