"""The languages in whose stems a word is looked for: those that posts of the site are in."""

from django.db import connection

from blogsite.lib import site
from blogsite.lib.kept import SITE, Kept
from posts.search.stems import known

MOST = 8

# From one language to the next in the index, however many posts each has.
_USED = """WITH RECURSIVE used(language) AS (
    SELECT min(language) FROM posts_post WHERE language <> ''
    UNION ALL SELECT (SELECT min(post.language) FROM posts_post post
      WHERE post.language <> '' AND post.language > used.language)
    FROM used WHERE used.language IS NOT NULL)
  SELECT language FROM used WHERE language IS NOT NULL"""

_kept = Kept[tuple[str, ...]](SITE)


def of_site() -> str:
    """Return the language of posts that name none."""
    return site.current().language


def in_use() -> tuple[str, ...]:
    """Return the languages that have stems, the site's own first; at most `MOST`."""
    return _kept.get(of_site(), _read)


def _read() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_USED)
        codes = [of_site(), *(code for (code,) in cursor.fetchall())]
    return tuple(dict.fromkeys(known(code) for code in codes if known(code)))[:MOST]
