"""No address that anybody can make up is kept as a page."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.testing import make_user
from blogsite.shared_pages import SharedPages
from blogsite.tests.caching import NewCache, ask, versions_are_there
from comments.testing import make_comment
from posts.models import Post, ShareLink
from posts.testing import make_draft, make_post

pytestmark = pytest.mark.django_db(transaction=True)

# What a page has no place for, and how it answers.
MADE_UP = {
    "/archive/?page=99999": 200,
    "/archive/?before=20200101T000000000000-1": 200,
    "/archive/2026/?page=2": 200,
    "/archive/2026/?after=20200101T000000000000-1": 200,
    "/archive/2026/03/?page=99999": 404,
    "/?page=99999": 404,
    "/?before=x": 404,
    "/posts/first/?thread_after=abc": 302,
    "/posts/first/?thread_after=99999": 302,
    "/posts/first/?page=2": 200,
    "/sitemap-posts.xml?p=99999": 404,
}
PLACES = ["/archive/", "/archive/2026/", "/archive/2026/03/", "/posts/first/"]


@pytest.fixture
def post() -> Post:
    alice = make_user("alice")
    post = make_post(alice, slug="first", published_at="2026-03-04T12:00:00Z")
    versions_are_there()
    return post


@pytest.mark.parametrize("address", MADE_UP)
def test_a_made_up_address_is_not_kept(address: str, post: Post, new_cache: NewCache) -> None:
    cache = new_cache()
    replies = [ask(cache, address) for _ in range(2)]
    assert [reply.cached for reply in replies] == ["pass", "pass"]
    assert {reply.status for reply in replies} == {MADE_UP[address]}
    assert len(cache.plain) + len(cache.asked) == 0


@pytest.mark.usefixtures("keeping")
def test_members_do_not_have_one_kept_either(post: Post) -> None:
    browser = Client()
    browser.force_login(make_user("bob"))
    browser.handler.load_middleware()
    shared: SharedPages = browser.handler._view_middleware[-1].__self__  # type: ignore[attr-defined]
    for address, status in MADE_UP.items():
        assert browser.get(address).status_code == status, address
        assert len(shared.pages) + len(shared.asked) == 0, address
    for number, address in enumerate(PLACES, start=1):
        assert browser.get(address).status_code == 200
        assert len(shared.pages) == number, address


def test_what_a_share_link_shows_is_not_kept(post: Post, new_cache: NewCache) -> None:
    draft, lasts = make_draft(post.author, body="A draft."), timedelta(days=1)
    token = ShareLink.objects.make(draft, post.author, lasts=lasts, allows_notes=True)[1]
    cache = new_cache()
    for address in (f"/shared/{token}/", f"/shared/{token}/notes/"):
        replies = [ask(cache, address) for _ in range(2)]
        assert [reply.cached for reply in replies] == ["pass", "pass"]
        assert [reply.status for reply in replies] == [200, 200]
    assert len(cache.plain) + len(cache.asked) == 0


def test_places_that_are_there_are_kept(post: Post, new_cache: NewCache) -> None:
    comment = make_comment(post, post.author)
    cache = new_cache()
    for address in [
        *PLACES,
        f"/posts/first/?thread_after={comment.pk}",
        "/archive/2026/03/?page=1",
    ]:
        replies = [ask(cache, address) for _ in range(2)]
        assert [reply.cached for reply in replies] == ["miss", "hit"], address
