"""What is looked for, as either database's own full-text search takes it."""

from dataclasses import dataclass

from posts.search.query import Term
from posts.search.stems import stem, token
from posts.search.words import fold, loose

TITLE, HEAD = "title", "head"  # parts of a post: its title; its summary, tags and authors
_COLUMNS = {TITLE: "title", HEAD: "summary tags authors"}
_WEIGHTS = {TITLE: "A", HEAD: "B"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Folded words that follow each other; the last may go on."""

    words: tuple[str, ...]
    is_prefix: bool = False


Group = tuple[Phrase, ...]  # of which one must be there


@dataclass(frozen=True, slots=True)
class Expression:
    """Groups that must all be found, and those none of which may be."""

    wanted: tuple[Group, ...]
    excluded: tuple[Group, ...] = ()


def group(term: Term, languages: tuple[str, ...]) -> Group:
    """Return all that a term stands for: as it is typed or could be, and by its stems."""
    found = dict.fromkeys([Phrase(tuple(map(fold, term.words)), term.is_prefix)])
    if term.segments:
        found[Phrase(term.segments)] = None
    if len(term.words) == 1 and not term.is_exact:
        found |= dict.fromkeys(_forms(term.words[0], languages))
    return tuple(found)


def sqlite(expression: Expression) -> str:
    """Return the whole as FTS5 takes it."""
    wanted = " AND ".join(map(sqlite_group, expression.wanted))
    excluded = "".join(f" NOT {sqlite_group(group)}" for group in expression.excluded)
    return f"({wanted}){excluded}"


def sqlite_group(group: Group, part: str = "") -> str:
    """Return one group, in one part of a post, as FTS5 takes it."""
    any_of = " OR ".join(
        f'"{" ".join(phrase.words)}"' + ("*" if phrase.is_prefix else "") for phrase in group
    )
    return f"{{{_COLUMNS[part]}}} : ({any_of})" if part else f"({any_of})"


def postgres(expression: Expression) -> str:
    """Return the whole as to_tsquery() takes it."""
    wanted = [postgres_group(group) for group in expression.wanted]
    return " & ".join(wanted + ["!" + postgres_group(group) for group in expression.excluded])


def postgres_group(group: Group, part: str = "") -> str:
    """Return one group, in one part of a post, as to_tsquery() takes it."""
    return f"({' | '.join(_postgres_phrase(phrase, _WEIGHTS.get(part, '')) for phrase in group)})"


def _postgres_phrase(phrase: Phrase, weight: str) -> str:
    colon = ":" if weight else ""
    *whole, last = phrase.words
    ending = f":{'*' if phrase.is_prefix else ''}{weight}" if phrase.is_prefix or weight else ""
    parts = [*(f"'{word}'{colon}{weight}" for word in whole), f"'{last}'{ending}"]
    return f"({' <-> '.join(parts)})"


def _forms(word: str, languages: tuple[str, ...]) -> list[Phrase]:
    """Return the other words and stems that are looked for together with a word."""
    found = [loose(word)]
    for language in languages:
        stemmed = stem(word, language)
        found += [stemmed, token(stemmed, language)]
    return [Phrase((form,)) for form in found if form]
