"""The places of posts in lists, and their counts, against the posts themselves."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from posts.listing_counts import BOTH, MONTHS, Counts, true_counts
from posts.listing_index import COLUMNS, PARTS, TRUE_PLACES
from posts.models import Kind, Post

Span = tuple[Counts, int, int, int]  # where it is counted, kind and key of the list, month or day


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
    """Return the months and days of lists whose counts are not those of the stored places."""
    spans: list[Span] = []
    for counts in BOTH:
        stored = f"SELECT * FROM ({_stored(counts)}) AS s"
        true = f"SELECT * FROM ({true_counts(connection.vendor, counts)}) AS t"
        both = _both(stored, true)
        found = {row[:3] for one, other in both for row in _rows(f"{one} EXCEPT {other}")}
        spans += sorted((counts, kind, key, span) for kind, key, span in found)
    return spans


def _stored(counts: Counts) -> str:
    return f"""SELECT kind, key, {counts.span}, sum(listed) AS listed, sum(public) AS public
      FROM {counts.table} GROUP BY kind, key, {counts.span}
      HAVING sum(listed) <> 0 OR sum(public) <> 0"""


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
    """Count one month or day of one list anew, while no place comes or goes."""
    counts, *where = span
    if connection.vendor != "sqlite":
        _do("LOCK TABLE posts_listing IN SHARE MODE", [])
    _do(f"DELETE FROM {counts.table} WHERE kind = %s AND key = %s AND {counts.span} = %s", where)
    true = true_counts(
        connection.vendor, counts, "(SELECT * FROM posts_listing WHERE kind = %s AND key = %s)"
    )
    _do(
        f"INSERT INTO {counts.table} ({counts.columns})"
        f" SELECT * FROM ({true}) AS t WHERE {counts.span} = %s",
        where,
    )


def _name(span: Span) -> str:
    counts, kind, key, number = span
    month, day = (number, None) if counts is MONTHS else divmod(number, 31)
    of = "" if day is None else f"-{day + 1:02}"
    return f"{Kind(kind).label} {key}, {month // 12}-{month % 12 + 1:02}{of}"


def _rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _do(sql: str, params: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
