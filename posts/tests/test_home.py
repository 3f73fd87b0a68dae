"""The home page: pinned posts, then the newest, ten a page."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from posts.models import Post
from posts.querysets.order import beyond
from posts.testing import count_queries, make_cover, make_post, make_posts

TITLE = re.compile(r'<h2 class="entry-title"[^>]*><a href="[^>]*>([^<]*)</a>')
OLDER = re.compile(r'<a class="older" href="([^"]*)"')
NEWER = re.compile(r'<a class="newer" href="([^"]*)"')


def titles(client: Client, address: str = "/") -> list[str]:
    return TITLE.findall(client.get(address).content.decode())


def link(pattern: re.Pattern[str], client: Client, address: str = "/") -> str:
    match = pattern.search(client.get(address).content.decode())
    assert match
    return match[1]


def test_it_shows_the_newest_ten_first(client: Client, alice: User) -> None:
    posts = make_posts(alice, 12)
    assert titles(client) == [post.title for post in reversed(posts)][:10]


def test_older_and_newer_lead_there_and_back(client: Client, alice: User) -> None:
    expected = [post.title for post in reversed(make_posts(alice, 25))]
    second = link(OLDER, client)
    third = link(OLDER, client, second)
    assert titles(client, second) == expected[10:20]
    assert titles(client, third) == expected[20:]
    assert titles(client, link(NEWER, client, third)) == expected[10:20]
    assert titles(client, link(NEWER, client, second)) == expected[:10]


def place(post: Post) -> str:
    assert post.published_at
    return f"{post.published_at:%Y%m%dT%H%M%S%f}-{post.pk}"


def test_a_former_address_of_a_place_finds_the_posts_there(client: Client, alice: User) -> None:
    posts = make_posts(alice, 35)[::-1]
    expected = [post.title for post in posts]
    make_post(alice)
    assert titles(client, f"/?before={place(posts[4])}") == expected[5:15]
    assert titles(client, f"/?after={place(posts[20])}") == expected[10:20]
    page = client.get(f"/?before={place(posts[9])}").text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/?page=2">' in page


def test_posts_of_one_moment_are_each_shown_once(client: Client, alice: User) -> None:
    moment = timezone.now() - timedelta(hours=2)
    posts = [make_post(alice, published_at=moment) for _number in range(15)]
    shown = titles(client) + titles(client, link(OLDER, client))
    assert sorted(shown) == sorted(post.title for post in posts)


@pytest.mark.parametrize(
    "key",
    [
        "", "0", "x", "20261123T041400123456-", "20269923T041400123456-1", "5-5", "\0",
        "20261123T041400123456-99999999999999999999", "٢٠٢٦١١٢٣T041400123456-1",
        "20261123T041400123456-1'--", "00000101T000000000000-1", "9" * 5000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["before", "after"])
def test_a_broken_key_finds_nothing(client: Client, alice: User, key: str, name: str) -> None:
    make_post(alice)
    assert client.get("/", {name: key}).status_code == 404


def test_a_key_beyond_the_last_post_finds_nothing(client: Client, alice: User) -> None:
    make_post(alice)
    assert client.get("/?before=10000101T000000000000-1").status_code == 404
    assert client.get("/?before=1&after=1").status_code == 404


def test_the_first_page_has_one_address(client: Client, alice: User) -> None:
    make_posts(alice, 3)
    for address in ("/", "/?after=20010101T000000000000-1", "/?utm_source=x"):
        page = client.get(address).content.decode()
        assert '<link rel="canonical" href="http://127.0.0.1:8000/">' in page


def test_pinned_posts_stand_on_top_of_the_first_page_only(client: Client, alice: User) -> None:
    posts = make_posts(alice, 15)
    posts[0].pin()
    assert titles(client)[0] == posts[0].title
    assert len(titles(client)) == 11
    assert posts[0].title not in titles(client, link(OLDER, client))


def test_an_excerpt_leaves_out_headings_and_lists(client: Client, alice: User) -> None:
    make_post(alice, body="# Beans\n\nThey grow\nwell.\n\n- peas\n- corn\n\nSow them in May.")
    page = client.get("/").text
    assert "They grow well. Sow them in May." in page
    assert "corn" not in page


def test_an_empty_site_says_so(client: Client, db: None) -> None:
    assert "Nothing has been published yet" in client.get("/").content.decode()


def test_members_also_see_what_is_for_members(
    charlies: Client, client: Client, alice: User
) -> None:
    post = make_post(alice, visibility="members")
    make_post(alice, visibility="unlisted")
    assert titles(charlies) == [post.title]
    assert titles(client) == []


@pytest.mark.parametrize("who", ["client", "charlies"])
def test_it_takes_the_same_queries_with_twice_the_posts(
    who: str, request: pytest.FixtureRequest, alice: User, bob: User
) -> None:
    browser: Client = request.getfixturevalue(who)

    def grow(number: int) -> None:
        for post in make_posts(alice, number, tags=["Gardens", "Food"], cover=make_cover(alice)):
            post.set_authors([alice, bob])
            post.pin()
        make_posts(alice, number, tags=["Gardens"])

    grow(5)
    first = count_queries(browser, "/")
    grow(10)
    assert count_queries(browser, "/") == first <= 14


def test_it_is_the_same_for_every_stranger(client: Client, alice: User) -> None:
    make_posts(alice, 3)
    page = client.get("/")
    assert "csrfmiddlewaretoken" not in page.content.decode()
    assert not page.cookies
    assert page.content == Client().get("/").content


def test_strangers_read_the_list_from_an_index_without_sorting(
    alice: User, no_statistics: Callable[[], None]
) -> None:
    make_posts(alice, 3)
    no_statistics()
    listed = Post.objects.public().newest_first()
    deep = listed.filter(beyond("published_at", timezone.now(), 1, smaller=True))
    for plan in (listed[:11].explain(), deep[:11].explain()):
        assert "post_listed" in plan or "post_by_time" in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL uses both bounds")
def test_a_deep_page_searches_by_its_key_and_not_by_the_time(alice: User) -> None:
    listed = Post.objects.public().newest_first()
    deep = listed.filter(beyond("published_at", timezone.now(), 1, smaller=True))
    assert "published_at<?" not in listed[:11].explain()
    assert "published_at<?" in deep[:11].explain()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by the rows there are")
def test_pinned_posts_are_found_by_their_own_index(alice: User) -> None:
    make_posts(alice, 3)
    assert "post_pinned" in Post.objects.public().pinned()[:5].explain()


@pytest.fixture
def no_statistics() -> Callable[[], None]:
    """PostgreSQL reads a small table whole unless told not to."""

    def prepare() -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")

    return prepare
