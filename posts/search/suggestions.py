"""What somebody may have meant whose words nobody's visible post has.

The neighbours of a word, one edit away, are looked up in the index, together with the rest of
what is asked for and among what the visitor sees: what is offered is found, and tells of nothing
that is not. The number of queries is bounded.
"""

import json
import re
from collections.abc import Iterator, Sequence
from string import digits

from django.db import connection

from posts.querysets.post import Visitor
from posts.search import literal
from posts.search.expression import Expression, Group, Phrase
from posts.search.finding import as_expression
from posts.search.newest import Within, newest
from posts.search.query import Term, plain
from posts.search.rows import rows
from posts.search.words import fold

LOOKED_AT = 300  # of the newest posts that a neighbour is in
SHORTEST, LONGEST = 3, 20  # letters of a word that is looked for in other spellings
WORDS = 2  # of a query that may be wrong at once
ASKED = 6  # words of a query, more of which are not asked for one by one
TRIED = 10
OFFERED = 3

_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوية",
)

# What the index has beside words, which nobody types.
_TOKEN = re.compile("s0[a-z]")

Holders = dict[str, set[int]]  # which posts hold each word


def suggestions(visitor: Visitor, typed: str, terms: tuple[Term, ...], within: Within) -> list[str]:
    """Return what to ask for instead, the most frequent first; each finds something."""
    wrong = _unknown(visitor, terms)
    if not wrong or len(wrong) > WORDS:
        return []
    neighbours = {term: list(edits(fold(term.words[0]))) for term in wrong}
    if not all(neighbours.values()):
        return []
    right = as_expression(tuple(term for term in terms if term not in neighbours))
    groups = {term: _any_of(words) for term, words in neighbours.items()}
    wanted = Expression((*right.wanted, *groups.values()), right.excluded)
    found = [key for key, _at in newest(visitor, wanted, within, LOOKED_AT)]
    found = list(literal.kept(found, terms))
    if not found:
        return []
    holders = {term: _holders(words, found) for term, words in neighbours.items()}
    return [_replaced(typed, choice) for choice in _best(holders)]


def edits(word: str) -> Iterator[str]:
    """Yield the words one letter away: one left out, two swapped, another one, one more.

    In a word that has digits, such as mp3, a digit counts as a letter.
    """
    first = word.lstrip(digits)[:1]
    alphabet = next((letters for letters in _ALPHABETS if first and first in letters), "")
    if not SHORTEST <= len(word) <= LONGEST or not word.isalnum() or not alphabet:
        return
    seen = {word}
    for made in _edited(word, alphabet if word.isalpha() else alphabet + digits):
        if len(made) > 1 and made not in seen and not _TOKEN.match(made):
            seen.add(made)
            yield made


def _edited(word: str, alphabet: str) -> Iterator[str]:
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    for left, right in halves:
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]
        if right:
            yield left + right[1:]
        for letter in alphabet:
            yield left + letter + right
            if right:
                yield left + letter + right[1:]


def _unknown(visitor: Visitor, terms: tuple[Term, ...]) -> list[Term]:
    """Return the words that the visitor finds nowhere at all, whatever else is asked for."""
    single = [term for term in terms if len(term.words) == 1 and not term.is_excluded]
    if len(single) > ASKED:
        return []
    return [term for term in single if not newest(visitor, as_expression((term,)), Within(), 1)]


def _any_of(words: Sequence[str]) -> Group:
    return tuple(Phrase((word,)) for word in words)


def _holders(words: Sequence[str], keys: Sequence[int]) -> Holders:
    """Return which of the posts hold each of the words; one query."""
    if connection.vendor == "sqlite":
        sql = """SELECT word.value, posts_search.rowid
            FROM json_each(%s) word CROSS JOIN posts_search
            WHERE posts_search MATCH '"' || word.value || '"'
              AND posts_search.rowid BETWEEN %s AND %s"""
        found = rows(sql, [json.dumps(words), min(keys), max(keys)])
    else:
        sql = """SELECT word, id FROM posts_post CROSS JOIN unnest(tsvector_to_array(search)) word
            WHERE id = ANY(%s) AND word = ANY(%s)"""
        found = rows(sql, [list(keys), list(words)])
    held, among = Holders(), set(keys)
    for word, key in found:
        if key in among:
            held.setdefault(word, set()).add(key)
    return held


def _best(holders: dict[Term, Holders]) -> list[dict[Term, str]]:
    """Return the words to put in place of the wrong ones, those of most posts first."""
    choices: list[tuple[dict[Term, str], set[int]]] = [({}, set())]
    for term, held in holders.items():
        choices = [
            (so_far | {term: word}, posts & keys if so_far else keys)
            for so_far, posts in choices
            for word, keys in sorted(held.items(), key=_frequent)[:TRIED]
        ]
    found = [choice for choice in choices if choice[1]]
    found.sort(key=lambda choice: (-len(choice[1]), list(choice[0].values())))
    return [words for words, _posts in found[:OFFERED]]


def _frequent(held: tuple[str, set[int]]) -> tuple[int, str]:
    return -len(held[1]), held[0]


def _replaced(typed: str, choice: dict[Term, str]) -> str:
    """Return what was typed with other words in place of the wrong ones."""
    typed = plain(typed)
    for term, word in sorted(choice.items(), key=lambda one: -one[0].start):
        piece = typed[term.start : term.end].replace(term.words[0], word, 1)
        typed = typed[: term.start] + piece + typed[term.end :]
    return typed
