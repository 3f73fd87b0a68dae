"""Whatever a cookie holds, every page answers: it is no more than what somebody sent."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.contrib.admin import site as desk
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import limits
from accounts.roles import Role
from accounts.sessions import SessionStore
from accounts.testing import make_user
from posts.testing import make_post

pytestmark = pytest.mark.django_db

# As a browser sends them: Django reads an octal escape between quotes as the byte it names.
HOSTILE = {
    "a NUL": '"abcdefgh\\000"',
    "only NULs": '"' + "\\000" * 16 + '"',
    "bytes that are no UTF-8": '"abcdefgh\\377\\376"',
    "raw bytes that are no UTF-8": "abcdefgh\xff\xfe",
    "half a surrogate pair": "abcdefgh\xed\xa0\x80",
    "a line's end": '"abcdefgh\\012\\015Set-Cookie: a=b"',
    "a quotation mark": "abcdefgh'; --",
    "figures of another script": "\u0661\u0662\u0663".encode().decode("latin-1") * 4,
    "a fullwidth letter": "\uff41".encode().decode("latin-1") * 12,
    "more than the column holds": "a" * 41,
    "far more than that": "a" * 4000,
    "nothing": "",
    "a placeholder": "%s%s%(x)s{table}",
    "signed badly, with a NUL": '"1:\\000:abc"',
    "messages, with a NUL": '"[[\\"__json_message\\"\\0540\\05420\\054\\"\\000\\"]]:a:b"',
}
COOKIES = ("session", "csrf", "messages", "known", "wrote", "language", "theme")
PAGES = ("/", "/posts/first/", "/write/", "/accounts/login/", "/admin/", "/nothing/")


def asked(client: Client, cookie: str) -> Iterator[tuple[str, int]]:
    """Ask for each page and send a form, with that header and no other cookie."""
    headers = {"Cookie": cookie}
    for page in PAGES:
        yield page, client.get(page, headers=headers).status_code
    sent = {"username": "alice", "password": "a wrong password"}
    for page in ("/accounts/login/", "/accounts/logout/"):
        yield f"POST {page}", client.post(page, sent, headers=headers).status_code


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_no_cookie_breaks_a_page(client: Client, value: str) -> None:
    make_post(make_user("alice"), slug="first")
    client.raise_request_exception = False
    every = "; ".join(f"{name}={value}" for name in COOKIES)
    for cookie in (every, *(f"{name}={value}" for name in COOKIES)):
        broken = {page: status for page, status in asked(client, cookie) if status >= 500}
        assert not broken, cookie


@pytest.mark.parametrize("key", ["abcdefgh\0", "a" * 41, "é" * 10, "abcd efgh", "short", "", None])
def test_what_no_session_is_named_is_not_asked_for(
    key: str | None, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        store = SessionStore(key)
        assert dict(store.items()) == {}
        assert store.session_key is None


def test_a_session_that_is_there_is_found(client: Client) -> None:
    client.force_login(make_user("alice"))
    key = Session.objects.get().session_key
    assert SessionStore(key)["_auth_user_id"]


def test_a_session_under_a_forged_name_is_told_to_go(client: Client) -> None:
    response = client.get("/", headers={"Cookie": 'session="abcdefgh\\000"'})
    assert response.status_code == 200
    assert response.cookies["session"].value == ""


def test_the_cookies_of_the_site_are_all_tried(settings: LazySettings) -> None:
    named = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME}
    assert named | {limits._cookie_name()} <= set(COOKIES)


ODD = ("%00", "%ff", "a%00b", "\u0661", "99999999999999999999", "-1", "%ed%a0%80", "%25s")
NAMED = ("/?page={}", "/?before={}", "/search/?q={}", "/posts/first/?thread_after={}", "/{}/")
PLACES = ("/posts/{}/", "/tags/{}/", "/authors/{}/", "/series/{}/", "/posts/{}/feed/", "/feed/{}")
PARTS = ("/archive/{}/", "/posts/first/comments/new/?reply={}", "/accounts/login/?next={}")


@pytest.mark.parametrize("odd", ODD)
def test_no_address_breaks_a_page(client: Client, odd: str) -> None:
    make_post(make_user("alice"), slug="first")
    client.raise_request_exception = False
    tried = [place.format(odd) for place in (*NAMED, *PLACES, *PARTS)]
    statuses = {address: client.get(address).status_code for address in tried}
    assert not {address: status for address, status in statuses.items() if status >= 500}


HEADERS = ("User-Agent", "Referer", "Accept-Language", "X-Forwarded-For", "If-None-Match", "Origin")


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_breaks_a_page(client: Client, name: str) -> None:
    make_post(make_user("alice"), slug="first")
    client.raise_request_exception = False
    sent = {"username": "ali\0ce", "password": "wrong\0"}
    for value in ("\0", "a\0b", "\xff\xfe", "1.2.3.4\0", "9" * 5000):
        headers = {name: value}
        for page in ("/", "/posts/first/", "/accounts/login/"):
            assert client.get(page, headers=headers).status_code < 500, (page, value)
        assert client.post("/accounts/login/", sent, headers=headers).status_code < 500, value


ASKED = (
    "q",
    "state",
    "role",
    "p",
    "o",
    "id",
    "title",
    "pk__in",
    "created_at__gte",
    "author__id__exact",
)


@pytest.mark.parametrize("odd", ["%00", "a%00b", "-1"])
def test_nothing_asked_of_the_desk_breaks_it(client: Client, odd: str) -> None:
    client.force_login(make_user("alice", role=Role.OWNER))
    client.raise_request_exception = False
    lists = [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in desk._registry
    ]
    tried = [f"{place}?{name}={odd}" for place in lists for name in ASKED]
    tried += [f"{place}{odd}/change/" for place in lists]
    statuses = {address: client.get(address).status_code for address in tried}
    assert not {address: status for address, status in statuses.items() if status >= 500}
