"""Places of posts in lists and their counts: true after every kind of change, by whomever."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from conftest import AtOnce
from posts import listing_index
from posts.models import Kind, Listing, MonthCount, Post, Tag
from posts.testing import make_draft, make_post, make_series, make_tag

Row = tuple[Any, ...]


def rows(sql: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return sorted(cursor.fetchall(), key=repr)


def assert_true() -> None:
    """The stored places are those of the posts, the counts those of the places."""
    stored = rows("SELECT post_id, kind, key, at, is_public, position FROM posts_listing")
    assert stored == rows(listing_index.TRUE_PLACES)
    months = Counter[tuple[int, int, int, bool]]()
    days = Counter[tuple[int, int, int, bool]]()
    for place in Listing.objects.all():
        at = place.at.astimezone(UTC)
        month = at.year * 12 + at.month - 1
        for is_public in {False, place.is_public}:
            months[place.kind, place.key, month, is_public] += 1
            if place.kind == Kind.SITE:
                days[place.kind, place.key, month * 31 + at.day - 1, is_public] += 1
    assert stored_counts("posts_monthcount", "month") == months
    assert stored_counts("posts_daycount", "day") == days


def stored_counts(table: str, span: str) -> Counter[tuple[int, int, int, bool]]:
    """Return the stored counts, of all posts and of public ones."""
    sums = Counter[tuple[int, int, int, bool]]()
    sql = f"SELECT kind, key, {span}, listed, public FROM {table}"  # noqa: S608
    for *of, listed, public in rows(sql):
        sums[*of, False] += listed
        sums[*of, True] += public
    return +sums


def test_every_list_of_a_published_post_has_its_place(alice: User, bob: User) -> None:
    post = make_post(alice, tags=["Food"])
    post.set_authors([alice, bob])
    series = make_series(alice, post)
    places = Listing.objects.filter(post=post).values_list("kind", "key")
    assert set(places) == {
        (Kind.SITE, 0),
        (Kind.TAG, make_tag("Food").pk),
        (Kind.AUTHOR, alice.pk),
        (Kind.AUTHOR, bob.pk),
        (Kind.SERIES, series.pk),
    }
    assert_true()


@pytest.mark.parametrize(
    "change",
    [
        {"published_at": None},
        {"withdrawn_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"deleted_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"visibility": "unlisted"},
    ],
)
def test_what_lists_hide_has_no_place(alice: User, change: dict[str, Any]) -> None:
    post = make_post(alice, tags=["Food"])
    Post.objects.filter(pk=post.pk).update(**change)
    assert not Listing.objects.exists()
    assert_true()
    Post.objects.update(
        published_at=timezone.now(), withdrawn_at=None, deleted_at=None, visibility="members"
    )
    assert set(Listing.objects.values_list("is_public", flat=True)) == {False}
    assert_true()


def changes(alice: User, bob: User) -> list[Callable[[Post], Any]]:
    """Return what can happen to a post, through the site and past it."""
    chance = random.Random(8)  # noqa: S311
    tags = [make_tag(name) for name in ("One", "Two", "Three")]
    series = [make_series(alice, title=title) for title in ("First", "Second")]

    def moment() -> datetime:
        return timezone.now() + timedelta(days=chance.randint(-800, 60))

    return [
        lambda post: post.publish(at=moment()),
        lambda post: post.withdraw(by=bob, because="No."),
        lambda post: post.bin(),
        lambda post: post.unbin(),
        lambda post: post.tags.set(chance.sample(tags, chance.randint(0, 3))),
        lambda post: post.set_authors(chance.choice([[alice], [bob], [alice, bob]])),
        lambda post: chance.choice(series).append(post),
        lambda post: chance.choice(series).entries.update(position=chance.randint(1, 9)),
        lambda post: Post.objects.filter(pk__gt=post.pk).update(visibility="members"),
        lambda post: Post.objects.filter(pk__lt=post.pk).update(visibility="public"),
        lambda post: chance.choice(tags).merge_into(chance.choice(tags)),
    ]


def test_places_and_counts_stay_true_through_any_changes(alice: User, bob: User) -> None:
    verbs = changes(alice, bob)
    posts = [make_draft(alice) for _number in range(8)]
    chance = random.Random(9)  # noqa: S311
    for turn in range(150):
        post = Post.objects.get(pk=chance.choice(posts).pk)
        try:
            with transaction.atomic():
                chance.choice(verbs)(post)
        except (Tag.DoesNotExist, ValueError):
            continue
        if turn % 30 == 0:
            assert_true()
    Post.objects.filter(pk=posts[0].pk).delete()
    assert_true()
    assert Listing.objects.count() > 3


def test_a_change_that_lists_do_not_show_writes_no_place(alice: User) -> None:
    post = make_post(alice, tags=["Food"])
    before = set(Listing.objects.values_list("pk", flat=True))
    post.title = "Another"
    post.save()
    Post.objects.update(like_count=3)
    assert set(Listing.objects.values_list("pk", flat=True)) == before


def test_rebuilding_makes_the_same(alice: User) -> None:
    make_post(alice, tags=["Food"])
    make_draft(alice, tags=["Food"])
    before = rows("SELECT kind, key, month, listed, public FROM posts_monthcount")
    with transaction.atomic():
        listing_index.rebuild(connection)
    assert_true()
    assert rows("SELECT kind, key, month, listed, public FROM posts_monthcount") == before
    make_post(alice)
    assert_true()


def test_many_who_publish_and_tag_at_once_are_all_counted(alice: User, at_once: AtOnce) -> None:
    tags = [make_tag(name) for name in ("One", "Two")]
    posts = [make_draft(alice) for _number in range(4)]

    def work(number: int) -> None:
        for turn in range(6):
            post = Post.objects.get(pk=posts[(number + turn) % 4].pk)
            if (number + turn) % 2:
                post.publish(at=timezone.now())
            else:
                post.bin()
                post.unbin()
            post.tags.set(tags[: (number + turn) % 3])

    at_once(work, 6)
    assert_true()
    assert MonthCount.objects.filter(kind=Kind.SITE).count() <= 8


def test_places_are_counted_where_the_counts_by_day_are_not_there(alice: User) -> None:
    with connection.cursor() as cursor:  # as when their migration is undone
        cursor.execute("DROP TABLE posts_daycount")
    listing_index.install_triggers(connection)
    make_post(alice, tags=["Food"])
    assert rows("SELECT sum(listed) FROM posts_monthcount WHERE kind = 0") == [(1,)]
