"""Answers that need no waiting: only from memory, and only what memory proves."""

from typing import Any

import pytest
from django.db import connection

from blogsite.lib.pagecache.layer import PageCache
from blogsite.tests.caching import HOST, NewCache, Small, ask, versions_are_there


def at_once(cache: PageCache, path: str = "/", **environ: Any) -> dict[str, str] | None:
    """Return the headers of the answer, None where there is none."""
    begun: list[Any] = []
    request = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_HOST": HOST}
    request |= {"wsgi.url_scheme": "http"} | environ
    start: Any = lambda *given: begun.append(given)  # noqa: E731
    body = cache.at_once(request, start)
    return None if body is None else dict(begun[0][1])


def test_a_kept_page_is_answered_at_once() -> None:
    cache = Small().cache()
    assert at_once(cache) is None
    ask(cache, "/")
    assert (at_once(cache) or {})["X-Cache"] == "hit"
    assert at_once(cache, HTTP_COOKIE="session=x") is None


@pytest.mark.parametrize("change", [{"version": 2}, {"is_known": False}, {"now": 2001.0}])
def test_what_is_not_proved_is_left_to_others(change: dict[str, Any]) -> None:
    small = Small(until=2000.0)
    cache = small.cache()
    ask(cache, "/")
    for name, value in change.items():
        setattr(small, name, value)
    assert at_once(cache) is None


def test_an_encoding_that_must_be_made_is_left_to_others() -> None:
    cache = Small().cache()
    ask(cache, "/")
    assert at_once(cache, HTTP_ACCEPT_ENCODING="br") is None
    ask(cache, "/", HTTP_ACCEPT_ENCODING="br")
    assert at_once(cache, HTTP_ACCEPT_ENCODING="br")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="memory proves nothing there")
def test_after_a_commit_somebody_else_must_ask_first(new_cache: NewCache) -> None:
    versions_are_there()
    cache = new_cache()
    ask(cache, "/")
    assert at_once(cache)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE moved (id integer)")
        cursor.execute("DROP TABLE moved")
    assert at_once(cache) is None
    ask(cache, "/")
    assert at_once(cache)
