"""The search index on PostgreSQL: a column of the posts, of words and the parts that hold them."""

from posts.search.words import BREAK, FORMS

# The words as FTS5 sees them: without case and Latin accents, parted by all that is no letter or
# digit. Of pure ASCII, where each letter is a byte, the quick lower() says the same.
_WORDS = rf"""
CREATE OR REPLACE FUNCTION posts_search_words(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(
    CASE WHEN octet_length(value) = length(value)
      THEN lower((value COLLATE "C")) COLLATE "und-x-icu"
      ELSE translate(regexp_replace(normalize(regexp_replace(
        normalize(lower(value COLLATE "und-x-icu"), NFD),
        '([a-z])[\u0300-\u036f]+', '\1', 'g'), NFC), '[\u0300-\u036f]', '', 'g'),
        '{"".join(FORMS)}', '{"".join(FORMS.values())}') END,
    '[^[:alnum:]]+', ' ', 'g')
$$"""
_PART = f"""
CREATE OR REPLACE FUNCTION posts_search_part(words text, beside text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('simple',
    posts_search_words(coalesce(words, '')) || ' ' || coalesce(beside, '') || ' {BREAK}')
$$"""
_DOCUMENT = """
CREATE OR REPLACE FUNCTION posts_search_document(
  title text, summary text, tags text, authors text, body text, stems json) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE head tsvector :=
  setweight(posts_search_part(title, stems ->> 'title'), 'A')
  || setweight(posts_search_part(summary, stems ->> 'summary'), 'B')
  || setweight(posts_search_part(tags, NULL), 'B')
  || setweight(posts_search_part(authors, NULL), 'B');
BEGIN
  RETURN head || posts_search_part(body, stems ->> 'text');
EXCEPTION WHEN program_limit_exceeded THEN
  RETURN head || to_tsvector('simple', left(posts_search_words(body), 120000));
END $$"""
_OF_POST = f"""
CREATE OR REPLACE FUNCTION posts_search_of(post posts_post) RETURNS tsvector
LANGUAGE sql STABLE AS $$
  SELECT posts_search_document(
    post.title, post.summary,
    (SELECT string_agg(tag.name, ' {BREAK} ') FROM posts_tag tag
       JOIN posts_post_tags tagging ON tagging.tag_id = tag.id WHERE tagging.post_id = post.id),
    (SELECT string_agg(person.display_name || ' {BREAK} ' || person.username, ' {BREAK} ')
       FROM accounts_user person JOIN posts_authorship place ON place.person_id = person.id
       WHERE place.post_id = post.id),
    post.text, post.stems::json)
$$"""
# Who writes past Python leaves the stems of another text: better none.
_OWN = """
CREATE OR REPLACE FUNCTION posts_search_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.stems IS NOT DISTINCT FROM OLD.stems THEN
    NEW.stems := NULL;
  END IF;
  NEW.search := posts_search_of(NEW);
  RETURN NEW;
END $$"""
_MEMBERSHIP = """
CREATE OR REPLACE FUNCTION posts_search_related() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    UPDATE posts_post post SET search = posts_search_of(post) WHERE id = OLD.post_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    UPDATE posts_post post SET search = posts_search_of(post) WHERE id = NEW.post_id;
  END IF;
  RETURN NULL;
END $$"""


def _named(name: str, posts: str) -> str:
    """Return the function that indexes the posts again that have what was renamed."""
    return f"""
CREATE OR REPLACE FUNCTION posts_search_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE posts_post post SET search = posts_search_of(post) WHERE id IN ({posts});
  RETURN NULL;
END $$"""


_FUNCTIONS = (
    "DROP FUNCTION IF EXISTS posts_search_document(text, text, text, text, text)",
    *(_WORDS, _PART, _DOCUMENT, _OF_POST, _OWN, _MEMBERSHIP),
    _named("tag", "SELECT post_id FROM posts_post_tags WHERE tag_id = NEW.id"),
    _named("author", "SELECT post_id FROM posts_authorship WHERE person_id = NEW.id"),
)

_SOURCES = ("title", "summary", "text", "language", "stems")
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in _SOURCES) for row in ("OLD", "NEW"))
# Trigger: the table, what fires it, under which condition, and what it does.
_TRIGGERS = {
    "added": ("posts_post", "BEFORE INSERT", "", "own"),
    "changed": (
        "posts_post",
        f"BEFORE UPDATE OF {', '.join(_SOURCES)}",
        f"WHEN (({_OLD}) IS DISTINCT FROM ({_NEW}))",
        "own",
    ),
    "tags": ("posts_post_tags", "AFTER INSERT OR UPDATE OR DELETE", "", "related"),
    "authors": (
        "posts_authorship",
        "AFTER INSERT OR UPDATE OF post_id, person_id OR DELETE",
        "",
        "related",
    ),
    "tag_renamed": (
        "posts_tag",
        "AFTER UPDATE OF name",
        "WHEN (OLD.name IS DISTINCT FROM NEW.name)",
        "tag",
    ),
    "author_renamed": (
        "accounts_user",
        "AFTER UPDATE OF display_name, username",
        "WHEN ((OLD.display_name, OLD.username) IS DISTINCT FROM (NEW.display_name, NEW.username))",
        "author",
    ),
}

_INDEX = (
    "CREATE INDEX IF NOT EXISTS posts_search ON posts_post USING gin (search)"
    " WITH (fastupdate = off)"
)
_COLUMN = (
    "ALTER TABLE posts_post ADD COLUMN IF NOT EXISTS search tsvector NOT NULL DEFAULT ''::tsvector"
)
CREATE = (_COLUMN, _INDEX)
REMOVE = ("ALTER TABLE posts_post DROP COLUMN IF EXISTS search",)
TRIGGERS = tuple((f"posts_search_{name}", how[0]) for name, how in _TRIGGERS.items())
INSTALL = (
    *_FUNCTIONS,
    *(
        f"CREATE TRIGGER posts_search_{name} {event} ON {table} FOR EACH ROW {condition}"
        f" EXECUTE FUNCTION posts_search_{action}()"
        for name, (table, event, condition, action) in _TRIGGERS.items()
    ),
)
# An index made at once over all rows takes a fraction of the time that entering each word takes;
# none can be made while references wait to be checked.
REBUILD = (
    "SET CONSTRAINTS ALL IMMEDIATE",
    "SET LOCAL maintenance_work_mem = '256MB'",
    "DROP INDEX IF EXISTS posts_search",
    "UPDATE posts_post post SET search = posts_search_of(post)",
    _INDEX,
    "SET CONSTRAINTS ALL DEFERRED",
)
# Locked first: what is computed then sees what whoever held a row has done to its tags.
AGAIN = (
    "SELECT id FROM posts_post WHERE id BETWEEN %s AND %s ORDER BY id FOR NO KEY UPDATE",
    """UPDATE posts_post post SET search = posts_search_of(post)
      WHERE id BETWEEN %s AND %s AND search IS DISTINCT FROM posts_search_of(post)""",
)
