"""What is done by itself at a time: seen and counted rightly whoever comes first, and done once."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from conftest import AtOnce
from posts import due
from posts.models import Post, Revision
from posts.testing import make_draft, make_post, make_posts

HOUR = timedelta(hours=1)
PLACES = ("/", "/tags/gardens/", "/authors/alice/", "/archive/", "/feed/", "/sitemap.xml")


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Let that much time pass."""
    then = timezone.now() + by
    monkeypatch.setattr(timezone, "now", lambda: then)


@pytest.fixture
def ending(alice: User) -> Post:
    """Return a post that readers see for another hour."""
    make_post(alice, tags=["Gardens"])
    post = make_post(alice, title="Only today", tags=["Gardens"])
    post.end(timezone.now() + HOUR)
    return post


def test_readers_see_it_until_its_time_and_not_after(
    client: Client, ending: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, HOUR - timedelta(seconds=1))
    assert client.get(ending.get_absolute_url()).status_code == 200
    later(monkeypatch, timedelta(seconds=1))
    assert client.get(ending.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("address", PLACES)
def test_without_a_worker_no_list_names_it_after_its_time(
    client: Client, ending: Post, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get(address).status_code == 200
    later(monkeypatch, HOUR)
    assert ending.title not in client.get(address).text
    assert ending.slug not in client.get(address).text


def test_the_first_request_withdraws_it_and_lists_count_rightly(
    client: Client, ending: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, HOUR)
    client.get("/")
    stored = Post.objects.get(pk=ending.pk)
    assert (stored.status, stored.withdrawn_at) == ("withdrawn", ending.ends_at)
    assert not stored.listings.exists()
    assert not stored.is_taken_down


def test_the_worker_withdraws_it_where_nobody_comes(
    ending: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, HOUR)
    call_command("work", "--once")
    assert Post.objects.get(pk=ending.pk).withdrawn_at == ending.ends_at


def test_while_writing_is_held_readers_see_no_more_of_it(
    client: Client,
    ending: Post,
    site_settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site_settings(writes_held=True)
    later(monkeypatch, HOUR)
    for address in PLACES:
        assert ending.slug not in client.get(address).text
    assert client.get(ending.get_absolute_url()).status_code == 404
    assert Post.objects.get(pk=ending.pk).withdrawn_at is None


def test_where_it_cannot_be_written_the_page_is_made_all_the_same(
    client: Client, ending: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, HOUR)
    with patch.object(due, "apply_due", side_effect=OperationalError("locked")) as tried:
        answer = client.get("/")
    assert tried.called
    assert (answer.status_code, ending.title in answer.text) == (200, False)
    client.get("/")
    assert Post.objects.get(pk=ending.pk).withdrawn_at


def test_a_clock_that_goes_back_shows_nothing_again(
    client: Client, ending: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, HOUR)
    client.get("/")
    later(monkeypatch, -2 * HOUR)
    assert client.get(ending.get_absolute_url()).status_code == 404


def test_where_nothing_is_due_nothing_is_looked_up(
    alice: User, ending: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    with patch.object(due, "apply_due") as applied:
        due.apply_if_due()
    assert not applied.called


@pytest.mark.parametrize("state", ["draft", "withdrawn", "binned"])
def test_what_readers_do_not_see_has_nothing_due(alice: User, state: str) -> None:
    post = make_draft(alice) if state == "draft" else make_post(alice)
    post.end(timezone.now() + HOUR)
    if state == "withdrawn":
        post.withdraw(by=alice)
    elif state == "binned":
        post.bin()
    assert due.next_due() is None


def test_it_is_recorded_as_nobodys_act(ending: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, HOUR)
    due.apply_due()
    seen, revision = ending.revisions.order_by("number")
    assert (seen.is_public, revision.is_public) == (True, False)
    assert (revision.by, revision.cause) == (None, "publication")
    assert revision.snapshot["withdrawn_at"] == revision.snapshot["ends_at"]


def test_the_version_that_readers_saw_before_the_end_is_known_as_such(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = make_draft(alice)
    post.publish(at=timezone.now() + HOUR)
    post.end(timezone.now() + 2 * HOUR)
    planned = Revision.objects.record(post, by=alice)
    later(monkeypatch, 3 * HOUR)
    due.apply_due()
    assert Revision.objects.get(pk=planned.pk).is_public


def test_many_at_once_do_it_once(at_once: AtOnce, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = make_posts(make_user("alice"), 3)
    for post in posts:
        post.end(timezone.now() + HOUR)
    later(monkeypatch, HOUR)
    assert sum(at_once(lambda _number: due.apply_due(), 6)) == 3
    assert [post.revisions.count() for post in posts] == [2, 2, 2]  # as it was, and as it is


def test_a_pin_ends_by_its_time_alone(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _new = make_posts(alice, 2)
    old.pin(until=timezone.now() + HOUR)
    html = client.get("/").text
    assert html.index(old.slug) < html.index(_new.slug)
    later(monkeypatch, HOUR)
    html = client.get("/").text
    assert html.index(_new.slug) < html.index(old.slug)
    assert not Post.objects.get(pk=old.pk).is_pinned


def test_published_again_after_its_time_it_stays(
    client: Client, ending: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, HOUR)
    due.apply_due()
    post = Post.objects.get(pk=ending.pk)
    post.publish()
    assert post.ends_at is None
    assert client.get(post.get_absolute_url()).status_code == 200
