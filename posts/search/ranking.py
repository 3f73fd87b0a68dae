"""How well posts match: by the part of a post that holds each term, alike on both databases."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection

from posts.search.expression import (
    HEAD,
    TITLE,
    Expression,
    postgres_group,
    sqlite,
    sqlite_group,
)
from posts.search.rows import rows

# A term in the title counts as much as three in summary, tags or authors, or nine in the text.
WORTH = {TITLE: 9, HEAD: 3}
PARTS = tuple(WORTH)

Hits = list[tuple[int, int, str]]  # post, number of the term, part


def scores(expression: Expression, keys: Sequence[int]) -> dict[int, int]:
    """Return how well each post matches that has a term elsewhere than in its text alone."""
    if not keys:
        return {}
    hits = _on_sqlite if connection.vendor == "sqlite" else _on_postgres
    best: dict[int, dict[int, int]] = defaultdict(dict)
    for key, number, part in hits(expression, keys):
        best[key][number] = max(WORTH[part] - 1, best[key].get(number, 0))
    return {key: sum(terms.values()) for key, terms in best.items()}


def _on_sqlite(expression: Expression, keys: Sequence[int]) -> Hits:
    whole = f"({sqlite(expression)}) AND " if len(expression.wanted) > 1 else ""
    selects, params = [], list[Any]()
    for number, group in enumerate(expression.wanted):
        for part in PARTS:
            selects.append(
                f"SELECT rowid, {number}, '{part}' FROM posts_search"
                " WHERE posts_search MATCH %s AND rowid BETWEEN %s AND %s"
            )
            params += [whole + sqlite_group(group, part), min(keys), max(keys)]
    return rows(" UNION ALL ".join(selects), params)


def _on_postgres(expression: Expression, keys: Sequence[int]) -> Hits:
    asked = [
        (number, part, postgres_group(group, part))
        for number, group in enumerate(expression.wanted)
        for part in PARTS
    ]
    columns = ", ".join("head @@ to_tsquery('simple', %s)" for _ in asked)
    found = rows(
        f"""SELECT id, {columns} FROM (
            SELECT id, ts_filter(search, '{{a,b}}') AS head FROM posts_post
            WHERE id = ANY(%s) OFFSET 0) AS found""",
        [*(query for *_which, query in asked), list(keys)],
    )
    return [
        (key, number, part)
        for key, *holds in found
        for (number, part, _query), is_there in zip(asked, holds, strict=True)
        if is_there
    ]
