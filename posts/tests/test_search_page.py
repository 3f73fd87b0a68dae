"""The page that searches, narrows and suggests."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from posts.search.finding import search
from posts.search.query import parse
from posts.testing import count_queries, make_draft, make_post, make_posts

OPERATORS = ['"', "-", "*", ":", "(", ")", "^", "+", "AND", "OR", "NOT", "NEAR", "'", "\\"]
OPERATORS += ["&", "|", "!", "<->", "{title}", "-*", '"*', "%s", "%"]
LETTERS = ["body", "bean", "C++", "what?", "\0", "é", "ﬁ", "½", "日本", " ", "서울", "กิน", "s0s0"]
PIECES = st.sampled_from([*OPERATORS, *LETTERS])
FACETS = st.dictionaries(st.sampled_from(["tag", "author", "year"]), st.text(max_size=9))


@pytest.fixture
def garden(alice: User, bob: User) -> None:
    """Posts to find things in."""
    at = datetime(2024, 5, 1, 12, tzinfo=UTC)
    make_post(alice, title="Growing beans", body="They climb up a pole.", tags=["Food"], slug="g")
    make_post(alice, title="Soup", body="Made of dried beans.", tags=["Food"], published_at=at)
    make_post(bob, title="Poles", body="A pole is what beans climb.", slug="poles", tags=["Wood"])


def titles(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    found = re.findall(r'<h2 class="entry-title"[^>]*><a href="[^>]*>([^<]*)<', page)
    return [unescape(title) for title in found]


@pytest.mark.usefixtures("garden")
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join)), FACETS)
@example("a" * 10_000, {})
@example("-" * 10_000, {})
@example('"' * 201, {"year": "2024"})
@example("ﬁ½²\u0345\u200d🦀👩‍🚀 \ud800", {"tag": "food"})
@example("beans", {"tag": "\0", "author": "\0", "year": "\0"})
@example(" ".join("abcdefghij") * 20, {})
def test_nothing_that_is_typed_is_an_error(
    client: Client, typed: str, facets: dict[str, str]
) -> None:
    sent = {"q": typed} | facets
    sent = {name: value.encode("utf-8", "replace").decode() for name, value in sent.items()}
    assert client.get("/search/", sent).status_code == 200
    assert search(AnonymousUser(), parse(typed.replace("\ud800", ""))).count() >= 0


def test_it_shows_snippets_and_keeps_the_words(client: Client, garden: None) -> None:
    page = client.get("/search/?q=climb").content.decode()
    assert "<mark>climb</mark>" in page
    assert 'value="climb"' in page
    assert "noindex" in page
    assert "2 posts were found." in page


def test_search_engines_may_list_the_page_to_search_on_alone(client: Client, garden: None) -> None:
    assert "noindex" not in client.get("/search/").content.decode()
    assert "noindex" in client.get("/search/?q=nothing").content.decode()


def test_links_mark_the_words_on_the_post(client: Client, garden: None) -> None:
    page = client.get("/search/?q=climbs+pole").content.decode()
    assert 'href="/posts/g/#:~:text=They-,climb&amp;text=climb&amp;text=pole"' in page
    assert 'href="/posts/poles/#:~:text=A-,pole&amp;text=pole&amp;text=climb"' in page


def test_what_is_typed_is_escaped(client: Client, db: None) -> None:
    page = client.get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page


def test_it_is_narrowed_by_tag_author_and_year(client: Client, garden: None) -> None:
    page = client.get("/search/?q=beans").content.decode()
    shown = re.findall(r'<a href="\?*([^"]*)" rel="nofollow"><bdi>(.*?)</bdi> .*?>(\d)<', page)
    this_year = str(datetime.now(UTC).year)
    assert [(unescape(url), name, int(number)) for url, name, number in shown] == [
        ("/search/?q=beans&tag=food", "Food", 2),
        ("/search/?q=beans&tag=wood", "Wood", 1),
        ("/search/?q=beans&author=alice", "Alice", 2),
        ("/search/?q=beans&author=bob", "Bob", 1),
        (f"/search/?q=beans&year={this_year}", this_year, 2),
        ("/search/?q=beans&year=2024", "2024", 1),
    ]
    assert titles(client, "/search/?q=beans&tag=food") == ["Growing beans", "Soup"]
    assert titles(client, "/search/?q=beans&author=bob") == ["Poles"]
    assert titles(client, "/search/?q=beans&year=2024") == ["Soup"]
    assert titles(client, "/search/?q=beans&tag=food&author=alice&year=2024") == ["Soup"]
    assert titles(client, "/search/?q=beans&tag=wood&year=2024") == []


def test_what_narrows_can_be_taken_away(client: Client, garden: None) -> None:
    page = unescape(client.get("/search/?q=beans&tag=food&year=2024").content.decode())
    assert '<a class="tag" href="/search/?q=beans&year=2024"><bdi>Food</bdi>' in page
    assert '<a class="tag" href="/search/?q=beans&tag=food"><bdi>2024</bdi>' in page


@pytest.mark.parametrize("facet", ["tag=none", "author=nobody", "year=20", "year=x", "year=9999"])
def test_what_there_is_not_finds_nothing(client: Client, garden: None, facet: str) -> None:
    assert titles(client, f"/search/?q=beans&{facet}") == []


def test_facets_tell_nothing_of_what_is_not_shown(
    client: Client, charlies: Client, alice: User, bob: User, garden: None
) -> None:
    make_draft(alice, title="Beans", tags=["Hidden"])
    make_post(bob, title="Beans inside", tags=["Inside"], visibility="members")
    page = client.get("/search/?q=beans").content.decode()
    assert "Hidden" not in page
    assert "Inside" not in page
    assert "Inside" in charlies.get("/search/?q=beans").content.decode()
    assert "<bdi>hidden</bdi>" in client.get("/search/?q=beans&tag=hidden").content.decode()
    assert "<bdi>Hidden</bdi>" not in client.get("/search/?q=beans&tag=hidden").content.decode()


def test_finding_nothing_suggests_spellings_and_tags(client: Client, garden: None) -> None:
    page = unescape(client.get("/search/?q=baens+-soup&year=2024").content.decode())
    assert "Did you mean" not in page
    page = unescape(client.get("/search/?q=baens+-wood&tag=food").content.decode())
    assert '<a href="/search/?q=beans+-wood&tag=food" dir="auto"><bdi>beans -wood</bdi></a>' in page
    assert "Nothing was found" in page
    assert "/tags/food/" in page


@pytest.mark.parametrize("typed", ["-beans", "-beans -soup", "-c%2B%2B"])
def test_what_only_leaves_out_is_asked_for_a_word(client: Client, garden: None, typed: str) -> None:
    page = client.get(f"/search/?q={typed}").content.decode()
    assert "Add a word that they must have." in page
    assert "Nothing was found" not in page
    assert "Add a word" not in client.get(f"/search/?q=rice+{typed}").content.decode()


def test_ten_a_page(client: Client, alice: User) -> None:
    make_posts(alice, 23, body="beans")
    shown = []
    for number in (1, 2, 3):
        shown += titles(client, f"/search/?q=beans&author=alice&page={number}")
    assert len(shown) == len(set(shown)) == 23
    for wrong in ("4", "0", "x", "101", "9" * 5000):
        assert client.get(f"/search/?q=beans&page={wrong}").status_code == 404


@pytest.mark.parametrize(
    "address", ["/search/?q=beans", "/search/?q=beans&tag=food", "/search/?q=beens"]
)
def test_it_takes_the_same_queries_with_twice_the_posts(
    client: Client, charlies: Client, alice: User, address: str
) -> None:
    for browser in (client, charlies):
        make_posts(alice, 10, body="beans", tags=["Food"])
        first = count_queries(browser, address)
        make_posts(alice, 10, body="beans", tags=["Food"])
        assert count_queries(browser, address) == first <= 40
