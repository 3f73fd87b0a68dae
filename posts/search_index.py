"""The search index in the database: kept by triggers, so that every way of writing keeps it true.

SQLite has an FTS5 table beside the posts, PostgreSQL a column of theirs; Django knows neither.
"""

from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from blogsite.lib import triggers

APPS = {"posts", "accounts"}  # whose tables are indexed
MADE_BY = ("posts", "0002_search_index")

_WORDS_OF = """
SELECT post.id, post.title, post.summary,
  (SELECT group_concat(tag.name, ' ') FROM posts_tag tag
     JOIN posts_post_tags tagging ON tagging.tag_id = tag.id WHERE tagging.post_id = post.id),
  (SELECT group_concat(person.display_name || ' ' || person.username, ' ')
     FROM accounts_user person JOIN posts_authorship place ON place.person_id = person.id
     WHERE place.post_id = post.id),
  post.text
FROM posts_post post"""

_SQLITE_TABLE = """
CREATE VIRTUAL TABLE IF NOT EXISTS posts_search USING fts5(
  title, summary, tags, authors, body,
  content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2")"""

_FILL = f"INSERT INTO posts_search (rowid, title, summary, tags, authors, body) {_WORDS_OF}"

# Trigger: what fires it, and which posts it indexes again.
_SQLITE_TRIGGERS = {
    "posts_search_added": ("INSERT ON posts_post", "= new.id"),
    "posts_search_changed": (
        """UPDATE OF title, summary, text ON posts_post WHEN old.title IS NOT new.title
           OR old.summary IS NOT new.summary OR old.text IS NOT new.text""",
        "= new.id",
    ),
    "posts_search_removed": ("DELETE ON posts_post", "= old.id"),
    "posts_search_tagged": ("INSERT ON posts_post_tags", "= new.post_id"),
    "posts_search_retagged": (
        "UPDATE ON posts_post_tags",
        "IN (old.post_id, new.post_id)",
    ),
    "posts_search_untagged": ("DELETE ON posts_post_tags", "= old.post_id"),
    "posts_search_tag_renamed": (
        "UPDATE OF name ON posts_tag WHEN old.name IS NOT new.name",
        "IN (SELECT post_id FROM posts_post_tags WHERE tag_id = new.id)",
    ),
    "posts_search_credited": ("INSERT ON posts_authorship", "= new.post_id"),
    "posts_search_recredited": (
        "UPDATE OF post_id, person_id ON posts_authorship",
        "IN (old.post_id, new.post_id)",
    ),
    "posts_search_uncredited": ("DELETE ON posts_authorship", "= old.post_id"),
    "posts_search_author_renamed": (
        """UPDATE OF display_name, username ON accounts_user
           WHEN old.display_name IS NOT new.display_name OR old.username IS NOT new.username""",
        "IN (SELECT post_id FROM posts_authorship WHERE person_id = new.id)",
    ),
}

# The words as FTS5 sees them: without accents and case, parted by all that is no letter or digit.
# Of pure ASCII, where each letter is a byte, the quick lower() says the same.
_POSTGRES_FUNCTIONS = r"""
CREATE OR REPLACE FUNCTION posts_search_words(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(
    CASE WHEN octet_length(value) = length(value)
      THEN lower((value COLLATE "C")) COLLATE "und-x-icu"
      ELSE regexp_replace(
        lower(normalize(value, NFKD) COLLATE "und-x-icu"), '[\u0300-\u036f]', '', 'g') END,
    '[^[:alnum:]]+', ' ', 'g')
$$;
CREATE OR REPLACE FUNCTION posts_search_document(
  title text, summary text, tags text, authors text, body text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE head tsvector :=
  setweight(to_tsvector('simple', posts_search_words(title)), 'A')
  || setweight(to_tsvector('simple', posts_search_words(summary)), 'B')
  || setweight(to_tsvector('simple', posts_search_words(coalesce(tags, ''))), 'B')
  || setweight(to_tsvector('simple', posts_search_words(coalesce(authors, ''))), 'B');
BEGIN
  RETURN head || to_tsvector('simple', posts_search_words(body));
EXCEPTION WHEN program_limit_exceeded THEN
  RETURN head || to_tsvector('simple', left(posts_search_words(body), 120000));
END $$;
CREATE OR REPLACE FUNCTION posts_search_of(post posts_post) RETURNS tsvector
LANGUAGE sql STABLE AS $$
  SELECT posts_search_document(
    post.title, post.summary,
    (SELECT string_agg(tag.name, ' ') FROM posts_tag tag
       JOIN posts_post_tags tagging ON tagging.tag_id = tag.id WHERE tagging.post_id = post.id),
    (SELECT string_agg(person.display_name || ' ' || person.username, ' ')
       FROM accounts_user person JOIN posts_authorship place ON place.person_id = person.id
       WHERE place.post_id = post.id),
    post.text)
$$;
CREATE OR REPLACE FUNCTION posts_search_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := posts_search_of(NEW);
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION posts_search_related() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    UPDATE posts_post post SET search = posts_search_of(post) WHERE id = OLD.post_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    UPDATE posts_post post SET search = posts_search_of(post) WHERE id = NEW.post_id;
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION posts_search_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE posts_post post SET search = posts_search_of(post)
    WHERE id IN (SELECT post_id FROM posts_post_tags WHERE tag_id = NEW.id);
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION posts_search_author() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE posts_post post SET search = posts_search_of(post)
    WHERE id IN (SELECT post_id FROM posts_authorship WHERE person_id = NEW.id);
  RETURN NULL;
END $$;
"""

_POSTGRES_INDEX = """
CREATE INDEX IF NOT EXISTS posts_search ON posts_post USING gin (search) WITH (fastupdate = off);
"""
_POSTGRES_COLUMN = f"""
ALTER TABLE posts_post ADD COLUMN IF NOT EXISTS search tsvector NOT NULL DEFAULT ''::tsvector;
{_POSTGRES_INDEX}"""
# An index made at once over all rows takes a fraction of the time that entering each word takes;
# none can be made while references wait to be checked.
_POSTGRES_REBUILD = f"""
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL maintenance_work_mem = '256MB';
DROP INDEX IF EXISTS posts_search;
UPDATE posts_post post SET search = posts_search_of(post);
{_POSTGRES_INDEX}
SET CONSTRAINTS ALL DEFERRED"""

_POSTGRES_TRIGGERS = {
    "posts_search_added": "BEFORE INSERT ON posts_post",
    "posts_search_changed": "BEFORE UPDATE OF title, summary, text ON posts_post",
    "posts_search_tags": "AFTER INSERT OR UPDATE OR DELETE ON posts_post_tags",
    "posts_search_authors": "AFTER INSERT OR UPDATE OF post_id, person_id OR DELETE"
    " ON posts_authorship",
    "posts_search_tag_renamed": "AFTER UPDATE OF name ON posts_tag",
    "posts_search_author_renamed": "AFTER UPDATE OF display_name, username ON accounts_user",
}
_POSTGRES_ACTIONS = {
    "posts_search_added": "posts_search_own()",
    "posts_search_changed": "posts_search_own()",
    "posts_search_tags": "posts_search_related()",
    "posts_search_authors": "posts_search_related()",
    "posts_search_tag_renamed": "posts_search_tag()",
    "posts_search_author_renamed": "posts_search_author()",
}
_POSTGRES_CONDITIONS = {
    "posts_search_changed": "(OLD.title, OLD.summary, OLD.text)"
    " IS DISTINCT FROM (NEW.title, NEW.summary, NEW.text)",
    "posts_search_tag_renamed": "OLD.name IS DISTINCT FROM NEW.name",
    "posts_search_author_renamed": "(OLD.display_name, OLD.username)"
    " IS DISTINCT FROM (NEW.display_name, NEW.username)",
}


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the empty index; its triggers come when all migrations are done."""
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE_TABLE if connection.vendor == "sqlite" else _POSTGRES_COLUMN)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers anew, in the form this version of the code gives them."""
    drop_triggers(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, (event, posts) in _SQLITE_TRIGGERS.items():
                cursor.execute(_sqlite_trigger(name, event, posts))
            return
        cursor.execute(_POSTGRES_FUNCTIONS)
        for name, event in _POSTGRES_TRIGGERS.items():
            cursor.execute(_postgres_trigger(name, event))


def rebuild(connection: BaseDatabaseWrapper) -> None:
    """Index every post again; needs a transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO posts_search (posts_search) VALUES ('delete-all')")
            cursor.execute(_FILL)
        else:
            cursor.execute(_POSTGRES_REBUILD)


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, so that the tables they watch can be changed."""
    if connection.vendor == "sqlite":
        triggers.drop(connection, ((name, "") for name in _SQLITE_TRIGGERS))
    else:
        watched = ((name, event.split(" ON ")[1]) for name, event in _POSTGRES_TRIGGERS.items())
        triggers.drop(connection, watched)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the whole index away."""
    drop_triggers(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TABLE IF EXISTS posts_search")
        else:
            cursor.execute("ALTER TABLE posts_post DROP COLUMN IF EXISTS search")


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


def _sqlite_trigger(name: str, event: str, posts: str) -> str:
    happening, _when, condition = event.partition("WHEN ")
    when = f"WHEN {condition}" if condition else ""
    return f"""
    CREATE TRIGGER {name} AFTER {happening} {when} BEGIN
      DELETE FROM posts_search WHERE rowid {posts};
      {_FILL} WHERE post.id {posts};
    END"""  # noqa: S608


def _postgres_trigger(name: str, event: str) -> str:
    condition = _POSTGRES_CONDITIONS.get(name)
    when = f"WHEN ({condition})" if condition else ""
    action = _POSTGRES_ACTIONS[name]
    return f"CREATE TRIGGER {name} {event} FOR EACH ROW {when} EXECUTE FUNCTION {action}"
