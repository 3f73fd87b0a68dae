"""Searching for words that are others without their signs, alike on both databases."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.models import User
from posts.models import Post, TagSynonym
from posts.search import finding
from posts.search.marks import Marker, excerpt
from posts.search.query import parse
from posts.testing import count_queries, make_post


@pytest.fixture
def languages(alice: User) -> None:
    """Posts about languages whose names differ by signs alone, the oldest first."""
    make_post(alice, title="Plain", body="C is old. See manual#intro of it, and f too.")
    make_post(alice, title="Plus", body="Modern C++ is large.")
    make_post(alice, title="Sharp", body="It has C#, not more.")
    make_post(alice, title="Tagged", body="Nothing else.", tags=["F#"])
    make_post(alice, title="All of them", body="From C to (c++) and c#/F#: a travel guide.")


def found(typed: str) -> list[str]:
    return [post.title for post in finding.search(AnonymousUser(), parse(typed))[0:100]]


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("c", ["All of them", "Sharp", "Plus", "Plain"]),
        ("C++", ["All of them", "Plus"]),
        ("c#", ["All of them", "Sharp"]),
        ("F#", ["Tagged", "All of them"]),
        ("c+", []),
        ("c++ c#", ["All of them"]),
        ('"modern c++"', ["Plus"]),
        ('"modern c#"', []),
        ("c -c++", ["Sharp", "Plain"]),
        ("modern#intro", []),
        ("manual#intro", ["Plain"]),
    ],
)
def test_signs_tell_words_apart(languages: None, typed: str, titles: list[str]) -> None:
    assert found(typed) == titles


def test_other_names_of_tags_have_signs_too(alice: User) -> None:
    tag = make_post(alice, title="Native", tags=["cpp"]).tags.get()
    TagSynonym.objects.create(tag=tag, name="C++")
    assert found("c++") == ["Native"]
    assert found("c#") == []


def test_the_desk_finds_the_same(languages: None) -> None:
    keys = finding.matching(parse("c++"))
    assert set(Post.objects.filter(pk__in=keys).values_list("title", flat=True)) == {
        "Plus",
        "All of them",
    }


def test_what_is_looked_through_is_not_said_to_be_cut(
    languages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "RANKED", 2)
    assert finding.search(AnonymousUser(), parse("c")).is_cut
    assert not finding.search(AnonymousUser(), parse("c++")).is_cut


def test_the_word_is_marked_with_its_signs() -> None:
    shown = excerpt("C is older than C++ and C#", Marker(parse("c++"), "en"))
    assert shown.html == "C is older than <mark>C++</mark> and C#"
    assert shown.fragment == "#:~:text=older%20than-,C%2B%2B&text=c%2B%2B"


def test_signs_cost_one_query(client: Client, languages: None) -> None:
    without = count_queries(client, "/search/?q=c")
    assert count_queries(client, "/search/?q=c%2B%2B") == without + 1
