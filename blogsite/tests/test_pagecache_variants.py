"""Who chose a theme or a language by a cookie is answered from memory too, and with that choice."""

from collections.abc import Iterable
from typing import Any

import pytest

from accounts.testing import make_user
from blogsite.lib.pagecache import layer
from blogsite.lib.pagecache.variants import Choice, variant
from blogsite.tests.caching import NewCache, Small, ask, versions_are_there
from posts.testing import make_post

THEME = Choice("theme", frozenset({"light", "dark"}))
LANGUAGE = Choice("language", frozenset({"en", "es", "de"}))


class Themed(Small):
    """A small application that shows what cookie it was sent."""

    def __call__(self, environ: Any, start: Any) -> Iterable[bytes]:
        """Answer with the cookie."""
        self.body = environ.get("HTTP_COOKIE", "no choice").encode()
        return super().__call__(environ, start)


@pytest.fixture
def themed() -> Themed:
    return Themed(choices=(THEME, LANGUAGE))


@pytest.mark.parametrize(
    ("cookie", "chosen"),
    [
        ("theme=dark", "theme=dark"),
        ("analytics=1; theme=dark;x", "theme=dark"),
        ("language=de; theme=light", "theme=light; language=de"),
        (" theme = dark ;language=xx", "theme=dark"),
        ("theme=light; theme=dark", "theme=dark"),
        ("theme=dark; theme=pink", ""),
        ("theme=Dark", ""),
        ("Theme=dark", ""),
        ("theme=", ""),
        ("theme", ""),
        ("mytheme=dark", ""),
        ("theme=dark\n", "theme=dark"),
        ("", ""),
    ],
)
def test_a_choice_is_one_of_few_in_one_spelling(cookie: str, chosen: str) -> None:
    assert variant(cookie, (THEME, LANGUAGE)) == chosen


def test_who_chose_is_answered_from_memory_with_that_choice(themed: Themed) -> None:
    cache = themed.cache()
    for cookie, shown in [
        ("theme=dark", b"theme=dark"),
        ("theme=light", b"theme=light"),
        ("", b"no"),
    ]:
        replies = [ask(cache, "/", HTTP_COOKIE=cookie) for _ in range(2)]
        assert [reply.cached for reply in replies] == ["miss", "hit"]
        assert all(reply.body.startswith(shown) for reply in replies)
        assert "Cookie" in replies[1].headers["Vary"]


def test_made_up_choices_make_no_pages(themed: Themed) -> None:
    cache = themed.cache()
    for number in range(200):
        reply = ask(
            cache, "/", HTTP_COOKIE=f"theme=dark{number}; x{number}=1; language=../{number}"
        )
        assert reply.body == b"no choice"
    assert themed.renders == 1
    assert len(cache.plain) + len(cache.asked) == 1


def test_control_were_every_value_a_choice_there_would_be_many(themed: Themed) -> None:
    themed.choices = (Choice("theme", frozenset(f"dark{number}" for number in range(9))),)
    cache = themed.cache()
    for number in range(9):
        ask(cache, "/", HTTP_COOKIE=f"theme=dark{number}")
    assert len(cache.plain) == 9


def test_undeclared_cookies_reach_nobody(themed: Themed) -> None:
    themed.choices = ()
    cache = themed.cache()
    said = [ask(cache, "/", HTTP_COOKIE=f"theme={value}") for value in ("dark", "light")]
    assert [(reply.cached, reply.body) for reply in said] == [
        ("miss", b"no choice"),
        ("hit", b"no choice"),
    ]


def test_control_unreduced_they_would(themed: Themed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer, "canonical", lambda key, environ: environ)
    assert ask(themed.cache(), "/", HTTP_COOKIE="theme=pink").body == b"theme=pink"


def test_a_choice_beside_a_session_is_that_persons(themed: Themed) -> None:
    cache = themed.cache()
    ask(cache, "/", HTTP_COOKIE="theme=dark")
    assert ask(cache, "/", HTTP_COOKIE="theme=dark; session=x").cached == "pass"


@pytest.mark.django_db(transaction=True)
def test_every_choice_hears_of_a_change_on_the_site(new_cache: NewCache) -> None:
    post = make_post(make_user("alice"), slug="first")
    versions_are_there()
    cache = new_cache()
    cache.site.choices = (THEME,)  # type: ignore[misc]
    cookies = ["", "theme=dark", "theme=light"]
    for cached in ("miss", "hit"):
        assert [ask(cache, "/posts/first/", HTTP_COOKIE=c).cached for c in cookies] == [cached] * 3
    type(post).objects.update(title="Quite other")
    for cookie in cookies:
        assert b"Quite other" in ask(cache, "/posts/first/", HTTP_COOKIE=cookie).body


@pytest.mark.django_db(transaction=True)
def test_the_sites_own_choices_are_not_personal(new_cache: NewCache) -> None:
    site = new_cache().site
    words = [word for one in site.choices for word in (one.cookie, *one.values)]
    assert not [(p, w) for p in site.personal_cookies for w in words if p in w]
