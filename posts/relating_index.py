"""Writes down which posts and tags must be related anew: triggers, so that every change does.

A post's place in a list comes, goes or moves when it is published, tagged, withdrawn or put into
a series; each is work for the post, and for the tag whose list it is. So is a new title or text of
a listed post. The worker does it; see posts.relating.work.
"""

from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from blogsite.lib import triggers

APPS = {"posts"}
MADE_BY = ("posts", "0013_what_is_like_what")
_TABLE = "posts_relatingwork"
_PLACES = "posts_listing"

_FILL = f"""INSERT INTO {_TABLE} (kind, key, is_taken)
  SELECT 0, post_id, {{no}} FROM {_PLACES} WHERE kind = 0
  UNION ALL SELECT DISTINCT 1, key, {{no}} FROM {_PLACES} WHERE kind = 1"""  # noqa: S608


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers anew, in the form this version of the code gives them."""
    drop_triggers(connection)
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(_POSTGRES_FUNCTIONS)
        for statement in _triggers(connection.vendor).values():
            cursor.execute(statement)


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, so that the tables they watch can be changed."""
    triggers.drop(connection, _triggers(connection.vendor))


def before_migrations(using: str, plan: triggers.Plan | None = None, **kwargs: Any) -> None:
    """Take the triggers away where a migration may make a table of theirs anew, as on SQLite."""
    if connections[using].vendor == "sqlite" and triggers.touches(plan, APPS):
        drop_triggers(connections[using])


def after_migrations(using: str, plan: triggers.Plan | None = None, **kwargs: Any) -> None:
    """Bring the triggers back; have everything looked at once when they are new."""
    connection = connections[using]
    if triggers.touches(plan, APPS) and _TABLE in triggers.tables(connection):
        with transaction.atomic(using=using), connection.cursor() as cursor:
            install_triggers(connection)
            if triggers.ran(plan, *MADE_BY):
                cursor.execute(_FILL.format(no="0" if connection.vendor == "sqlite" else "false"))


def _triggers(vendor: str) -> dict[triggers.Trigger, str]:
    """Return the statements that make the triggers, by name and table."""
    if vendor != "sqlite":
        return _postgres_triggers()
    listed = f"EXISTS (SELECT 1 FROM {_PLACES} WHERE post_id = new.id)"  # noqa: S608
    changed = "old.title IS NOT new.title OR old.text IS NOT new.text"
    changed += " OR old.summary IS NOT new.summary OR old.language IS NOT new.language"
    return {
        ("relating_listed", _PLACES): f"""CREATE TRIGGER relating_listed AFTER INSERT ON {_PLACES}
            BEGIN {_sqlite_work("new")} END""",
        ("relating_unlisted", _PLACES): f"""CREATE TRIGGER relating_unlisted
            AFTER DELETE ON {_PLACES} BEGIN {_sqlite_work("old")} END""",
        ("relating_rewritten", "posts_post"): f"""CREATE TRIGGER relating_rewritten
            AFTER UPDATE OF title, text, summary, language ON posts_post
            WHEN ({changed}) AND {listed} BEGIN {_sqlite_one("0", "new.id")} END""",
    }


def _sqlite_work(row: str) -> str:
    tag = _sqlite_one("1", f"{row}.key", f"{row}.kind = 1 AND")
    return f"{_sqlite_one('0', f'{row}.post_id')} {tag}"


def _sqlite_one(kind: str, key: str, condition: str = "") -> str:
    return f"""INSERT INTO {_TABLE} (kind, key, is_taken) SELECT {kind}, {key}, 0
        WHERE {condition} NOT EXISTS (SELECT 1 FROM {_TABLE}
          WHERE kind = {kind} AND key = {key} AND NOT is_taken);"""  # noqa: S608


def _postgres_triggers() -> dict[triggers.Trigger, str]:
    each = "FOR EACH STATEMENT EXECUTE FUNCTION relating_places()"
    changed = "(OLD.title, OLD.text, OLD.summary, OLD.language)"
    changed += " IS DISTINCT FROM (NEW.title, NEW.text, NEW.summary, NEW.language)"
    return {
        ("relating_listed", _PLACES): f"""CREATE TRIGGER relating_listed AFTER INSERT
            ON {_PLACES} REFERENCING NEW TABLE AS place {each}""",
        ("relating_unlisted", _PLACES): f"""CREATE TRIGGER relating_unlisted AFTER DELETE
            ON {_PLACES} REFERENCING OLD TABLE AS place {each}""",
        ("relating_rewritten", "posts_post"): f"""CREATE TRIGGER relating_rewritten
            AFTER UPDATE OF title, text, summary, language ON posts_post
            FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION relating_text()""",
    }


def _postgres_work(keys: str) -> str:
    """Return SQL that adds what is not waiting yet."""
    return f"""INSERT INTO {_TABLE} (kind, key, is_taken)
    SELECT kind, key, false FROM ({keys}) AS found WHERE NOT EXISTS (
      SELECT 1 FROM {_TABLE} known
      WHERE known.kind = found.kind AND known.key = found.key AND NOT known.is_taken);"""  # noqa: S608


_CHANGED_PLACES = """SELECT DISTINCT 0 AS kind, post_id AS key FROM place
    UNION SELECT 1, key FROM place WHERE kind = 1"""
_CHANGED_TEXT = """SELECT 0 AS kind, NEW.id AS key
    WHERE EXISTS (SELECT 1 FROM posts_listing WHERE post_id = NEW.id)"""
_POSTGRES_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION relating_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {_postgres_work(_CHANGED_PLACES)}
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION relating_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {_postgres_work(_CHANGED_TEXT)}
  RETURN NULL;
END $$;
"""
