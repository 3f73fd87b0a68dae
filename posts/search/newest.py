"""The newest posts that match an expression, among those a visitor sees in lists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from posts.models import Kind
from posts.querysets.post import Visitor
from posts.search import sampled
from posts.search.expression import (
    Expression,
    Group,
    Phrase,
    postgres,
    postgres_group,
    sqlite,
    sqlite_group,
)
from posts.search.rows import rows
from posts.search.words import fold, words

STEPPED_OVER = 100_000  # of what matches on SQLite, where what was chosen keeps few of it

Place = tuple[int, datetime]


@dataclass(frozen=True, slots=True)
class Within:
    """What a search is kept to: a tag, an author, the time from one moment until before another."""

    tag: int | None = None
    author: int | None = None
    times: tuple[datetime, datetime] | None = None
    tag_words: tuple[str, ...] = ()  # of its name, by which the index knows it
    author_words: tuple[str, ...] = ()


def newest(visitor: Visitor, expression: Expression, within: Within, most: int) -> list[Place]:
    """Return at most so many of them and their times, the newest first."""
    listed, params = _listed(visitor, within)
    if connection.vendor == "sqlite":
        query = sqlite(expression) + kept_to(within, " AND {{{}}} : {}", sqlite_group)
        found = _on_sqlite(query, listed, params, within, most)
    else:
        query = postgres(expression) + kept_to(within, " & {1}", postgres_group)
        found = sampled.newest(query, listed, params, most)
    places = [(post, _time(at)) for post, at in found]
    return sorted(places, key=lambda place: (place[1], place[0]), reverse=True)


def _listed(visitor: Visitor, within: Within) -> tuple[str, list[Any]]:
    """Return the condition on a place of the list that is searched, and its values."""
    tagged, written = (Kind.TAG, within.tag), (Kind.AUTHOR, within.author)
    (kind, key), *others = [one for one in (tagged, written) if one[1] is not None] or [
        (Kind.SITE, 0)
    ]
    conditions = [f"place.kind = {int(kind)} AND place.key = {key} AND place.at <= %s"]
    params: list[Any] = [_moment(timezone.now())]
    if not visitor.is_authenticated:
        conditions.append("place.is_public")
    for kind, key in others:
        conditions.append(
            "EXISTS (SELECT 1 FROM posts_listing other WHERE other.post_id = place.post_id"
            f" AND other.kind = {int(kind)} AND other.key = {key})"
        )
    if within.times is not None:
        conditions.append("place.at >= %s AND place.at < %s")
        params += map(_moment, within.times)
    return " AND ".join(conditions), params


def by_author(person: User) -> Within:
    """Return what keeps a search to one author."""
    return Within(author=person.pk, author_words=tuple(map(fold, words(person.username))))


def kept_to(within: Within, form: str, group: Callable[[Group], str]) -> str:
    """Return what of that the index can answer: it need not yield what is left out."""
    named = (("tags", within.tag_words), ("authors", within.author_words))
    return "".join(form.format(part, group((Phrase(words),))) for part, words in named if words)


def _on_sqlite(query: str, listed: str, params: list[Any], within: Within, most: int) -> list[Any]:
    """Return them by age of the row: the index yields the youngest, and looks at no other."""
    keys, bounds = "", list[Any]()
    if within.times is not None:
        bounds = _keys_of(within.times)
        keys = "AND rowid BETWEEN %s AND %s"
    return rows(
        f"""SELECT place.post_id, place.at FROM (
              SELECT rowid FROM posts_search WHERE posts_search MATCH %s {keys}
              ORDER BY rowid DESC LIMIT {STEPPED_OVER}) AS found
            CROSS JOIN posts_listing place ON place.post_id = found.rowid
            WHERE {listed} LIMIT {most}""",
        [query, *bounds, *params],
    )


def _keys_of(times: tuple[datetime, datetime]) -> list[Any]:
    """Return the least and the greatest key of what was published in that time."""
    sql = """SELECT coalesce(min(post_id), 0), coalesce(max(post_id), -1) FROM posts_listing
        WHERE kind = 0 AND key = 0 AND at >= %s AND at < %s"""
    return list(rows(sql, [_moment(time) for time in times])[0])


def _moment(time: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(time)


def _time(stored: datetime) -> datetime:
    """Return the moment with its zone: SQLite has UTC, and does not say so."""
    return stored if stored.tzinfo is not None else stored.replace(tzinfo=UTC)
