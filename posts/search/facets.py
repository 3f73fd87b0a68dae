"""What a search can be narrowed by: tag, author, year; how many posts found have each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import FormerUsername, User
from blogsite.lib.text import clean_line
from posts.models import FormerAddress, Kind, Tag
from posts.search.finding import Found
from posts.search.newest import Within, by_author
from posts.search.rows import rows
from posts.search.words import fold, words

SHOWN = 8  # values of a facet
NAMES = ("tag", "author", "year")


@dataclass(frozen=True, slots=True)
class Value:
    """Something a search can be narrowed by, and the address of what is found then."""

    name: str
    url: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a search is narrowed by, as the address has it, and what that is."""

    asked: Mapping[str, str]
    within: Within
    labels: Mapping[str, str]

    @property
    def is_known(self) -> bool:
        """Tell whether all of it can be found at all."""
        return set(self.asked) == set(self.labels)


def chosen(asked: Mapping[str, str]) -> Chosen:
    """Return what an address asks for, former names too; four queries at most."""
    given = {name: clean_line(asked.get(name, "")[:200]) for name in NAMES}
    typed = {name: value for name, value in given.items() if value}
    labels: dict[str, str] = {}
    within: dict[str, Any] = {}
    if tag := _tag(typed["tag"]) if "tag" in typed else None:
        labels["tag"] = tag.name
        within |= {"tag": tag.pk, "tag_words": tuple(map(fold, words(tag.name)))}
    if person := _person(typed["author"]) if "author" in typed else None:
        labels["author"] = str(person)
        within |= {"author": person.pk, "author_words": by_author(person).author_words}
    if times := _year(typed["year"]) if "year" in typed else None:
        labels["year"] = typed["year"]
        within["times"] = times
    return Chosen(typed, Within(**within), labels)


def chips(found: Found, chosen: Chosen, typed: str, path: str) -> list[Value]:
    """Return what the search is narrowed by, each with the address of the search without it.

    Of what was not found no more is told than was typed.
    """
    asked = dict(chosen.asked)
    return [
        Value(
            chosen.labels.get(name, value) if found.places else value,
            _address(path, typed, {key: asked[key] for key in asked if key != name}),
        )
        for name, value in asked.items()
    ]


def facets(found: Found, chosen: Chosen, typed: str, path: str) -> dict[str, list[Value]]:
    """Return the values of each facet that is not chosen and tells posts found apart."""
    if len(found.places) < 2:
        return {}
    asked = dict(chosen.asked)
    tags, people = _counted(found.keys)
    values = {
        "tag": [(tag.slug, tag.name, tags[tag.pk]) for tag in _top(Tag.objects, tags)],
        "author": [
            (person.username, str(person), people[person.pk])
            for person in _top(User.objects, people)
        ],
        "year": [(str(year), str(year), number) for year, number in _years(found)],
    }
    return {
        name: [
            Value(label, _address(path, typed, asked | {name: value}), number)
            for value, label, number in some
        ]
        for name, some in values.items()
        if name not in asked and any(number < found.count() for *_value, number in some)
    }


def _tag(slug: str) -> Tag | None:
    """Return the tag that has the address, or had it, or has it as another name."""
    if tag := Tag.objects.filter(slug=slug).first():
        return tag
    row = FormerAddress.objects.filter(path=f"tags/{slug}").select_related("tag").first()
    return row.tag if row else None


def _person(username: str) -> User | None:
    """Return who has the name, or had it."""
    people: QuerySet[User] = User.objects.filter(username=username)
    if person := people.first():
        return person
    row = FormerUsername.objects.named(username).select_related("person").first()
    return row.person if row else None


def _year(typed: str) -> tuple[datetime, datetime] | None:
    """Return when the year begins and ends for the site; None if it is none."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) == 4 and "1000" < typed < "9998"):
        return None
    zone = timezone.get_current_timezone()
    return datetime(int(typed), 1, 1, tzinfo=zone), datetime(int(typed) + 1, 1, 1, tzinfo=zone)


def _counted(keys: Sequence[int]) -> tuple[Counter[int], Counter[int]]:
    """Return how many of the posts each tag and each author has."""
    # Post by post, in this order: SQLite would rather go through all places of all tags.
    each, param = "unnest(%s::bigint[]) AS post(value)", [list(keys)]
    if connection.vendor == "sqlite":
        each, param = "json_each(%s) AS post", [str(list(keys))]  # type: ignore[list-item]
    found = rows(
        f"""SELECT place.kind, place.key, count(*) FROM {each} CROSS JOIN posts_listing place
            WHERE post_id = post.value AND kind IN ({Kind.TAG.value}, {Kind.AUTHOR.value})
            GROUP BY 1, 2""",
        param,
    )
    counters: dict[int, Counter[int]] = {Kind.TAG: Counter(), Kind.AUTHOR: Counter()}
    for kind, key, number in found:
        counters[kind][key] = number
    return counters[Kind.TAG], counters[Kind.AUTHOR]


def _top(things: Any, counts: Counter[int]) -> list[Any]:
    """Return the most frequent of them, of as many the first by name."""
    ranked = sorted(counts, key=lambda key: (-counts[key], key))[:SHOWN]
    found = things.in_bulk(ranked).values()
    return sorted(found, key=lambda thing: (-counts[thing.pk], str(thing).lower()))


def _years(found: Found) -> list[tuple[int, int]]:
    """Return how many posts each year has, the last first."""
    counts = Counter(timezone.localtime(at).year for _key, at in found.places)
    return sorted(counts.items(), reverse=True)[: SHOWN * 2]


def _address(path: str, typed: str, asked: Mapping[str, str]) -> str:
    return f"{path}?{urlencode({'q': typed, **asked})}"
