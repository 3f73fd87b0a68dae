"""Who else has a post open is a hint for those who may edit it, never a lock."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from posts import opened
from posts.models import Post, Presence
from posts.testing import make_draft, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(alice: User) -> Post:
    return make_draft(alice)


def beat(client: Client, person: User, post: Post) -> Any:
    key = opened.new_key(person)
    return client.post(reverse("posts:autosave", args=[post.pk]), {"key": key})


@pytest.fixture
def bobs(bob: User) -> Client:
    client = Client()
    client.force_login(bob)
    return client


def was_here(person: User, post: Post, seconds: int) -> None:
    Presence.objects.create(
        post=post, person=person, seen_at=timezone.now() - timedelta(seconds=seconds)
    )


def test_it_is_shown_when_the_editor_opens(desk: Client, bob: User, post: Post) -> None:
    was_here(bob, post, 25)
    page = desk.get(reverse("posts:edit", args=[post.pk]))
    assert "Bob has this open, last active 20 s ago." in page.text


def test_it_is_told_while_one_writes(
    desk: Client, bobs: Client, alice: User, bob: User, post: Post
) -> None:
    assert beat(bobs, bob, post).json()["others"] == ""
    answer = beat(desk, alice, post).json()
    assert (answer["state"], answer["others"]) == (
        "open",
        "Bob has this open, last active 0 s ago.",
    )
    assert not alice.autosaves.exists()


def test_after_a_minute_nobody_is_there(desk: Client, bob: User, post: Post) -> None:
    was_here(bob, post, 61)
    assert "Bob has this open" not in desk.get(reverse("posts:edit", args=[post.pk])).text


def test_it_locks_nothing(desk: Client, bob: User, post: Post) -> None:
    was_here(bob, post, 1)
    desk.post(reverse("posts:edit", args=[post.pk]), typed(post, body="Mine"))
    assert Post.objects.get().body == "Mine"


def test_looking_writes_nothing(desk: Client, post: Post) -> None:
    with CaptureQueriesContext(connection) as queries:
        desk.get(reverse("posts:edit", args=[post.pk]))
    writing = ("INSERT", "UPDATE", "DELETE")
    assert [query["sql"] for query in queries if query["sql"].startswith(writing)] == []
    assert any('"posts_presence"' in query["sql"] for query in queries)


def test_it_is_written_once_in_fifteen_seconds(alice: User, post: Post) -> None:
    was_here(alice, post, 14)
    with CaptureQueriesContext(connection) as queries:
        Presence.objects.note(post, alice)
    assert len(queries) == 1
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=16))
    Presence.objects.note(post, alice)
    assert Presence.objects.get().seconds_ago == 0


def test_charlie_learns_nothing(charlies: Client, charlie: User, bob: User, post: Post) -> None:
    was_here(bob, post, 1)
    answer = beat(charlies, charlie, post)
    assert answer.status_code == 404
    assert "Bob" not in answer.text
    assert not Presence.objects.filter(person=charlie).exists()


def test_housekeeping_forgets_who_is_gone(bob: User, post: Post) -> None:
    was_here(bob, post, 3600)
    assert Presence.objects.purge() == 1
