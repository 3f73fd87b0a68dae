"""Readers choose theme and language without an account, a script or a token in kept pages."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.testing import make_user
from blogsite.appearance import LANGUAGE, THEME
from blogsite.models import SiteSettings
from blogsite.tests.caching import NewCache, ask, versions_are_there
from posts.testing import make_post

pytestmark = pytest.mark.django_db

HERE = {"HTTP_ORIGIN": "http://testserver"}
PLACE = "#appearance"


@pytest.fixture
def strict() -> Client:
    return Client(enforce_csrf_checks=True)


def test_a_theme_is_remembered_and_shown(strict: Client) -> None:
    sent = {"theme": "dark", "next": "/archive/?x=1"}
    response = strict.post("/appearance/", sent, **HERE)  # type: ignore[arg-type]
    assert (response.status_code, response["Location"]) == (302, f"/archive/?x=1{PLACE}")
    cookie = response.cookies["theme"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("dark", "Lax", True)
    assert cookie["max-age"] == 365 * 24 * 60 * 60
    assert "private" in response["Cache-Control"]
    page = strict.get("/").content.decode()
    assert '<html lang="en" dir="ltr" data-theme="dark">' in page
    assert '<meta name="color-scheme" content="dark">' in page
    assert '<button type="submit" name="theme" value="dark" aria-pressed="true">' in page
    assert page.count('aria-pressed="true"') == 2  # and the language


def test_the_cookies_are_secure_on_https(strict: Client, settings: LazySettings) -> None:
    settings.HTTPS = True
    response = strict.post("/appearance/", {"theme": "dark"}, **HERE)  # type: ignore[arg-type]
    assert response.cookies["theme"]["secure"]


def test_automatic_takes_the_cookie_away_and_leaves_the_other(strict: Client) -> None:
    strict.cookies["theme"], strict.cookies["language"] = "dark", "de"
    response = strict.post("/appearance/", {"theme": ""}, **HERE)  # type: ignore[arg-type]
    assert response.cookies["theme"]["max-age"] == 0
    assert "language" not in response.cookies
    assert "data-theme" not in strict.get("/").content.decode()


def test_what_there_is_not_chooses_nothing(strict: Client) -> None:
    sent = {"theme": "pink", "language": "xx"}
    response = strict.post("/appearance/", sent, **HERE)  # type: ignore[arg-type]
    assert response.status_code == 302
    assert not response.cookies
    strict.cookies["theme"], strict.cookies["language"] = "pink", "xx"
    assert '<html lang="en" dir="ltr">' in strict.get("/").content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "https://testserver"},
        {"HTTP_ORIGIN": "https://evil.example", "HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {"HTTP_REFERER": "http://testserver/"},
    ],
)
def test_whoever_cannot_prove_to_be_of_the_site_is_refused(
    strict: Client, headers: dict[str, str]
) -> None:
    response = strict.post("/appearance/", {"theme": "dark"}, **headers)  # type: ignore[arg-type]
    assert response.status_code == 403
    assert "theme" not in response.cookies
    assert '<a href="/appearance/">' in response.content.decode()


def test_the_browsers_word_is_enough(strict: Client) -> None:
    sent = {"theme": "dark"}
    response = strict.post("/appearance/", sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 302


def test_anybody_else_has_a_page_with_a_token(strict: Client) -> None:
    page = strict.get("/appearance/")
    assert page.content.decode().count('id="appearance"') == 1
    sent = {"theme": "dark", "csrfmiddlewaretoken": page.context["csrf_token"]}
    assert strict.post("/appearance/", sent).cookies["theme"].value == "dark"


@pytest.mark.parametrize(
    "payload",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "\x00//evil.example",
        " //evil.example",
        "http://testserver@evil.example/",
        "http://[evil",
        "",
    ],
)
def test_the_way_back_never_leaves_the_site(strict: Client, payload: str) -> None:
    sent = {"theme": "dark", "next": payload}
    response = strict.post("/appearance/", sent, **HERE)  # type: ignore[arg-type]
    assert response["Location"] == f"/{PLACE}"


def test_a_line_end_in_the_way_back_ends_no_header(strict: Client) -> None:
    sent = {"theme": "dark", "next": "/a\r\nSet-Cookie: x=y"}
    response = strict.post("/appearance/", sent, **HERE)  # type: ignore[arg-type]
    assert "\n" not in response["Location"]
    assert "x" not in response.cookies


def test_errors_wear_the_theme_and_speak_the_language(client: Client) -> None:
    client.cookies["theme"], client.cookies["language"] = "contrast", "de"
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert response["Content-Language"] == "de"
    assert '<html lang="de" dir="ltr" data-theme="contrast">' in response.content.decode()


def test_the_site_has_a_language_whatever_a_browser_prefers(client: Client) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"language": "de"})
    response = client.get("/", headers={"Accept-Language": "en"})
    assert response["Content-Language"] == "de"
    assert response["Vary"] == "Cookie"
    client.cookies["language"] = "en"
    assert client.get("/")["Content-Language"] == "en"


def test_one_request_leaves_no_language_to_the_next(client: Client) -> None:
    from django.utils.translation import get_language

    client.cookies["language"] = "de"
    client.get("/")
    assert get_language() == "en"


@pytest.mark.django_db(transaction=True)
def test_strangers_who_chose_are_answered_from_memory(new_cache: NewCache) -> None:
    make_post(make_user("alice"), slug="first")
    versions_are_there()
    cache = new_cache()
    both = "theme=dark; language=de"
    asked = ["", "theme=dark", "language=de", both, "a=b; language=de; theme=dark"]
    first = [ask(cache, "/posts/first/", HTTP_COOKIE=cookie) for cookie in asked]
    assert [reply.cached for reply in first] == ["miss"] * 4 + ["hit"]
    assert [reply.headers["Content-Language"] for reply in first] == ["en", "en", "de", "de", "de"]
    assert len({reply.headers["ETag"] for reply in first}) == 4
    assert all("Cookie" in reply.headers["Vary"] for reply in first)
    tag = first[3].headers["ETag"]
    again = ask(cache, "/posts/first/", HTTP_COOKIE=both, HTTP_IF_NONE_MATCH=tag)
    assert (again.status, again.cached) == (304, "hit")
    head = ask(cache, "/posts/first/", HTTP_COOKIE=both, REQUEST_METHOD="HEAD")
    assert (head.cached, head.headers["ETag"], head.body) == ("hit", tag, b"")


@pytest.mark.django_db(transaction=True)
def test_an_unknown_value_makes_no_page(new_cache: NewCache) -> None:
    versions_are_there()
    cache = new_cache()
    assert ask(cache, "/").cached == "miss"
    assert ask(cache, "/", HTTP_COOKIE="theme=pink; language=xx").cached == "hit"


@pytest.mark.django_db(transaction=True)
def test_another_language_of_the_site_is_seen_at_once(new_cache: NewCache) -> None:
    SiteSettings.load()
    versions_are_there()
    cache = new_cache()
    assert [ask(cache, "/").headers["Content-Language"] for _ in range(2)] == ["en", "en"]
    SiteSettings.objects.update(language="de")
    assert ask(cache, "/").headers["Content-Language"] == "de"
    assert ask(cache, "/", HTTP_COOKIE="language=en").headers["Content-Language"] == "en"


@pytest.mark.django_db(transaction=True)
def test_members_share_a_page_for_each_choice(settings: LazySettings) -> None:
    alice = make_user("alice")
    make_post(alice, slug="first")
    versions_are_there()
    for theme, language in (("dark", "de"), ("light", "en"), ("dark", "de")):
        client = Client()
        client.force_login(alice)
        client.cookies["theme"], client.cookies["language"] = theme, language
        page = client.get("/posts/first/").content.decode()
        assert f'<html lang="{language}" dir="ltr" data-theme="{theme}">' in page
        assert f'value="{theme}" aria-pressed="true"' in page


def test_no_choice_has_a_name_like_a_cookie_of_the_sites(settings: LazySettings) -> None:
    taken = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"}
    assert not {THEME.cookie, LANGUAGE.cookie} & taken


def test_letters_are_in_the_sites_language_whoever_causes_them(
    client: Client, mailoutbox: list[Any]
) -> None:
    client.cookies["language"] = "de"
    client.post("/accounts/signup/", {"email": "bob@example.net"})
    assert mailoutbox[0].subject == "Your account at Blogsite"
    SiteSettings.objects.update_or_create(pk=1, defaults={"language": "de"})
    client.cookies["language"] = "en"
    client.post("/accounts/signup/", {"email": "charlie@example.net"})
    assert mailoutbox[1].subject == "Ihr Konto bei Blogsite"
    assert "Der Link führt zu der Seite" in mailoutbox[1].body
