"""No word that people write keeps a page from being kept; a real token still does."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import Context, Template
from django.test import Client

from accounts.models import User
from accounts.testing import make_user
from blogsite.lib.pagecache.page import CSRF_FIELD
from blogsite.shared_pages import SharedPages
from blogsite.tests.caching import NewCache, ask, versions_are_there
from comments.testing import make_comment
from posts.models import Post
from posts.testing import make_post

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = ["/posts/first/", "/", "/feed/", "/feed/rss/", "/feed/json/"]
FIELD = CSRF_FIELD.decode()
WRITTEN: dict[str, Callable[[Post, str], object]] = {
    "title": lambda post, words: post_with(post, title=words),
    "summary": lambda post, words: post_with(post, summary=words),
    "text": lambda post, words: post_with(post, body=f"{words} `{words}`\n\n    {words}"),
    "comment": lambda post, words: make_comment(post, post.author, f"{words} `{words}`"),
    "name": lambda post, words: User.objects.update(display_name=words),
    "tag": lambda post, words: post.tags.create(name=words, slug="word"),
}


def post_with(post: Post, **fields: str) -> None:
    for name, value in fields.items():
        setattr(post, name, value)
    post.save()


@pytest.fixture
def post() -> Post:
    post = make_post(make_user("alice"), slug="first")
    versions_are_there()
    return post


@pytest.mark.parametrize("words", ["csrfmiddlewaretoken", FIELD])
@pytest.mark.parametrize("place", WRITTEN)
def test_a_page_that_says_it_is_kept_and_compressed(
    place: str, words: str, post: Post, new_cache: NewCache
) -> None:
    WRITTEN[place](post, words)
    cache = new_cache()
    for address in ADDRESSES:
        replies = [ask(cache, address, HTTP_ACCEPT_ENCODING="gzip") for _ in range(2)]
        assert [reply.cached for reply in replies] == ["miss", "hit"], address
        assert replies[1].headers["Content-Encoding"] == "gzip", address
    if place in {"title", "comment", "text"}:
        assert b"csrfmiddlewaretoken" in ask(cache, "/posts/first/").body


def members_pages(bob: User) -> tuple[Client, SharedPages]:
    browser = Client()
    browser.force_login(bob)
    browser.handler.load_middleware()
    found = browser.handler._view_middleware[-1]  # type: ignore[attr-defined]
    return browser, found.__self__


@pytest.mark.usefixtures("keeping")
@pytest.mark.parametrize("place", WRITTEN)
def test_a_page_that_says_it_is_shared_by_members(place: str, post: Post) -> None:
    WRITTEN[place](post, FIELD)
    browser, shared = members_pages(make_user("bob"))
    for number, address in enumerate(["/posts/first/", "/"], start=1):
        assert browser.get(address).status_code == 200
        assert len(shared.pages) == number, address


@pytest.mark.usefixtures("keeping")
def test_a_token_without_its_field_is_no_more_shared(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leaking(request: HttpRequest, *given: object) -> HttpResponse:
        return HttpResponse(get_token(request))

    browser, shared = members_pages(make_user("bob"))
    monkeypatch.setattr("posts.views.reading.render", leaking)
    browser.get("/posts/first/")
    assert not len(shared.pages)


def test_django_writes_its_field_as_the_cache_knows_it() -> None:
    made = Template("{% csrf_token %}").render(Context({"csrf_token": "s"}))
    assert made == f'{FIELD} value="s">'
