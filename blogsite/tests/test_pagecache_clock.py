"""Kept pages and the clock: what is scheduled appears at its second, and never early."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from blogsite.tests.caching import NewCache, ask, versions_are_there
from posts.testing import make_post

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
