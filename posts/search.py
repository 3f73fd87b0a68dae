"""Search over the posts: what a reader types, as either database's own full-text search takes it.

Words, "whole phrases", -left -"out"; the last word may be unfinished. What is typed is taken
apart here and every word quoted, so that nothing in it can be an operator or an error.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from blogsite.lib import paginate
from posts.models import Post
from posts.querysets.post import Visitor

LONGEST = 200
MOST_TERMS = 20
RANKED = 1000  # of more posts that match, the newest are found
COMMON = 3000  # posts that hold a word, from which on its rarity is not asked for
PATIENCE = 400  # milliseconds for finding on PostgreSQL; after that the newest posts alone are
LOOKED_THROUGH = 2000
SNIPPET_BEFORE, SNIPPET_WORDS = 8, 36
SNIPPET_SEARCHED = 100_000  # characters of a text that are looked through for a snippet

Place = tuple[int, Any]

_PIECE = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or several that must follow each other."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The keys of the posts found, the best match first; are there more than these?"""

    visitor: Visitor
    keys: list[int]
    is_cut: bool

    def count(self) -> int:
        """Return how many there are."""
        return len(self.keys)

    def __getitem__(self, wanted: slice) -> list[Post]:
        """Return those of the posts, without their texts."""
        keys = self.keys[wanted]
        posts = Post.objects.listed_for(self.visitor).for_list().in_bulk(keys)
        return [posts[key] for key in keys if key in posts]

    def number_of(self, place: paginate.Place, *, after: bool) -> int:
        """Refuse: what is found has no place of its own."""
        raise ValueError("not a list by place")


def parse(typed: str) -> tuple[Term, ...]:
    """Return the terms in what somebody typed; never an error, at most 20, of 200 characters."""
    typed = unicodedata.normalize("NFC", typed[:LONGEST])
    terms = []
    for sign, phrase, word in _PIECE.findall(typed):
        if words := tuple(_WORD.findall(phrase or word)):
            unfinished = not sign and typed.endswith(word) and word.endswith(words[-1])
            is_prefix = bool(word) and unfinished and len(words[-1]) > 1
            terms.append(Term(words, bool(sign), is_prefix))
    *finished, last = terms[:MOST_TERMS] or [Term(())]
    whole = [Term(term.words, term.is_excluded) for term in finished]
    return (*whole, last) if last.words else ()


def search(visitor: Visitor, terms: tuple[Term, ...]) -> Found:
    """Return what holds all terms among the posts the visitor sees in lists, best match first.

    Of more than `RANKED` posts the newest are found.
    """
    if all(term.is_excluded for term in terms):
        return Found(visitor, [], is_cut=False)
    terms = _finished(terms)
    newest = _newest(visitor, terms)
    ranks = _ranks(terms, [key for key, _at in newest[:RANKED]])
    # By rank, then the newest first: as they come.
    order = sorted(newest[:RANKED], key=lambda place: ranks.get(place[0], 0.0))
    return Found(visitor, [key for key, _at in order], is_cut=len(newest) > RANKED)


def matching(terms: tuple[Term, ...]) -> list[int]:
    """Return the keys of the newest posts that hold all terms, drafts and all, for the desk."""
    if all(term.is_excluded for term in terms):
        return []
    if connection.vendor == "sqlite":
        query, where = sqlite_query(terms), "posts_search WHERE posts_search MATCH %s"
    else:
        query, where = postgres_query(terms), "posts_post WHERE search @@ to_tsquery('simple', %s)"
    key = "rowid" if connection.vendor == "sqlite" else "id"
    sql = f"SELECT {key} FROM {where} ORDER BY {key} DESC LIMIT {RANKED}"
    return [key for (key,) in _rows(sql, [query])]


def snippet(text: str, terms: tuple[Term, ...]) -> SafeString:
    """Return HTML: the words around the first match in the text, the matches marked."""
    text = text[:SNIPPET_SEARCHED]
    wanted = [term for term in terms if not term.is_excluded]
    whole = {fold(word) for term in wanted for word in term.words}
    starts = tuple(fold(term.words[-1]) for term in wanted if term.is_prefix)
    words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    hits = _hits(text, words, whole, starts)
    first = max(0, next(hits, SNIPPET_BEFORE) - SNIPPET_BEFORE)
    shown = words[first : first + SNIPPET_WORDS]
    if not shown:
        return SafeString("")
    marked = set(_hits(text, shown, whole, starts))
    opening = "… " if first else ""
    closing = " …" if first + SNIPPET_WORDS < len(words) else ""
    return mark_safe(opening + "".join(_marked(text, shown, marked)) + closing)  # noqa: S308


def fold(word: str) -> str:
    """Return the word without case and accents, as both databases index it."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word)
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()


def _hits(
    text: str, words: Iterable[tuple[int, int]], whole: set[str], starts: tuple[str, ...]
) -> Iterator[int]:
    for index, (start, end) in enumerate(words):
        word = fold(text[start:end])
        if word in whole or (starts and word.startswith(starts)):
            yield index


def _marked(text: str, words: list[tuple[int, int]], marked: set[int]) -> Iterator[str]:
    position = words[0][0]
    for index, (start, end) in enumerate(words):
        yield escape(text[position:start])
        word = escape(text[start:end])
        yield f"<mark>{word}</mark>" if index in marked else word
        position = end


def _newest(visitor: Visitor, terms: tuple[Term, ...]) -> list[Place]:
    """Return the newest that match and their times, one more than are ranked at most."""
    listed = "place.kind = 0 AND place.key = 0 AND place.at <= %s"
    listed += "" if visitor.is_authenticated else " AND place.is_public"
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    if connection.vendor == "sqlite":
        # The index yields the youngest rows first, without looking at the others.
        sql = f"""SELECT place.post_id, place.at FROM posts_search
            CROSS JOIN posts_listing place ON place.post_id = posts_search.rowid
            WHERE posts_search MATCH %s AND {listed}
            ORDER BY posts_search.rowid DESC LIMIT {RANKED + 1}"""
        found = _rows(sql, [sqlite_query(terms), now])
    else:
        found = _newest_on_postgres(postgres_query(terms), listed, now)
    return sorted(found, key=lambda place: (place[1], place[0]), reverse=True)


def _newest_on_postgres(query: str, listed: str, now: Any) -> list[Place]:
    """Return them by the plan the statistics suggest; if that takes long, of the newest posts."""
    sql = f"""SELECT place.post_id, place.at FROM {{places}} place
        JOIN posts_post post ON post.id = place.post_id
        WHERE post.search @@ to_tsquery('simple', %s) AND {listed}
        ORDER BY place.at DESC, place.post_id DESC LIMIT {RANKED + 1}"""
    few = f"""(SELECT * FROM posts_listing place WHERE {listed}
        ORDER BY place.at DESC, place.post_id DESC LIMIT {LOOKED_THROUGH})"""
    try:
        with transaction.atomic():
            _rows(f"SET LOCAL statement_timeout = {PATIENCE}")
            found = _rows(sql.format(places="posts_listing"), [query, now])
            _rows("SET LOCAL statement_timeout = DEFAULT")
            return found
    except OperationalError:
        return _rows(sql.format(places=few), [now, query, now])


def _ranks(terms: tuple[Term, ...], keys: list[int]) -> dict[int, float]:
    """Return how well each post matches, the best least."""
    if not keys:
        return {}
    if connection.vendor != "sqlite":
        sql = """SELECT id, -ts_rank('{0.1, 0.2, 0.4, 1.0}', search, to_tsquery('simple', %s))
            FROM posts_post WHERE id = ANY(%s)"""
        return dict(_rows(sql, [postgres_query(terms), keys]))
    query, rank = sqlite_query(terms), "bm25(posts_search, 10.0, 4.0, 4.0, 4.0, 1.0)"
    if any(_is_common(term) for term in terms if not term.is_excluded):
        # bm25() would go through all that hold the word, to know how rare it is.
        query, rank = f"{{title}} : ({sqlite_query(terms)})", "-1.0"
    sql = f"SELECT rowid, {rank} FROM posts_search WHERE posts_search MATCH %s AND rowid >= %s"
    return dict(_rows(sql, [query, min(keys)]))


def _finished(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Take a frequent last word as whole: FTS5 gathers all that a beginning stands for at once."""
    last = replace(terms[-1], is_prefix=False)
    if connection.vendor == "sqlite" and terms[-1].is_prefix and _is_common(last):
        return (*terms[:-1], last)
    return terms


def _is_common(term: Term) -> bool:
    sql = f"""SELECT count(*) FROM
        (SELECT 1 FROM posts_search WHERE posts_search MATCH %s LIMIT {COMMON})"""
    return bool(_rows(sql, [_phrase(term)])[0][0] == COMMON)


def _rows(sql: str, params: list[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + ("*" if term.is_prefix else "")


def sqlite_query(terms: tuple[Term, ...]) -> str:
    """Return the terms as FTS5 takes them."""
    wanted = " AND ".join(_phrase(term) for term in terms if not term.is_excluded)
    return f"({wanted})" + "".join(f" NOT {_phrase(term)}" for term in terms if term.is_excluded)


def postgres_query(terms: tuple[Term, ...]) -> str:
    """Return the terms as to_tsquery() takes them."""

    def phrase(term: Term) -> str:
        folded = [f"'{word}'" for raw in term.words for word in _WORD.findall(fold(raw))]
        ending = ":*" if term.is_prefix else ""
        return f"({' <-> '.join(folded)}{ending})" if folded else ""

    signed = [(term, phrase(term)) for term in terms]
    return " & ".join(("!" if term.is_excluded else "") + made for term, made in signed if made)
