"""Kept pages and the clock: what is scheduled appears at its second, and never early."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from blogsite.models import SiteSettings
from blogsite.tests.caching import NewCache, ask, versions_are_there
from posts import drafts
from posts.models import Post
from posts.testing import make_draft, make_post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> User:
    alice = make_user("alice")
    moment = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
    make_post(alice, slug="first", tags=["Gardens"], published_at=moment)
    versions_are_there()
    return alice


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.mark.parametrize("address", ["/", "/posts/first/", "/feed/", "/tags/gardens/"])
def test_a_scheduled_post_appears_at_its_second_and_never_early(
    address: str, alice: User, new_cache: NewCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    at = clock.now + timedelta(hours=3, microseconds=250)
    make_post(alice, slug="later", title="Quite later", tags=["Gardens"], published_at=at)
    cache = new_cache(clock=clock)
    ask(cache, address)
    clock.now = at - timedelta(microseconds=1)
    early = ask(cache, address)
    assert (early.cached, b"Quite later" in early.body) == ("hit", False)
    clock.now = at
    assert b"Quite later" in ask(cache, address).body
    clock.now = at - timedelta(days=1)
    assert b"Quite later" not in ask(cache, address).body
    clock.now = at + timedelta(days=1)
    assert b"Quite later" in ask(cache, address).body


def test_control_without_its_bound_it_does_not_appear(
    alice: User, new_cache: NewCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    at = clock.now + timedelta(hours=3)
    make_post(alice, title="Quite later", published_at=at)
    cache = new_cache(clock=clock)
    monkeypatch.setattr(cache.reader, "first_time", lambda query, asked: None)
    ask(cache, "/")
    clock.now = at
    assert b"Quite later" not in ask(cache, "/").body


# Local times around the change of the clocks, and the moments they are.
CHANGES = {
    "2026-10-25T01:30": datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
    "2026-10-25T03:30": datetime(2026, 10, 25, 2, 30, tzinfo=UTC),
    "2027-03-28T01:30": datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    "2027-03-28T03:30": datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
}


@pytest.fixture
def berlin(settings: LazySettings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"


def scheduled(alice: User, local: str) -> tuple[Post, Any]:
    """Return a draft, and the answer to scheduling it at that local time."""
    post = make_draft(alice, slug="later", title="Quite later", tags=["Gardens"])
    browser = Client()
    browser.force_login(alice)
    sent = {"step": "schedule", "at": local, "started_from": post.fingerprint()}
    return post, browser.post(f"/write/{post.pk}/publication/", sent)


@pytest.mark.parametrize("local", CHANGES)
def test_it_appears_once_at_its_moment_while_the_clocks_change(
    local: str, alice: User, berlin: None, new_cache: NewCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, at = Clock(monkeypatch), CHANGES[local]
    _post, answer = scheduled(alice, local)
    assert answer.status_code == 302
    cache, seen = new_cache(clock=clock), []
    for minutes in range(-150, 151, 5):
        clock.now = at + timedelta(minutes=minutes)
        for address in ("/", "/feed/", "/tags/gardens/", f"/archive/{local[:4]}/{local[5:7]}/"):
            pages = [ask(cache, address) for _time in range(2)]
            assert {b"Quite later" in page.body for page in pages} == {minutes >= 0}
        seen.append(pages[1].cached)
    assert seen.count("hit") > len(seen) / 2


def test_of_a_time_that_comes_twice_the_first_is_chosen_and_said(
    alice: User, berlin: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch)
    post, answer = scheduled(alice, "2026-10-25T02:30")
    assert answer.status_code == 302
    post.refresh_from_db()
    assert post.published_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_never_comes_is_asked_for_again(alice: User, berlin: None) -> None:
    post, answer = scheduled(alice, "2027-03-28T02:30")
    assert answer.status_code == 200
    assert answer.context["form"].errors["at"]
    post.refresh_from_db()
    assert post.published_at is None


@pytest.mark.parametrize("address", ["/", "/posts/today/", "/feed/", "/tags/gardens/"])
def test_a_kept_page_names_nothing_whose_time_is_over(
    address: str, alice: User, new_cache: NewCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    post = make_post(alice, slug="today", title="Only today", tags=["Gardens"])
    post.end(at := clock.now + timedelta(hours=3, microseconds=250))
    cache = new_cache(clock=clock)
    ask(cache, address)
    clock.now = at - timedelta(microseconds=1)
    before = ask(cache, address)
    assert (before.cached, b"Only today" in before.body) == ("hit", True)
    clock.now = at
    assert b"Only today" not in ask(cache, address).body
    assert ask(cache, "/").cached in {"hit", "miss"}
    assert ask(cache, "/").cached == "hit"


def test_while_writing_is_held_a_kept_page_ends_all_the_same(
    alice: User, new_cache: NewCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    post = make_post(alice, slug="today", title="Only today", tags=["Gardens"])
    post.end(at := clock.now + timedelta(hours=3))
    SiteSettings.hold_writes(held=True)
    cache = new_cache(clock=clock)
    assert b"Only today" in ask(cache, "/").body
    clock.now = at
    assert [b"Only today" in ask(cache, "/").body for _time in range(2)] == [False, False]
    assert not Post.objects.filter(withdrawn_at__isnull=False).exists()
    SiteSettings.hold_writes(held=False)
    ask(cache, "/")
    assert Post.objects.get(withdrawn_at__isnull=False) == post


def test_a_kept_home_page_ends_with_a_pin(
    alice: User, new_cache: NewCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    first = Post.objects.get(slug="first")
    make_post(alice, slug="newer", published_at=clock.now - timedelta(hours=1))
    first.pin(until=(at := clock.now + timedelta(hours=1)))
    cache = new_cache(clock=clock)
    pages = [ask(cache, "/").body]
    clock.now = at
    pages.append(ask(cache, "/").body)
    tops = [page.index(b"/posts/first/") < page.index(b"/posts/newer/") for page in pages]
    assert tops == [True, False]


def test_a_kept_page_ends_with_a_change_that_was_scheduled_after_it_was_made(
    alice: User, new_cache: NewCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, post = Clock(monkeypatch), Post.objects.get(slug="first")
    cache = new_cache(clock=clock)
    ask(cache, "/posts/first/")
    at = clock.now + timedelta(hours=1)
    with transaction.atomic():
        drafts.write_draft(post, drafts.working_copy(post) | {"body": "Quite new"}, by=alice)
        drafts.schedule_change(post, at)
    for moment, is_shown in ((at - timedelta(microseconds=1), False), (at, True)):
        clock.now = moment
        assert (b"Quite new" in ask(cache, "/posts/first/").body) == is_shown
    assert ask(cache, "/posts/first/").cached == "hit"


def test_two_processes_show_one_change(
    alice: User, new_cache: NewCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, post = Clock(monkeypatch), Post.objects.get(slug="first")
    with transaction.atomic():
        drafts.write_draft(post, drafts.working_copy(post) | {"title": "Quite new"}, by=alice)
        drafts.schedule_change(post, clock.now + timedelta(hours=1))
    caches = [new_cache(clock=clock) for _process in range(2)]
    for cache in caches:
        ask(cache, "/")
    clock.now += timedelta(hours=1)
    assert all(b"Quite new" in ask(cache, "/").body for cache in caches)
    assert post.revisions.live().filter(cause="publication").count() == 1
