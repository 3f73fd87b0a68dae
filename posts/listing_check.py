"""The places of posts in lists, and their counts by month, against the posts themselves."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from posts.listing_index import COLUMNS, PARTS, TRUE_PLACES, true_counts
from posts.models import Kind, Post

Span = tuple[int, int, int]  # kind and key of a list, and the month
_STORED_COUNTS = """SELECT kind, key, month, sum(listed) AS listed, sum(public) AS public
  FROM posts_monthcount GROUP BY kind, key, month HAVING sum(listed) <> 0 OR sum(public) <> 0"""


def recount(*, repair: bool) -> list[str]:
    """Return a sentence for each place or count that is not true, set right where told to."""
    posts = _wrong_posts()
    if repair:
        for post in posts:
            _list_again(post)
    spans = _wrong_spans()
    if repair:
        for span in spans:
            _count_again(span)
    return [
        *(f"Post {post}: its places in lists were not those it has" for post in posts),
        *(f"{_name(span)}: the number of posts was wrong" for span in spans),
    ]


def _wrong_posts() -> list[int]:
    """Return the keys of the posts some of whose places are missing, wrong or too many."""
    stored, true = f"SELECT {COLUMNS} FROM posts_listing", f"SELECT * FROM ({TRUE_PLACES}) AS t"
    found = {row[0] for one, other in _both(stored, true) for row in _rows(f"{one} EXCEPT {other}")}
    return sorted(found)


def _wrong_spans() -> list[Span]:
    """Return the months of lists whose counts are not those of the stored places."""
    stored = f"SELECT * FROM ({_STORED_COUNTS}) AS s"
    true = f"SELECT * FROM ({true_counts(connection.vendor)}) AS t"
    both = _both(stored, true)
    found = {tuple(row[:3]) for one, other in both for row in _rows(f"{one} EXCEPT {other}")}
    return sorted((kind, key, month) for kind, key, month in found)


def _both(stored: str, true: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (stored, true), (true, stored)


@transaction.atomic
def _list_again(post: int) -> None:
    """Make the places of one post anew, while nobody else changes it; the counts follow."""
    Post.objects.select_for_update().filter(pk=post).first()
    _do("DELETE FROM posts_listing WHERE post_id = %s", [post])
    for part in PARTS:
        _do(f"INSERT INTO posts_listing ({COLUMNS}) {part} AND post.id = %s", [post])


@transaction.atomic
def _count_again(span: Span) -> None:
    """Count one month of one list anew, while no place comes or goes."""
    if connection.vendor != "sqlite":
        _do("LOCK TABLE posts_listing IN SHARE MODE", [])
    _do("DELETE FROM posts_monthcount WHERE kind = %s AND key = %s AND month = %s", span)
    true = true_counts(
        connection.vendor, "(SELECT * FROM posts_listing WHERE kind = %s AND key = %s)"
    )
    _do(
        "INSERT INTO posts_monthcount (kind, key, month, listed, public)"
        f" SELECT * FROM ({true}) AS t WHERE month = %s",
        span,
    )


def _name(span: Span) -> str:
    kind, key, month = span
    return f"{Kind(kind).label} {key}, {month // 12}-{month % 12 + 1:02}"


def _rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _do(sql: str, params: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
