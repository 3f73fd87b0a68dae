"""Lists of posts: page numbers that are true, and work that does not grow with the site."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from datetime import timezone as dt_timezone
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from posts.lists import PostList, SeriesList
from posts.models import Kind, Listing, Post, Series, SeriesEntry
from posts.testing import make_draft, make_post, make_posts, make_series, make_tag

STRANGER = AnonymousUser()
STEP = timedelta(minutes=25)


def plant(alice: User, number: int, *, per_day: int = 1, **fields: Any) -> None:
    """Publish so many posts in the past years, written in bulk."""
    first = Post.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    newest = timezone.now() - timedelta(hours=1)
    posts = Post.objects.bulk_create(
        Post(
            author=alice,
            title=f"Bulk {first + age}",
            slug=f"bulk-{first + age}",
            published_at=newest - timedelta(days=age) / per_day,
            **fields,
        )
        for age in range(number)
    )
    tag = make_tag("Food")
    Post.tags.through.objects.bulk_create(Post.tags.through(post=post, tag=tag) for post in posts)
    series = Series.objects.filter(title="All").first() or make_series(alice, title="All")
    SeriesEntry.objects.bulk_create(
        SeriesEntry(series=series, post=post, position=first + number)
        for number, post in enumerate(posts)
    )


def everything(posts: PostList, size: int = 7) -> list[int]:
    """Return the keys of all posts, read in pages of that size."""
    return [post.pk for at in range(0, posts.count(), size) for post in posts[at : at + size]]


def test_no_two_pages_have_the_same_title(client: Client, alice: User) -> None:
    series = make_series(alice, *make_posts(alice, 21, body="bulk", tags=["Food"]))
    own = ("tags/food/?", "authors/alice/?", f"series/{series.slug}/?", "search/?q=bulk&")
    for one in ("/?", *(f"/{place}" for place in own)):
        pages = [client.get(f"{one}page={number}").text for number in (1, 2, 3)]
        titles = [re.findall("<title>(.*)</title>", page)[0] for page in pages]
        assert len(set(titles)) == 3, titles
        assert ["Page" in title for title in titles] == [False, True, True]
    assert re.findall("<h1[^>]*>(.*)</h1>", client.get("/?page=3").text) == ["Page 3"]


@pytest.fixture(params=[500, 0], ids=["by month", "by day"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read lists as short months and as long ones are."""
    monkeypatch.setattr("posts.lists.FEW", request.param)


@pytest.mark.usefixtures("few")
def test_pages_hold_every_post_once_in_order(alice: User) -> None:
    plant(alice, 90)
    plant(alice, 10, visibility="members")
    make_post(alice, published_at=timezone.now() + timedelta(minutes=5))
    make_draft(alice)
    public = list(Post.objects.public().newest_first().values_list("pk", flat=True))
    assert everything(PostList(STRANGER)) == public
    assert len(public) == 90
    assert len(everything(PostList(alice))) == 100


@pytest.mark.usefixtures("few")
def test_pinned_posts_are_left_out_of_every_page(alice: User) -> None:
    plant(alice, 60)
    posts = list(Post.objects.public().newest_first())
    pinned = [posts[0], posts[31], posts[32], posts[59]]
    kept = [post.pk for post in posts if post not in pinned]
    assert everything(PostList(STRANGER, without=pinned)) == kept


@pytest.mark.usefixtures("few")
def test_a_part_of_the_time_has_pages_of_its_own(alice: User) -> None:
    plant(alice, 120)
    end = timezone.now() - timedelta(days=17, hours=3)
    start = end - timedelta(days=70)
    within = Post.objects.public().between(start, end).newest_first()
    posts = PostList(STRANGER, within=(start, end))
    assert everything(posts) == list(within.values_list("pk", flat=True))


@pytest.mark.usefixtures("few")
def test_a_scheduled_post_appears_by_the_clock(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(alice, 40)
    at = datetime(2030, 5, 31, 23, 30, tzinfo=UTC)
    post = make_post(alice, published_at=at)
    assert PostList(STRANGER).count() == 40
    for moment, shown in ((at - timedelta(seconds=1), 40), (at, 41), (at + timedelta(days=1), 41)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        posts = PostList(STRANGER)
        assert (posts.count(), len(everything(posts))) == (shown, shown)
        assert (posts[0:1][0] == post) is (shown == 41)


@pytest.mark.usefixtures("few")
def test_places_of_one_day_are_told_from_those_ahead(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = datetime(2030, 5, 30, 12, tzinfo=UTC)
    for hours in range(-60, 60, 5):
        make_post(alice, published_at=noon + timedelta(hours=hours))
    monkeypatch.setattr(timezone, "now", lambda: noon)
    posts = PostList(STRANGER)
    past = list(Post.objects.public().newest_first())
    assert everything(posts, 2) == [post.pk for post in past]
    assert len(past) == 13
    for number, post in enumerate(past):
        place = (noon - timedelta(hours=5 * number), post.pk)
        assert posts.number_of(place, after=False) == number


@pytest.mark.parametrize("hours", [-11, 0, 13])
def test_months_of_other_time_zones_are_counted_rightly(alice: User, hours: int) -> None:
    zone = dt_timezone(timedelta(hours=hours))
    plant(alice, 100, per_day=2)
    times = [datetime(2026, month, 1, tzinfo=zone) for month in range(1, 13)]
    public = Post.objects.public()
    counted = [public.between(*span).count() for span in pairwise(times)]
    assert PostList(STRANGER).counts(times) == counted


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts SQLite's instructions")
def test_a_long_month_is_not_stepped_over(alice: User) -> None:
    noon = datetime(2020, 5, 31, 12, tzinfo=UTC)
    posts = Post.objects.bulk_create(
        Post(author=alice, title="One", slug=f"one-{age}", published_at=noon - age * STEP)
        for age in range(1500)
    )
    spent = []
    for number in (0, 1490):
        with steps() as done:
            found = PostList(STRANGER)[number : number + 10]
        assert [post.pk for post in found] == [post.pk for post in posts[number : number + 10]]
        spent.append(done[0])
    assert spent[1] <= spent[0] + 40, spent


def test_numbers_lead_to_first_last_and_neighbours(client: Client, alice: User) -> None:
    plant(alice, 95)
    page = client.get("/tags/food/?page=5")
    numbers = [(link.number, link.url) for link in page.context["page"].numbers]
    assert numbers == [
        (1, "/tags/food/"),
        (0, ""),
        (4, "/tags/food/?page=4"),
        (5, ""),
        (6, "/tags/food/?page=6"),
        (0, ""),
        (10, "/tags/food/?page=10"),
    ]
    assert '<link rel="prev" href="http://127.0.0.1:8000/tags/food/?page=4">' in page.text
    assert '<link rel="next" href="http://127.0.0.1:8000/tags/food/?page=6">' in page.text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/tags/food/?page=5">' in page.text
    assert client.get("/tags/food/?page=10").context["page"].rows[-1].title.startswith("Bulk")


@pytest.mark.parametrize("page", ["0", "11", "-1", "x", "", "1.0", "٢", "9" * 5000, "2&before=1-1"])
def test_a_number_without_a_page_finds_nothing(client: Client, alice: User, page: str) -> None:
    plant(alice, 95)
    assert client.get(f"/?page={page}").status_code == 404


@contextmanager
def steps() -> Iterator[list[int]]:
    """Count what SQLite's machine does inside, in hundreds of instructions."""
    done = [0]

    def count() -> int:
        done[0] += 1
        return 0

    connection.connection.set_progress_handler(count, 100)
    yield done
    connection.connection.set_progress_handler(None, 0)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts SQLite's instructions")
def test_ten_times_the_posts_take_no_more_work(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posts.search.finding.RANKED", 100)
    monkeypatch.setattr("posts.search.finding.COMMON", 200)
    monkeypatch.setattr("posts.lists.FEW", 100)
    plant(alice, 300)
    addresses = [
        *("/", "/?page=20", "/tags/food/", "/tags/food/?page=20", "/authors/alice/"),
        *("/archive/", "/feed/", "/tags/food/feed/", "/search/?q=bulk", "/series/all/"),
    ]

    def work() -> dict[str, int]:
        spent = {}
        for address in addresses:
            assert client.get(address).status_code == 200, address
            with steps() as done:
                client.get(address)
            spent[address] = done[0]
        return spent

    small = work()
    plant(alice, 2700, per_day=9)
    for address, spent in work().items():
        assert spent <= small[address] * 2 + 60, (address, small[address], spent)


@pytest.mark.parametrize("visitor", [AnonymousUser(), "alice"])
def test_lists_are_read_from_an_index_without_sorting(alice: User, visitor: Any) -> None:
    series = make_series(alice, *make_posts(alice, 3, tags=["Food"]))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    who = alice if visitor == "alice" else visitor
    lists = [
        PostList(who),
        PostList(who, Kind.TAG, make_tag("Food").pk),
        PostList(who, Kind.AUTHOR, alice.pk),
        SeriesList(who, series),
    ]
    for posts in lists:
        plan = posts._places(0, 10).explain()
        assert "listing_for_" in plan or "listing_in_series" in plan
        for slow in ("TEMP B-TREE", "Sort", "SCAN", "Seq Scan"):
            assert slow not in plan


def test_a_place_gives_no_right_to_see_the_post(client: Client, alice: User) -> None:
    post = make_post(alice, visibility="members", title="For members")
    Listing.objects.filter(post=post).update(is_public=True)
    assert "For members" not in client.get("/").text
