"""A series' page."""

import re

from django.test import Client

from accounts.models import User
from posts.testing import count_queries, make_draft, make_post, make_posts, make_series

ENTRY = re.compile(r'<h2 class="entry-title"[^>]*><a href="([^"]*)"')
OLDER = re.compile(r'<a class="older" href="([^"]*)"')
NEWER = re.compile(r'<a class="newer" href="([^"]*)"')


def test_it_keeps_the_order_of_the_series_over_its_pages(client: Client, alice: User) -> None:
    posts = make_posts(alice, 23)
    series = make_series(alice, *posts[12:], *posts[:12])
    expected = [post.get_absolute_url() for post in posts[12:] + posts[:12]]
    first = client.get(series.get_absolute_url()).content.decode()
    second = client.get(OLDER.search(first)[1]).content.decode()  # type: ignore[index]
    third = client.get(OLDER.search(second)[1]).content.decode()  # type: ignore[index]
    back = client.get(NEWER.search(third)[1]).content.decode()  # type: ignore[index]
    assert ENTRY.findall(first) + ENTRY.findall(second) + ENTRY.findall(third) == expected
    assert ENTRY.findall(back) == expected[10:20]


def test_it_leaves_out_what_the_reader_may_not_list(client: Client, alice: User) -> None:
    seen, draft = make_post(alice), make_draft(alice)
    unlisted = make_post(alice, visibility="unlisted")
    series = make_series(alice, draft, unlisted, seen)
    shown = ENTRY.findall(client.get(series.get_absolute_url()).content.decode())
    assert shown == [seen.get_absolute_url()]


def test_a_post_is_shown_once_though_it_is_in_several_series(client: Client, alice: User) -> None:
    post = make_post(alice)
    make_series(alice, *make_posts(alice, 3), post, title="Another")
    series = make_series(alice, post)
    shown = ENTRY.findall(client.get(series.get_absolute_url()).content.decode())
    assert shown == [post.get_absolute_url()]


def test_an_empty_series_says_so(desk: Client, alice: User) -> None:
    page = desk.get(make_series(alice).get_absolute_url()).content.decode()
    assert "No posts yet" in page


def test_a_series_of_drafts_alone_is_missing_for_others(
    client: Client, charlies: Client, alice: User
) -> None:
    address = make_series(alice, make_draft(alice)).get_absolute_url()
    for browser in (client, charlies):
        for rest in ("", "feed/", "feed/rss/", "feed/json/"):
            assert browser.get(f"{address}{rest}").status_code == 404


def test_a_key_of_another_list_finds_nothing(client: Client, alice: User) -> None:
    address = make_series(alice, make_post(alice)).get_absolute_url()
    assert client.get(f"{address}?after=20261123T041400123456-1").status_code == 404


def test_it_takes_the_same_queries_with_twice_the_posts(
    client: Client, charlies: Client, alice: User
) -> None:
    for browser, title in ((client, "One"), (charlies, "Two")):
        series = make_series(alice, *make_posts(alice, 10, tags=["Food"]), title=title)
        first = count_queries(browser, series.get_absolute_url())
        for post in make_posts(alice, 10, tags=["Food"]):
            series.append(post)
        assert count_queries(browser, series.get_absolute_url()) == first <= 13
