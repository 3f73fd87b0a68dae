"""What the names of tags add to a query: other names of a tag, their stems, and parts of them.

Tags are few; so their other forms are looked up here, and the index has their names alone.
"""

from collections import defaultdict
from functools import partial
from typing import NamedTuple

from blogsite.lib.kept import SITE, Kept
from posts.models import Tag, TagSynonym
from posts.search.expression import Phrase
from posts.search.query import Term
from posts.search.stems import stem
from posts.search.words import fold, has_unspaced, loose, segments, words

MOST = 5000  # tags, the oldest of them, whose names are looked through


class Names(NamedTuple):
    """Names as the index has them: by other names, by forms of a word, and of unspaced scripts."""

    synonyms: dict[tuple[str, ...], set[tuple[str, ...]]]
    forms: dict[str, set[str]]
    unspaced: dict[str, str]  # by its letters, one by one


_kept = Kept[Names](SITE)


def names(used: tuple[str, ...]) -> Names:
    """Return the names of tags and their forms in these languages."""
    return _kept.get(used, partial(_read, used))


def also(term: Term, names: Names, used: tuple[str, ...]) -> list[Phrase]:
    """Return the names of tags that a term stands for, beside its own words."""
    found = names.synonyms.get(tuple(map(fold, term.words)), set())
    if len(term.words) == 1 and not term.is_exact:
        keys = {key for key in _forms(term.words[0], used) if key in names.forms}
        found = found | {(word,) for key in keys for word in names.forms[key]}
    if term.segments:
        run = " ".join(term.segments)
        found = found | {(name,) for letters, name in names.unspaced.items() if run in letters}
    return [Phrase(name) for name in sorted(found)]


def _forms(word: str, used: tuple[str, ...]) -> set[str]:
    """Return by what two words are known for forms of one; a language has stems of its own."""
    return {f"{language}:{stem(word, language)}" for language in used} | {loose(word)}


def _read(used: tuple[str, ...]) -> Names:
    names = Names(defaultdict(set), defaultdict(set), {})
    for name in Tag.objects.order_by("pk").values_list("name", flat=True)[:MOST]:
        for word in words(name):
            if has_unspaced(word):
                names.unspaced[" ".join(segments(word))] = fold(word)
                continue
            for form in _forms(word, used):
                names.forms[form].add(fold(word))
    others = TagSynonym.objects.order_by("pk").values_list("name", "tag__name")[:MOST]
    for other, name in others:
        if (key := tuple(map(fold, words(other)))) and words(name):
            names.synonyms[key].add(tuple(map(fold, words(name))))
    return names
