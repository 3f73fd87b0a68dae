"""Keeps posts.Listing and its counts true: triggers, so that every way of writing does.

A post stands in a list from its first publication on until it is withdrawn, binned or unlisted;
its time may lie ahead. The counts follow the places, not the posts: see posts.listing_counts.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from blogsite.lib import triggers
from posts import listing_counts
from posts.listing_counts import DAYS, MONTHS, PLACES

APPS = {"posts"}
MADE_BY = ("posts", "0007_lists_and_their_counts")
DAYS_MADE_BY = ("posts", "0012_counts_by_day")
COLUMNS = "post_id, kind, key, at, is_public, position"
_PLACE = "post.id, {kind}, {key}, post.published_at, post.visibility = 'public', {position}"
_LISTED = """post.published_at IS NOT NULL AND post.withdrawn_at IS NULL
  AND post.deleted_at IS NULL AND post.visibility <> 'unlisted'"""
_STATE = ("id", "published_at", "withdrawn_at", "deleted_at", "visibility")

# What puts posts into lists: table, kind, the column that is the list's key, its position there.
_MEMBERSHIPS = (
    ("posts_post_tags", 1, "tag_id", "NULL"),
    ("posts_authorship", 2, "person_id", "NULL"),
    ("posts_seriesentry", 3, "series_id", "member.position"),
)
_NOWHERE = "CAST(NULL AS integer)"
_SITE = f"""SELECT {_PLACE.format(kind=0, key=0, position=_NOWHERE)} FROM posts_post post
  WHERE {_LISTED}"""  # noqa: S608


def _member(table: str, kind: int, key: str, position: str) -> str:
    place = _PLACE.format(kind=kind, key=f"member.{key}", position=position)
    return f"""SELECT {place} FROM {table} member JOIN posts_post post ON post.id = member.post_id
  WHERE {_LISTED}"""  # noqa: S608


PARTS = (_SITE, *(_member(*membership) for membership in _MEMBERSHIPS))
TRUE_PLACES = "\nUNION ALL ".join(PARTS)


def rebuild(connection: BaseDatabaseWrapper) -> None:
    """Make all places and counts anew; needs a transaction, and the triggers away or in place."""
    counted = listing_counts.present(connection)
    triggers.drop(connection, listing_counts.count_triggers(connection.vendor))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {PLACES}")  # noqa: S608
        cursor.execute(f"INSERT INTO {PLACES} ({COLUMNS}) {TRUE_PLACES}")
    for counts in counted:
        listing_counts.refill(connection, counts)
    _make(connection, listing_counts.count_triggers(connection.vendor, counted))


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers anew, in the form this version of the code gives them."""
    drop_triggers(connection)
    counted = listing_counts.present(connection)
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(_POSTGRES_FUNCTIONS)
            cursor.execute(listing_counts.functions(counted))
    _make(connection, _place_triggers(connection.vendor))
    _make(connection, listing_counts.count_triggers(connection.vendor, counted))


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, so that the tables they watch can be changed."""
    triggers.drop(connection, _place_triggers(connection.vendor))
    triggers.drop(connection, listing_counts.count_triggers(connection.vendor))


def before_migrations(using: str, plan: triggers.Plan | None = None, **kwargs: Any) -> None:
    """Take the triggers away where a migration may make a table of theirs anew, as on SQLite."""
    if connections[using].vendor == "sqlite" and triggers.touches(plan, APPS):
        drop_triggers(connections[using])


def after_migrations(using: str, plan: triggers.Plan | None = None, **kwargs: Any) -> None:
    """Bring the triggers back, and the lists up to date where they were away."""
    connection = connections[using]
    if triggers.touches(plan, APPS) and MONTHS in listing_counts.present(connection):
        with transaction.atomic(using=using):
            install_triggers(connection)
            if connection.vendor == "sqlite" or triggers.ran(plan, *MADE_BY):
                rebuild(connection)
            elif triggers.ran(plan, *DAYS_MADE_BY):
                listing_counts.refill(connection, DAYS)


def _make(connection: BaseDatabaseWrapper, made: dict[triggers.Trigger, str]) -> None:
    with connection.cursor() as cursor:
        for (name, table), rest in made.items():
            happening, _on, action = rest.partition(" ON ")
            cursor.execute(f"CREATE TRIGGER {name} {happening} ON {table} {action}")


def _place_triggers(vendor: str) -> dict[triggers.Trigger, str]:
    """Return, by name and table, what keeps the places true."""
    made = dict(_sqlite_places() if vendor == "sqlite" else _postgres_places())
    return {(name, table): action for (name, table), action in made.items()}


def _sqlite_places() -> Iterator[tuple[triggers.Trigger, str]]:
    def fill(part: str, condition: str) -> str:
        return f"INSERT INTO posts_listing ({COLUMNS}) {part} AND {condition};"

    leaves = "DELETE FROM posts_listing WHERE post_id = old.id;"
    returns = "DELETE FROM posts_listing WHERE post_id = new.id;"
    enters = returns + " ".join(fill(part, "post.id = new.id") for part in PARTS)
    columns = ", ".join(_STATE)
    post = "posts_post"
    yield (
        ("listing_post_added", post),
        f"AFTER INSERT ON BEGIN {fill(_SITE, 'post.id = new.id')} END",
    )
    yield (
        ("listing_post_changed", post),
        f"AFTER UPDATE OF {columns} ON WHEN {_differs(_STATE)} BEGIN {leaves} {enters} END",
    )
    yield ("listing_post_removed", post), f"AFTER DELETE ON BEGIN {leaves} END"
    for (table, kind, key, position), part in zip(_MEMBERSHIPS, PARTS[1:], strict=True):
        goes = f"""DELETE FROM posts_listing
          WHERE post_id = old.post_id AND kind = {kind} AND key = old.{key};"""  # noqa: S608
        comes = goes.replace("old.", "new.") + fill(part, "member.id = new.id")
        yield ("listing_added_" + table, table), f"AFTER INSERT ON BEGIN {comes} END"
        moved = _differs(("id", "post_id", key, *_own_column(position)))
        update = f"AFTER UPDATE ON WHEN {moved} BEGIN {goes} {comes} END"
        yield ("listing_moved_" + table, table), update
        yield ("listing_removed_" + table, table), f"AFTER DELETE ON BEGIN {goes} END"


def _postgres_places() -> Iterator[tuple[triggers.Trigger, str]]:
    own = "FOR EACH ROW {when} EXECUTE FUNCTION listing_of_post()"
    post = "posts_post"
    listed = own.format(when="WHEN (NEW.published_at IS NOT NULL)")
    yield ("listing_post_added", post), f"AFTER INSERT ON {listed}"
    columns = ", ".join(_STATE)
    yield (
        ("listing_post_changed", post),
        f"AFTER UPDATE OF {columns} ON {own.format(when=f'WHEN ({_differs(_STATE)})')}",
    )
    yield ("listing_post_removed", post), f"AFTER DELETE ON {own.format(when='')}"
    for table, _kind, key, position in _MEMBERSHIPS:
        act = f"EXECUTE FUNCTION listing_of_{table}()"
        moved = _differs(("id", "post_id", key, *_own_column(position)))
        come_and_go = f"AFTER INSERT OR DELETE ON FOR EACH ROW {act}"
        yield ("listing_member_" + table, table), come_and_go
        yield (
            ("listing_moved_" + table, table),
            f"AFTER UPDATE ON FOR EACH ROW WHEN ({moved}) {act}",
        )


def _differs(columns: Iterable[str]) -> str:
    return " OR ".join(f"old.{name} IS DISTINCT FROM new.{name}" for name in columns)


def _own_column(position: str) -> tuple[str, ...]:
    return (position.partition("member.")[2],) if "." in position else ()


def _postgres_member(table: str, kind: int, key: str, position: str) -> str:
    part = _member(table, kind, key, position)
    return f"""
CREATE OR REPLACE FUNCTION listing_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM 1 FROM posts_post WHERE id = OLD.post_id FOR NO KEY UPDATE;
    DELETE FROM posts_listing WHERE post_id = OLD.post_id AND kind = {kind} AND key = OLD.{key};
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM 1 FROM posts_post WHERE id = NEW.post_id FOR NO KEY UPDATE;
    DELETE FROM posts_listing WHERE post_id = NEW.post_id AND kind = {kind} AND key = NEW.{key};
    INSERT INTO posts_listing ({COLUMNS}) {part} AND member.id = NEW.id;
  END IF;
  RETURN NULL;
END $$;"""  # noqa: S608


# A membership waits for whoever changes its post, and the other way round: neither misses what
# the other has not committed yet.
_POSTGRES_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION listing_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM posts_listing WHERE post_id = OLD.id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    DELETE FROM posts_listing WHERE post_id = NEW.id;
    INSERT INTO posts_listing ({COLUMNS})
      {" UNION ALL ".join(f"{part} AND post.id = NEW.id" for part in PARTS)};
  END IF;
  RETURN NULL;
END $$;
{"".join(_postgres_member(*membership) for membership in _MEMBERSHIPS)}
"""  # noqa: S608
