"""Search: the same answers on SQLite and on PostgreSQL."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.migrations import executor
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from posts import search_index
from posts.models import Post, Tag
from posts.search import parse, search, snippet
from posts.testing import count_queries, make_post, make_posts, make_tag

OPERATORS = [
    '"',
    "-",
    "*",
    ":",
    "(",
    ")",
    "^",
    "+",
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "'",
    "\\",
    "&",
    "|",
]
PIECES = st.sampled_from(
    [*OPERATORS, "body", "bean", "C++", "what?", "\0", "é", "ﬁ", "½", "日本", " "]
)


def found(typed: str) -> list[str]:
    return [post.title for post in search(AnonymousUser(), parse(typed))[0:100]]


@pytest.fixture
def garden(alice: User, bob: User) -> None:
    """Four posts to find things in."""
    make_post(alice, title="Growing beans", body="They climb up a pole.", tags=["Food"])
    make_post(alice, title="Soup", summary="For winter", body="Made of dried beans and C++ humour.")
    make_post(alice, title="Crème brûlée", body="The early café opens: naïve, state-of-the-art.")
    make_post(bob, title="Poles", body="A pole is what beans climb.", slug="poles")


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("growing", {"Growing beans"}),
        ("GROWING", {"Growing beans"}),
        ("beans pole", {"Growing beans", "Poles"}),
        ("climb beans", {"Growing beans", "Poles"}),
        ('"beans climb"', {"Poles"}),
        ('"climb beans"', set()),
        ("beans -soup", {"Growing beans", "Poles"}),
        ('beans -"beans climb"', {"Growing beans", "Soup"}),
        ("grow", {"Growing beans"}),
        ("grow beans", set()),
        ("winter", {"Soup"}),
        ("food", {"Growing beans"}),
        ("bob", {"Poles"}),
        ("creme brulee", {"Crème brûlée"}),
        ("CAFÉ", {"Crème brûlée"}),
        ("state-of-the-art", {"Crème brûlée"}),
        ("art-state", set()),
        ("C++", {"Soup"}),
        ("opens:", {"Crème brûlée"}),
        ("title:beans", set()),
        ("beans OR poles", set()),
        ("-beans", set()),
        ("", set()),
        ("* ^ ( )", set()),
        ('"unfinished', set()),
        ('"growing beans', {"Growing beans"}),
    ],
)
def test_what_is_typed_finds(garden: None, typed: str, titles: set[str]) -> None:
    assert set(found(typed)) == titles


def test_a_match_in_the_title_comes_first(garden: None) -> None:
    assert found("beans")[0] == "Growing beans"
    assert found("poles") == ["Poles"]


@pytest.mark.usefixtures("garden")
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join)))
@example("a" * 10_000)
@example("-" * 10_000)
@example('"' * 201)
@example("ﬁ½²\u0345\u200d🦀👩‍🚀 \ud800")
def test_nothing_that_is_typed_is_an_error(client: Client, typed: str) -> None:
    sent = typed.encode("utf-8", "replace").decode()
    assert client.get("/search/", {"q": sent}).status_code == 200
    assert isinstance(found(typed.replace("\ud800", "")), list)


def test_every_way_of_writing_is_indexed(alice: User, bob: User) -> None:
    post = make_post(alice, title="First", tags=["Food"])
    Post.objects.filter(pk=post.pk).update(title="Second")
    assert (found("first"), found("second")) == ([], ["Second"])
    Tag.objects.filter(slug="food").update(name="Kitchen")
    assert (found("food"), found("kitchen")) == ([], ["Second"])
    User.objects.filter(pk=alice.pk).update(display_name="Somebody")
    assert found("somebody") == ["Second"]
    post.tags.clear()
    assert found("kitchen") == []
    post.set_authors([bob])
    assert (found("somebody"), found("bob")) == ([], ["Second"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE posts_post SET text = 'raw' WHERE id = %s", [post.pk])
    assert found("raw") == ["Second"]
    post.delete()
    assert found("second") == []


def test_merging_tags_moves_what_they_find(alice: User) -> None:
    make_post(alice, title="Stew", tags=["Food"])
    make_tag("Food").merge_into(make_tag("Kitchen"))
    assert (found("food"), found("kitchen")) == ([], ["Stew"])


def test_a_whole_new_index_finds_the_same(garden: None) -> None:
    search_index.rebuild(connection)
    assert set(found("beans pole")) == {"Growing beans", "Poles"}


def test_the_index_is_made_true_after_a_migration(garden: None, alice: User) -> None:
    migration = executor.MigrationExecutor(connection).loader.get_migration("posts", "0001_initial")
    search_index.before_migrations(using="default", plan=[(migration, False)])
    make_post(alice, title="Written without triggers")
    # PostgreSQL changes tables in place: its triggers stay.
    assert found("triggers") == (
        [] if connection.vendor == "sqlite" else ["Written without triggers"]
    )
    search_index.after_migrations(using="default", plan=[(migration, False)])
    assert found("triggers") == ["Written without triggers"]
    make_post(alice, title="Written with them")
    assert found("them") == ["Written with them"]


def test_a_huge_post_can_be_saved_and_found(alice: User) -> None:
    body = " ".join(f"word{number}" for number in range(120_000))
    Post.objects.filter(pk=make_post(alice, title="Huge").pk).update(text=body)
    assert found("word77") == ["Huge"]


def test_a_snippet_marks_what_was_found_and_escapes_the_rest() -> None:
    text = "start " * 50 + "<b>Café</b> & more " + "end " * 50
    html = snippet(text, parse("cafe mor"))
    assert "&lt;b&gt;<mark>Café</mark>&lt;/b&gt; &amp; <mark>more</mark>" in html
    assert html.startswith("… ")
    assert html.endswith(" …")
    assert snippet("", parse("cafe")) == ""


def test_the_page_shows_snippets_and_keeps_the_words(client: Client, garden: None) -> None:
    page = client.get("/search/?q=climb").content.decode()
    assert "<mark>climb</mark>" in page
    assert 'value="climb"' in page
    assert "noindex" in page


def test_what_is_typed_is_escaped(client: Client, db: None) -> None:
    page = client.get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page


def test_finding_nothing_suggests_tags(client: Client, garden: None) -> None:
    page = client.get("/search/?q=zebra").content.decode()
    assert "Nothing was found" in page
    assert "/tags/food/" in page


def test_ten_a_page(client: Client, alice: User) -> None:
    make_posts(alice, 23, body="beans")
    shown = []
    for number in (1, 2, 3):
        page = client.get(f"/search/?q=beans&page={number}").content.decode()
        shown += re.findall(r'<h2 class="entry-title"[^>]*><a href="([^"]*)"', page)
    assert len(shown) == len(set(shown)) == 23
    for wrong in ("4", "0", "x", "101", "9" * 5000):
        assert client.get(f"/search/?q=beans&page={wrong}").status_code == 404


def test_it_takes_the_same_queries_with_twice_the_posts(
    client: Client, charlies: Client, alice: User
) -> None:
    for browser in (client, charlies):
        make_posts(alice, 10, body="beans", tags=["Food"])
        first = count_queries(browser, "/search/?q=beans")
        make_posts(alice, 10, body="beans", tags=["Food"])
        assert count_queries(browser, "/search/?q=beans") == first <= 16
