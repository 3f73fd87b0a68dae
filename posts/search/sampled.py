"""The newest posts that match, on PostgreSQL: first a guess how far back they lie.

Its index of words knows no order, and its planner not how frequent a word is of which only the
beginning is given, or that has no statistics. So whether the newest posts match is looked at first.
"""

from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone

from posts.search.rows import rows

PATIENCE = 400  # milliseconds; after that the newest posts alone are looked through
LOOKED_THROUGH = 2000
SAMPLED = 200  # of the newest posts
SPARE = 1.5  # how much farther back is looked than the sample says
FEW = 0.02  # of all posts: all that match are looked up, however old

# Parallel workers and compiled code cost more than they save; bitmaps are to stay exact.
_WAYS = f"""SET LOCAL statement_timeout = {PATIENCE}; SET LOCAL work_mem = '16MB';
SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off"""
_MATCHES = "search @@ to_tsquery('simple', %s)"
_NEWEST = "ORDER BY place.at DESC, place.post_id DESC"


def newest(query: str, listed: str, params: list[Any], most: int) -> list[Any]:
    """Return keys and times of at most so many posts, the newest first.

    `listed` is a condition on `place`, the first of whose values is the present moment.
    """
    try:
        with transaction.atomic():
            rows(_WAYS)
            return _by_sample(query, listed, params, most)
    except OperationalError:
        sql = f"""SELECT place.post_id, place.at FROM {_few(listed, LOOKED_THROUGH)} AS place
            JOIN posts_post post ON post.id = place.post_id WHERE post.{_MATCHES}
            {_NEWEST} LIMIT {most}"""
        return rows(sql, [*params, query])


def estimate(query: str, least: int) -> int:
    """Return about how many posts in the site's list match, 0 where there are not even so many."""
    listed = "place.kind = 0 AND place.key = 0 AND place.is_public AND place.at <= %s"
    total = "(SELECT sum(listed) FROM posts_monthcount WHERE kind = 0 AND key = 0)"
    sql = f"""SELECT count(*) FILTER (WHERE post.{_MATCHES}) * {total} / {SAMPLED}
        FROM {_few(f"{listed} AND {total} >= {least}", SAMPLED)} AS place
        JOIN posts_post post ON post.id = place.post_id"""
    return int(rows(sql, [query, timezone.now()])[0][0] or 0)


def _by_sample(query: str, listed: str, params: list[Any], most: int) -> list[Any]:
    """Look as far back as the sample says; if that is not enough, everywhere."""
    sql = f"""SELECT count(*) FILTER (WHERE post.{_MATCHES})
        FROM {_few(listed, SAMPLED)} AS place JOIN posts_post post ON post.id = place.post_id"""
    share = rows(sql, [query, *params])[0][0] / SAMPLED
    if share > FEW:
        # The time of the place so far back, if there are as many.
        sql = f"""SELECT place.at FROM posts_listing place WHERE {listed}
            {_NEWEST} OFFSET {int(most / share * SPARE)} LIMIT 1"""
        for (since,) in rows(sql, params):
            found = _since(since, query, listed, params, most)
            if len(found) == most:
                return found
    return _since(None, query, listed, params, most)


def _since(since: Any, query: str, listed: str, params: list[Any], most: int) -> list[Any]:
    """Return the newest that match, and were published since then if a time is given."""
    bound, times = (
        (" AND published_at BETWEEN %s AND %s", [since, params[0]]) if since else ("", [])
    )
    sql = f"""WITH found AS MATERIALIZED (SELECT id FROM posts_post WHERE {_MATCHES}{bound})
        SELECT place.post_id, place.at FROM found CROSS JOIN LATERAL (
          SELECT * FROM posts_listing place WHERE place.post_id = found.id AND {listed} LIMIT 1
        ) AS place {_NEWEST} LIMIT {most}"""
    return rows(sql, [query, *times, *params])


def _few(listed: str, number: int) -> str:
    return f"(SELECT * FROM posts_listing place WHERE {listed} {_NEWEST} LIMIT {number})"
