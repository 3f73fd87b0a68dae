"""Usernames and display names: nobody passes for somebody else, or for the site."""

import random
from collections.abc import Iterator
from itertools import islice

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.testing import PASSWORD, make_user

LOOK_ALIKES = {
    "a": "a\u0430\u0251\uff41\U0001d41aA\u00e1\u0101",
    "l": "l1I|\u04cf\uff4c\U0001d425\u0142",
    "i": "i1l\u0456\u0131\uff49!\u00ed",
    "c": "c\u0441\uff43\U0001d41c\u00e7\u03f2",
    "e": "e\u0435\uff45\U0001d41e\u00e9",
    "d": "d\u0501\uff44\U0001d41d",
    "m": "m\uff4d\U0001d426",
    "n": "n\uff4e\U0001d427\u00f1",
}
HIDDEN = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u2066", "\u00ad", "-", "_", "\u0301"]


def look_alikes(name: str, number: int) -> list[str]:
    """Return names that could be taken for `name` at a glance."""
    chance = random.Random(name)  # noqa: S311

    def endless() -> Iterator[str]:
        while True:
            letters = [chance.choice(LOOK_ALIKES[letter]) for letter in name]
            if chance.random() < 0.5:
                letters.insert(chance.randrange(1, len(letters)), chance.choice(HIDDEN))
            yield "".join(letters)

    return list(islice(endless(), number))


@pytest.mark.parametrize("name", ["alice", "admin"])
def test_it_accepts_no_look_alike(db: None, name: str) -> None:
    if name == "alice":
        make_user("alice")
    accepted = []
    for variant in {*look_alikes(name, 200), name, name.upper(), f"{name}\u200b"}:
        try:
            accepted.append(User.objects.create_user(variant, "", PASSWORD).username)
        except ValidationError:
            continue
    assert accepted == []


def test_it_accepts_ordinary_names(db: None) -> None:
    for name in ("charlie", "charlie-smith", "Charlie_2", "c3", "x" * 30):
        assert User.objects.create_user(name, "", PASSWORD).username == name


@pytest.mark.parametrize(
    "name",
    ["a", "x" * 31, "-charlie", "charlie_", "char lie", "charlie@x", "chärlie", "../x", "",
     "write", "Settings", "feed", "support", "R00T", "moderat0r", "no_reply", "b1ogsite"],
)  # fmt: skip
def test_it_refuses_other_and_reserved_names(db: None, name: str) -> None:
    with pytest.raises(ValidationError):
        User.objects.create_user(name, "", PASSWORD)


@pytest.mark.parametrize("name", ["\u200b\u200d", " \u3164 ", "\u202e", "...", "\u2800"])
def test_a_display_name_shows_something(db: None, name: str) -> None:
    try:
        person = User.objects.create_user("charlie", "", PASSWORD, display_name=name)
    except ValidationError:
        return
    assert str(person) == "charlie"


@pytest.mark.parametrize("email", ["ALICE@example.org", "alice@EXAMPLE.ORG", "alice@example.org "])
def test_an_address_belongs_to_one_person(db: None, email: str) -> None:
    make_user("alice")
    with pytest.raises(ValidationError):
        User.objects.create_user("charlie", email, PASSWORD)


def test_an_address_has_plain_letters_before_the_at(db: None) -> None:
    with pytest.raises(ValidationError):
        User.objects.create_user("charlie", "\u212aate@example.org", PASSWORD)


def test_many_people_may_have_no_address(db: None) -> None:
    for name in ("charlie", "charlie-two"):
        User.objects.create_user(name)
    assert User.objects.filter(email="").count() == 2


@pytest.mark.parametrize("address", ["ftp://example.org", "javascript:alert(1)", "example"])
def test_a_website_is_on_the_web(db: None, address: str) -> None:
    with pytest.raises(ValidationError):
        User.objects.create_user("charlie", website=address)
