"""Nothing that one member sends, and nothing that is one member's own, reaches another member."""

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.testing import make_user
from blogsite import shared_pages
from blogsite.lib import pieces
from blogsite.lib.pagecache.layer import PageCache
from blogsite.tests.caching import NewCache, ask
from blogsite.tests.test_pagecache_isolation import CANARY, PAGES, asked_by, comparable, hostile
from comments.testing import make_comment
from posts.testing import make_post, make_posts, make_series

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("keeping")]

NAME = b"Alice Personal"


@pytest.fixture
def alice() -> User:
    alice = make_user("alice", display_name=NAME.decode())
    post = make_post(make_user("bob", display_name="Bob Personal"), slug="first", tags=["Gardens"])
    make_posts(post.author, 2)
    make_post(post.author, slug="members", visibility="members")
    make_series(post.author, post)
    make_comment(post, post.author, pk=1)
    return alice


def session_of(person: User) -> str:
    client = Client()
    client.force_login(person)
    return f"session={client.cookies['session'].value}"


def shared_by(cache: PageCache) -> shared_pages.SharedPages:
    handler: Any = cache.application
    layer: shared_pages.SharedPages = handler._view_middleware[-1].__self__
    return layer


def emptied(cache: PageCache) -> PageCache:
    layer = shared_by(cache)
    for store in (cache.plain, cache.asked, layer.pages, layer.asked):
        store._pages.clear()
    return cache


@pytest.mark.parametrize("address", PAGES[:12])  # the others are not shared
def test_no_byte_of_what_one_sends_reaches_a_member(
    address: str, new_cache: NewCache, alice: User
) -> None:
    cache, hers = new_cache(), session_of(alice)
    his = session_of(User.objects.get(username="bob"))
    clean = comparable(ask(cache, address, HTTP_COOKIE=his))
    for sent in hostile(address):
        path = address.partition("?")[0]
        first = asked_by(hers, sent)
        ask(emptied(cache), path if "QUERY_STRING" in sent else address, **first)
        after = ask(cache, address, HTTP_COOKIE=his)
        assert CANARY.encode() not in after.everything, sent
        assert (NAME in after.body) == (address == "/authors/alice/"), sent
        assert comparable(after) == clean, sent
        assert after.cached == "pass"


def test_the_page_he_is_shown_is_the_one_made_for_her(new_cache: NewCache, alice: User) -> None:
    """A control: what the others judge is shared."""
    cache, hers = new_cache(), session_of(alice)
    for address in ("/", "/posts/first/", "/archive/", "/tags/gardens/"):
        ask(emptied(cache), address, HTTP_COOKIE=hers)
        assert len(shared_by(cache).pages) == 1, address
        ask(cache, address, HTTP_COOKIE=session_of(User.objects.get(username="bob")))
        assert len(shared_by(cache).pages) == 1, address


def test_control_without_its_walls_a_member_reaches_another(
    new_cache: NewCache, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both walls down: places that are filled for each, and the look for a token."""
    asker = RequestFactory().get("/")
    asker.user = alice
    cache, hers = new_cache(), session_of(alice)
    his = session_of(User.objects.get(username="bob"))
    monkeypatch.setattr(pieces.Holes, "add", lambda holes, fill: SafeString(fill(asker)))
    ask(emptied(cache), "/", HTTP_COOKIE=hers)
    assert NAME not in ask(cache, "/", HTTP_COOKIE=his).body
    monkeypatch.setattr(shared_pages, "CSRF_FIELD", b"none")
    ask(emptied(cache), "/", HTTP_COOKIE=hers)
    assert NAME in ask(cache, "/", HTTP_COOKIE=his).body
