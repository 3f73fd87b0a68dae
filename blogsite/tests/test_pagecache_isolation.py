"""Nothing that one visitor sends, and nothing that one visitor is shown, reaches another."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from accounts.testing import make_user
from blogsite.lib.pagecache import layer, page
from blogsite.lib.pagecache.layer import PageCache
from blogsite.tests.caching import Reply, ask, site_cache, versions_are_there
from comments.testing import make_comment
from posts.testing import make_post, make_posts, make_series

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "canary-7f3a"
TOKEN = re.compile(rb'(<input type="hidden" name="csrfmiddlewaretoken" value=")[^"]+')
PAGES = [
    "/",
    "/posts/first/",
    "/posts/first/?thread_after=1",
    "/posts/members/",
    "/posts/none/",
    "/tags/gardens/",
    "/authors/alice/",
    "/authors/ALICE/",
    "/authors/bob/",
    "/series/a-year-outside/",
    "/archive/",
    "/archive/2026/",
    "/feed/",
    "/feed/rss/",
    "/feed/json/",
    "/authors/alice/feed/",
    "/sitemap.xml",
    "/sitemap-posts.xml",
    "/search/?q=words",
    "/accounts/login/",
]
# What a visitor can send that is no part of the key, by its WSGI name.
UNKEYED = {
    "HTTP_USER_AGENT": CANARY,
    "HTTP_REFERER": f"https://{CANARY}.example/",
    "HTTP_ORIGIN": f"https://{CANARY}.example",
    "HTTP_ACCEPT": CANARY,
    "HTTP_ACCEPT_LANGUAGE": f"de,{CANARY}",
    "HTTP_ACCEPT_ENCODING": f"{CANARY}, gzip;q=0",
    "HTTP_ACCEPT_CHARSET": CANARY,
    "HTTP_COOKIE": f"theme={CANARY}; csrf={CANARY * 3}; language={CANARY}",
    "HTTP_X_FORWARDED_HOST": f"{CANARY}.example",
    "HTTP_X_FORWARDED_SERVER": f"{CANARY}.example",
    "HTTP_X_FORWARDED_PORT": CANARY,
    "HTTP_X_FORWARDED_PROTO": f"https, {CANARY}",
    "HTTP_X_FORWARDED_SCHEME": CANARY,
    "HTTP_X_FORWARDED_PREFIX": f"/{CANARY}",
    "HTTP_X_FORWARDED_FOR": CANARY,
    "HTTP_FORWARDED": f"host={CANARY}.example",
    "HTTP_X_REAL_IP": CANARY,
    "HTTP_X_HOST": f"{CANARY}.example",
    "HTTP_X_ORIGINAL_URL": f"/{CANARY}/",
    "HTTP_X_REWRITE_URL": f"/{CANARY}/",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "POST",
    "HTTP_X_REQUESTED_WITH": CANARY,
    "HTTP_IF_NONE_MATCH": f'"{CANARY}"',
    "HTTP_IF_MODIFIED_SINCE": "Wed, 21 Oct 2099 07:28:00 GMT",
    "HTTP_IF_MATCH": f'"{CANARY}"',
    "HTTP_RANGE": "bytes=0-10",
    "HTTP_DNT": CANARY,
    "HTTP_SAVE_DATA": CANARY,
    "HTTP_AUTHORIZATION": f"Bearer {CANARY}",
    "HTTP_HOST": f"{CANARY}.example",
    "SERVER_NAME": f"{CANARY}.example",
    "REMOTE_ADDR": "203.0.113.7",
    "QUERY_STRING": f"utm_source={CANARY}",
    "CONTENT_TYPE": CANARY,
}


@pytest.fixture
def cache() -> Iterator[PageCache]:
    cache = site_cache()
    yield cache
    cache.reader.close()  # type: ignore[attr-defined]


@pytest.fixture
def alice() -> str:
    """Return the session of Alice, who writes; what she is shown names her and holds her token."""
    alice = make_user("alice", display_name="Alice Personal")
    post = make_post(alice, slug="first", tags=["Gardens"])
    make_posts(alice, 2)
    make_post(alice, slug="members", visibility="members")
    make_series(alice, post)
    make_comment(post, make_user("bob"), pk=1)
    versions_are_there()
    client = Client()
    client.force_login(alice)
    return f"session={client.cookies['session'].value}"


def comparable(reply: Reply) -> tuple[int, dict[str, str], bytes]:
    """Return what must not differ: not the token and the cookie of a form, new each time."""
    own = {"X-Cache", "Set-Cookie", "Last-Modified", "Expires"}
    kept = {name: value for name, value in reply.headers.items() if name not in own}
    return reply.status, kept, masked(reply.body)


def masked(body: bytes) -> bytes:
    """Return the page without the tokens of its forms."""
    return TOKEN.sub(rb"\1", body)


def emptied(cache: PageCache) -> PageCache:
    for store in (cache.plain, cache.asked):
        store._pages.clear()
    return cache


def hostile(address: str) -> Iterator[dict[str, str]]:
    """Yield what to send with the address: each input alone, then all that go together at once."""
    query = address.partition("?")[2]
    sent = dict(UNKEYED)
    sent["QUERY_STRING"] = f"{query}&{UNKEYED['QUERY_STRING']}".lstrip("&")
    yield from ({name: value} for name, value in sent.items())
    alone = {"HTTP_AUTHORIZATION", "HTTP_HOST", "QUERY_STRING"}
    yield {name: value for name, value in sent.items() if name not in alone}


def asked_by(person: str, sent: dict[str, str]) -> dict[str, str]:
    """Return what is sent, with the person's session; strangers have none."""
    cookies = [cookie for cookie in (sent.get("HTTP_COOKIE", ""), person) if cookie]
    return {**sent, "HTTP_COOKIE": "; ".join(cookies)} if cookies else sent


def test_they_are_as_many_as_the_goal_says() -> None:
    assert (len(UNKEYED) >= 30, len(PAGES)) == (True, 20)


@pytest.mark.parametrize("is_member", [False, True])
@pytest.mark.parametrize("address", PAGES)
def test_no_byte_of_what_one_sends_reaches_another(
    address: str, is_member: bool, cache: PageCache, alice: str
) -> None:
    clean = comparable(ask(cache, address))
    for sent in hostile(address):
        path = address.partition("?")[0]
        first = asked_by(alice if is_member else "", sent)
        ask(emptied(cache), path if "QUERY_STRING" in sent else address, **first)
        after = ask(cache, address)
        assert CANARY.encode() not in after.everything, sent
        assert comparable(after) == clean, sent
        assert after.cached == "pass" or "Set-Cookie" not in after.headers, sent


@pytest.mark.parametrize("address", PAGES)
def test_no_byte_of_what_a_member_is_shown_reaches_a_stranger(
    address: str, cache: PageCache, alice: str
) -> None:
    clean = comparable(ask(cache, address))
    hers = ask(emptied(cache), address, HTTP_COOKIE=alice)
    assert hers.cached == "pass"
    assert "private" in hers.headers["Cache-Control"]
    assert comparable(ask(cache, address)) == clean
    assert ask(cache, address, HTTP_COOKIE=alice).cached == "pass"


@pytest.mark.parametrize("address", ["/", "/posts/first/"])
def test_a_member_is_shown_their_own_page_though_one_is_kept(
    address: str, cache: PageCache, alice: str
) -> None:
    ask(cache, address)
    assert ask(cache, address).cached == "hit"
    assert b"Sign out" in ask(cache, address, HTTP_COOKIE=alice).body
    assert b"Sign out" not in ask(cache, address).body


def test_control_without_its_wall_a_member_reaches_a_stranger(
    cache: PageCache, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both walls down: the look at cookies, and the request made of the key alone."""
    monkeypatch.setattr(type(cache.site), "personal_cookies", (), raising=False)
    cache.site.personal_cookies = ()  # type: ignore[misc]
    monkeypatch.setattr(layer, "canonical", lambda key, environ: environ)
    monkeypatch.setattr(page.Answer, "is_personal", False)
    ask(cache, "/", HTTP_COOKIE=alice)
    assert b"Sign out" in ask(cache, "/").body


@pytest.mark.parametrize("wall", ["cookies", "key", "answer"])
def test_each_wall_alone_holds(
    wall: str, cache: PageCache, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wall != "cookies":
        cache.site.personal_cookies = ()  # type: ignore[misc]
    if wall != "key":
        monkeypatch.setattr(layer, "canonical", lambda key, environ: environ)
    if wall != "answer":
        monkeypatch.setattr(page.Answer, "is_personal", False)
    ask(cache, "/", HTTP_COOKIE=alice)
    assert b"Sign out" not in ask(cache, "/").body


def test_a_flash_message_is_shown_to_one(cache: PageCache, alice: str) -> None:
    words: Any = "messages=W1siX19qc29uX21lc3NhZ2UiLDAsMjUsIkNhbmFyeSIsIiJdXQ:x"
    assert ask(cache, "/", HTTP_COOKIE=words).cached == "pass"


def test_the_site_itself_shows_her_name(alice: str) -> None:
    """A control of the others: the member's page does differ."""
    assert b"Sign out" in ask(WSGIHandler(), "/", HTTP_COOKIE=alice).body
