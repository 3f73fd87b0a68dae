"""Search over the posts: what a reader types, as either database's own full-text search takes it.

Words, "whole phrases", -left -"out"; the last word may be unfinished. What is typed is taken
apart here and every word quoted, so that nothing in it can be an operator or an error.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.db import connections
from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from posts.querysets.post import PostQuerySet

LONGEST = 200
MOST_TERMS = 20
ORDER = ["rank", "-published_at", "-pk"]
SNIPPET_BEFORE, SNIPPET_WORDS = 8, 36
SNIPPET_SEARCHED = 100_000  # characters of a text that are looked through for a snippet

_PIECE = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or several that must follow each other."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_prefix: bool = False


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


def search(posts: PostQuerySet, terms: tuple[Term, ...]) -> PostQuerySet:
    """Return those of the posts that hold all terms, the best match first, then the newest."""
    if all(term.is_excluded for term in terms):
        return posts.none()
    if connections[posts.db].vendor == "sqlite":
        return cast("PostQuerySet", _sqlite(posts, terms))
    return cast("PostQuerySet", _postgres(posts, terms))


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


def _sqlite(posts: PostQuerySet, terms: tuple[Term, ...]) -> QuerySet[Any]:
    def phrase(term: Term) -> str:
        return f'"{" ".join(term.words)}"' + ("*" if term.is_prefix else "")

    wanted = " AND ".join(phrase(term) for term in terms if not term.is_excluded)
    unwanted = "".join(f" NOT {phrase(term)}" for term in terms if term.is_excluded)
    # The plus keeps SQLite from looking into the index once for every post there is.
    return posts.extra(
        select={"rank": "bm25(posts_search, 10.0, 4.0, 4.0, 4.0, 1.0)"},
        tables=["posts_search"],
        where=["posts_post.id = +posts_search.rowid", "posts_search MATCH %s"],
        params=[f"({wanted}){unwanted}"],
        order_by=ORDER,
    )


def _postgres(posts: PostQuerySet, terms: tuple[Term, ...]) -> QuerySet[Any]:
    def phrase(term: Term) -> str:
        folded = [f"'{word}'" for raw in term.words for word in _WORD.findall(fold(raw))]
        ending = ":*" if term.is_prefix else ""
        return f"({' <-> '.join(folded)}{ending})" if folded else ""

    signed = [(term, phrase(term)) for term in terms]
    parts = [("!" if term.is_excluded else "") + made for term, made in signed if made]
    query = " & ".join(parts)
    return posts.extra(
        select={
            "rank": "-ts_rank('{0.1, 0.2, 0.4, 1.0}', posts_post.search, to_tsquery('simple', %s))"
        },
        select_params=[query],
        where=["posts_post.search @@ to_tsquery('simple', %s)"],
        params=[query],
        order_by=ORDER,
    )
