"""The search index on SQLite: an FTS5 table beside the posts, without a copy of their words."""

from posts.search.words import BREAK

# What FTS5's old tables take for letters: emoji and other signs younger than they are.
_SIGNS = "".join(
    chr(code)
    for code in (*range(0x20BA, 0x20C1), *range(0x23E0, 0x2400), *range(0x1F300, 0x1FB00))
    if not chr(code).isalnum()
)
TABLE = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS posts_search USING fts5(
  title, summary, tags, authors, body, content='', contentless_delete=1,
  tokenize="unicode61 remove_diacritics 2 categories 'L* Nd' separators '{_SIGNS}'")"""

# What stands beside the words of a part of the post: see posts.search.stems.
_BESIDE = {
    part: f"coalesce(' ' || json_extract(post.stems, '$.{part}'), '')"
    for part in ("title", "summary", "text")
}
_FILL = f"""
INSERT INTO posts_search (rowid, title, summary, tags, authors, body)
SELECT post.id, post.title || {_BESIDE["title"]}, post.summary || {_BESIDE["summary"]},
  (SELECT group_concat(tag.name, ' {BREAK} ') FROM posts_tag tag
     JOIN posts_post_tags tagging ON tagging.tag_id = tag.id WHERE tagging.post_id = post.id),
  (SELECT group_concat(person.display_name || ' {BREAK} ' || person.username, ' {BREAK} ')
     FROM accounts_user person JOIN posts_authorship place ON place.person_id = person.id
     WHERE place.post_id = post.id),
  post.text || {_BESIDE["text"]}
FROM posts_post post"""

_SOURCES = ("title", "summary", "text", "language")
_TEXT_CHANGED = " OR ".join(f"old.{column} IS NOT new.{column}" for column in _SOURCES)

# Trigger: what fires it, under which condition, and which posts it indexes again.
_TRIGGERS = {
    "added": ("INSERT ON posts_post", "", "= new.id"),
    "changed": (
        f"UPDATE OF {', '.join(_SOURCES)}, stems ON posts_post",
        f"{_TEXT_CHANGED} OR old.stems IS NOT new.stems",
        "= new.id",
    ),
    "removed": ("DELETE ON posts_post", "", "= old.id"),
    "tagged": ("INSERT ON posts_post_tags", "", "= new.post_id"),
    "retagged": ("UPDATE ON posts_post_tags", "", "IN (old.post_id, new.post_id)"),
    "untagged": ("DELETE ON posts_post_tags", "", "= old.post_id"),
    "tag_renamed": (
        "UPDATE OF name ON posts_tag",
        "old.name IS NOT new.name",
        "IN (SELECT post_id FROM posts_post_tags WHERE tag_id = new.id)",
    ),
    "credited": ("INSERT ON posts_authorship", "", "= new.post_id"),
    "recredited": (
        "UPDATE OF post_id, person_id ON posts_authorship",
        "",
        "IN (old.post_id, new.post_id)",
    ),
    "uncredited": ("DELETE ON posts_authorship", "", "= old.post_id"),
    "author_renamed": (
        "UPDATE OF display_name, username ON accounts_user",
        "old.display_name IS NOT new.display_name OR old.username IS NOT new.username",
        "IN (SELECT post_id FROM posts_authorship WHERE person_id = new.id)",
    ),
}
# Who writes past Python leaves the stems of another text: better none.
_OUTDATED = f"""
CREATE TRIGGER posts_search_outdated AFTER UPDATE OF {", ".join(_SOURCES)} ON posts_post
WHEN ({_TEXT_CHANGED}) AND old.stems IS new.stems AND new.stems IS NOT NULL BEGIN
  UPDATE posts_post SET stems = NULL WHERE id = new.id;
END"""


def _trigger(name: str, happening: str, condition: str, posts: str) -> str:
    when = f"WHEN {condition}" if condition else ""
    return f"""
    CREATE TRIGGER posts_search_{name} AFTER {happening} {when} BEGIN
      DELETE FROM posts_search WHERE rowid {posts};
      {_FILL} WHERE post.id {posts};
    END"""


CREATE = (TABLE,)
REMOVE = ("DROP TABLE IF EXISTS posts_search",)
TRIGGERS = tuple((f"posts_search_{name}", "posts_post") for name in (*_TRIGGERS, "outdated"))
INSTALL = (*(_trigger(name, *how) for name, how in _TRIGGERS.items()), _OUTDATED)
REBUILD = ("DROP TABLE IF EXISTS posts_search", TABLE, _FILL)
AGAIN = (
    "DELETE FROM posts_search WHERE rowid BETWEEN %s AND %s",
    f"{_FILL} WHERE post.id BETWEEN %s AND %s",
)
