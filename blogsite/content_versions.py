"""Content versions: what readers see has changed if, and only if, the version of its scope has.

Triggers move them, in the transaction of the change and whoever makes it: forms, bulk actions,
commands, raw SQL. The page cache serves a page only while the versions it was made under stand.

A version is all the stamps of a scope. On SQLite there is one, replaced by a random one. On
PostgreSQL each transaction adds a stamp of its own and takes away the older ones that nobody else
is taking away: no writer ever waits for another, and what commits late still makes a difference.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from blogsite.lib import kept, triggers
from blogsite.watched import NEVER, WATCHED, Watch

SITE, LISTS, RIGHTS = kept.SITE, kept.LISTS, kept.RIGHTS
APPS = {"accounts", "posts", "comments", "blogsite", "auth"}

FORM = -3  # no scope: of which form the triggers are
COUNTERS = {"like_count", "comment_count"}


@dataclass(frozen=True, slots=True)
class Event:
    """One trigger: what fires it under which condition, and which scopes it moves.

    Of the `posts`, columns with their keys, one must be other than a draft; and `lookup`, SQL
    over other tables, must hold.
    """

    name: str
    table: str
    happening: str
    condition: str
    scopes: tuple[str, ...]
    posts: tuple[str, ...] = ()
    lookup: str = ""

    @property
    def guard(self) -> str:
        """Return SQL for what must hold beside the condition, "" for nothing."""
        seen = " OR ".join(
            f"NOT EXISTS (SELECT 1 FROM posts_post WHERE id = {post} AND published_at IS NULL)"
            for post in self.posts
        )
        return " AND ".join(f"({part})" for part in (seen, self.lookup) if part)


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
    """Bring the triggers back, and then the site's version: pages are kept again.

    Where no migration ran too, if they are not what this version of the code makes.
    """
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
        for statement in _statements(connection.vendor, triggers.tables(connection)):
            cursor.execute(statement)
        cursor.execute("DELETE FROM content_version WHERE scope = %s", [FORM])
        row = [FORM, _form(connection.vendor)]
        cursor.execute("INSERT INTO content_version (scope, stamp) VALUES (%s, %s)", row)
    for scope in (RIGHTS, SITE):
        move(connection, scope)


def _statements(vendor: str, tables: Collection[str] | None = None) -> list[str]:
    """Return what makes the triggers, those of the tables if given."""
    first = [] if vendor == "sqlite" else [_POSTGRES_FUNCTIONS]
    there = (event for event in events() if tables is None or event.table in tables)
    return first + [statement for event in there for statement in _trigger(vendor, event)]


def _form(vendor: str) -> int:
    """Return a number that is another once the triggers are to be others."""
    return int.from_bytes(sha256("\n".join(_statements(vendor)).encode()).digest()[:7])


def move(connection: BaseDatabaseWrapper, scope: int) -> None:
    """Move a version without a change in any table."""
    with connection.cursor() as cursor:
        for statement in _moves(connection.vendor, str(scope)):
            cursor.execute(statement)


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, those of any version of the code."""
    triggers.drop(connection, triggers.named(connection, "content_"))


def events() -> Iterator[Event]:
    """Yield every trigger."""
    for label, watch in WATCHED.items():
        model = apps.get_model(label)
        meta = model._meta  # noqa: SLF001 - documented, whatever its name
        table, name = meta.db_table, f"content_{meta.db_table}"
        columns = [str(field.column) for field in meta.concrete_fields]
        shown = [column for column in columns if column not in watch.unseen]
        old, new = _scope("old", watch), _scope("new", watch)
        was, is_ = (("old.post_id",), ("new.post_id",)) if watch.of_post else ((), ())
        comes, goes = (f"{row}.{watch.seen}" if watch.seen else "" for row in ("new", "old"))
        differs = _differs(shown, watch.seen)
        if watch.inserts != NEVER:
            yield Event(f"{name}_added", table, "INSERT", comes, (new,), is_, watch.inserts)
        yield Event(f"{name}_removed", table, "DELETE", goes, (old,), was)
        yield Event(f"{name}_changed", table, "UPDATE", differs, (old, new), was + is_)
        if watch.every is not None:
            every, anyhow = (str(watch.every),), _differs(columns, "")
            yield Event(f"{name}_anyhow_added", table, "INSERT", "", every)
            yield Event(f"{name}_anyhow_gone", table, "DELETE", "", every)
            yield Event(f"{name}_anyhow", table, "UPDATE", anyhow, every)
    counted = _differs(sorted(COUNTERS), "")
    yield Event("content_counted", "posts_post", "UPDATE", counted, ("new.id", str(LISTS)))


def _scope(row: str, watch: Watch) -> str:
    return (
        watch.scope
        if watch.scope in {str(SITE), str(LISTS), str(RIGHTS)}
        else f"{row}.{watch.scope}"
    )


def _differs(columns: list[str], seen: str) -> str:
    changed = " OR ".join(f"old.{column} IS DISTINCT FROM new.{column}" for column in columns)
    return f"({changed}) AND (old.{seen} OR new.{seen})" if seen else changed


def _trigger(vendor: str, event: Event) -> Iterator[str]:
    scopes = dict.fromkeys(event.scopes)
    if vendor == "sqlite":
        conditions = " AND ".join(f"({part})" for part in (event.condition, event.guard) if part)
        when = f"WHEN {conditions}" if conditions else ""
        moves = "; ".join(move for scope in scopes for move in _moves(vendor, scope))
        yield f"""CREATE TRIGGER {event.name} AFTER {event.happening} ON {event.table}
            {when} BEGIN {moves}; END"""
        return
    when = f"WHEN ({event.condition})" if event.condition else ""
    body = " ".join(f"PERFORM content_moves({scope});" for scope in scopes)
    if event.guard:
        body = f"IF {event.guard} THEN {body} END IF;"
    if event.posts:
        # Whoever publishes the draft at this moment is waited for, as by the lists' triggers.
        posts = ", ".join(event.posts)
        body = f"PERFORM 1 FROM posts_post WHERE id IN ({posts}) FOR NO KEY UPDATE; {body}"
    yield f"""CREATE OR REPLACE FUNCTION {event.name}() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN {body} RETURN NULL; END $$"""
    yield f"""CREATE TRIGGER {event.name} AFTER {event.happening} ON {event.table}
        FOR EACH ROW {when} EXECUTE FUNCTION {event.name}()"""
    if event.name == f"content_{event.table}_removed":
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
    """Tell whether the site has a version, and its triggers the form the code gives them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT scope, stamp FROM content_version WHERE scope < 0")
        stamps = dict(cursor.fetchall())
    return SITE in stamps and stamps.get(FORM) == _form(connection.vendor)
