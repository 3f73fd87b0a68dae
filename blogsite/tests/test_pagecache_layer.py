"""The page cache by itself, before a small application."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from blogsite.lib.pagecache import layer
from blogsite.lib.pagecache.layer import ATTEMPTS, PageCache
from blogsite.lib.pagecache.page import OVERHEAD
from blogsite.lib.pagecache.store import Flights
from blogsite.tests.caching import HOST, Small, ask

BROWSER = "gzip, deflate, br, zstd"


def test_a_page_is_rendered_once_and_then_comes_from_memory() -> None:
    small = Small()
    cache = small.cache()
    first, second = ask(cache, "/"), ask(cache, "/")
    assert (first.cached, second.cached) == ("miss", "hit")
    assert first.body == second.body == small.body
    assert small.renders == 1


def test_a_moved_version_makes_it_new() -> None:
    small = Small()
    cache = small.cache()
    ask(cache, "/")
    small.version, small.body = 2, b"new"
    assert ask(cache, "/").body == b"new"


def test_control_without_the_proof_it_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Small()
    cache = small.cache()
    monkeypatch.setattr(small, "versions", lambda scope: [(1, 1)])
    ask(cache, "/")
    small.version, small.body = 2, b"new"
    assert ask(cache, "/").body != b"new"


@pytest.mark.parametrize("now", [999.9, 2000.0])
def test_it_lives_between_its_making_and_its_end(now: float) -> None:
    small = Small(until=2000.0)
    cache = small.cache()
    ask(cache, "/")
    small.now = 1999.9
    assert ask(cache, "/").cached == "hit"
    small.now = now
    assert ask(cache, "/").cached != "hit"


@pytest.mark.parametrize(
    "small",
    [
        Small(headers=[("Set-Cookie", "theme=dark")]),
        Small(headers=[("set-cookie", "theme=dark")]),
        Small(headers=[("Cache-Control", "private")]),
        Small(headers=[("Cache-Control", "max-age=0, no-store")]),
        Small(headers=[("Vary", "Cookie, Accept-Language")]),
        Small(headers=[("Vary", "*")]),
        Small(headers=[("Content-Encoding", "gzip")]),
        Small(body=b'<input type="hidden" name="csrfmiddlewaretoken" value="s">'),
        Small(body=b"x" * 100_000),
        *(Small(status=f"{code} So") for code in (201, 204, 206, 302, 304, 400, 403, 404, 500)),
    ],
    ids=lambda small: f"{small.status} {small.headers} {small.body[:20]!r}",
)
def test_it_is_never_kept(small: Small) -> None:
    cache = small.cache()
    replies = [ask(cache, "/") for _ in range(2)]
    assert [reply.cached for reply in replies] == ["pass", "pass"]
    assert small.renders == 2
    assert len(cache.plain) == len(cache.asked) == 0


@pytest.mark.parametrize(
    "request_",
    [
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"HTTP_COOKIE": "a=b; session=x"},
        {"HTTP_COOKIE": "messages=x"},
        {"HTTP_AUTHORIZATION": "Basic eDp5"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": f"{HOST}:1"},
        {"QUERY_STRING": "utm_source=x"},
        {"QUERY_STRING": "page=1&page=2"},
        {"QUERY_STRING": "page=%31"},
        {"QUERY_STRING": "page="},
        {"CONTENT_LENGTH": "3"},
        {"SCRIPT_NAME": "/under"},
    ],
    ids=str,
)
def test_it_is_neither_kept_nor_served_from_memory(request_: dict[str, str]) -> None:
    small = Small()
    cache = small.cache()
    ask(cache, "/")
    reply = ask(cache, "/", **request_)
    assert reply.cached == "pass"
    assert small.renders == 2
    assert len(cache.plain) + len(cache.asked) == 1


def test_a_redirect_for_ever_is_kept_with_its_target() -> None:
    small = Small(status="301 Moved Permanently", headers=[("Location", "/new/")], body=b"")
    cache = small.cache()
    replies = [ask(cache, "/old/") for _ in range(2)]
    assert [reply.cached for reply in replies] == ["miss", "hit"]
    assert [reply.headers["Location"] for reply in replies] == ["/new/"] * 2


def test_scheme_host_path_and_declared_query_are_told_apart() -> None:
    small = Small()
    cache = small.cache()
    parts = [{}, {"wsgi.url_scheme": "https"}, {"HTTP_HOST": "other.example"}]
    parts += [{"PATH_INFO": "/b/"}, {"QUERY_STRING": "page=2"}]
    assert [ask(cache, "/", **part).cached for part in parts] == ["miss"] * 5
    assert [ask(cache, "/", **part).cached for part in parts] == ["hit"] * 5


def test_a_stampede_is_one_render() -> None:
    gate = threading.Barrier(16)
    small = Small(working=lambda: threading.Event().wait(0.2))
    cache = small.cache()

    def visit(_number: int) -> str:
        gate.wait()
        return ask(cache, "/").cached

    with ThreadPoolExecutor(16) as pool:
        said = sorted(pool.map(visit, range(16)))
    assert small.renders == 1
    assert said == ["hit"] * 15 + ["miss"]


def test_control_without_flights_a_stampede_is_many(monkeypatch: pytest.MonkeyPatch) -> None:
    join = Flights.join
    monkeypatch.setattr(Flights, "join", lambda self, key: join(self, (str(object()), *"    ")))
    monkeypatch.setattr(Flights, "land", lambda self, key, flight, was_kept: None)
    small = Small(working=lambda: threading.Event().wait(0.2))
    cache = small.cache()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _number: ask(cache, "/"), range(8)))
    assert small.renders > 1


def test_who_waited_gets_nothing_older_than_their_question() -> None:
    small = Small()
    cache = small.cache()
    started, finish = threading.Event(), threading.Event()

    def working() -> None:
        started.set()
        finish.wait(5)

    small.working = working
    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(ask, cache, "/")
        started.wait(5)
        small.version, small.body = 2, b"new"  # the change is there, then somebody asks
        late = pool.submit(ask, cache, "/")
        finish.set()
        assert late.result(5).body == b"new"
        assert early.result(5).body == b"new"  # no mixture of both: it was made again
    assert small.renders == 2


def test_a_page_that_never_stands_still_is_shown_and_not_kept() -> None:
    small = Small()
    cache = small.cache()

    def working() -> None:
        small.version += 1

    small.working = working
    assert [ask(cache, "/").headers["X-Cache"] for _ in range(2)] == ["pass", "pass"]
    assert small.renders == 2 * ATTEMPTS


def test_a_failed_render_frees_those_who_wait() -> None:
    small = Small()
    cache = small.cache()

    def fail() -> None:
        raise ZeroDivisionError

    small.working = fail
    with pytest.raises(ZeroDivisionError):
        ask(cache, "/")
    small.working = lambda: None
    assert ask(cache, "/").cached == "miss"


def test_memory_stays_below_its_bound_and_the_latest_stay() -> None:
    small = Small(body=b"x" * 10_000)
    cache = small.cache(memory=200_000)
    for number in range(50):
        ask(cache, f"/{number}/")
        ask(cache, "/0/")
    assert cache.plain.used <= 150_000
    assert len(cache.plain) == 150_000 // (20_000 + OVERHEAD)
    assert ask(cache, "/0/").cached == "hit"
    assert ask(cache, "/49/").cached == "hit"
    assert ask(cache, "/1/").cached == "miss"


def test_made_up_queries_push_no_page_out() -> None:
    cache = Small(body=b"x" * 10_000).cache(memory=200_000)
    ask(cache, "/")
    for number in range(100):
        ask(cache, f"/?page={number}")
    assert cache.asked.used <= 50_000
    assert ask(cache, "/").cached == "hit"


def test_unreadable_versions_mean_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Small()
    cache = small.cache()
    ask(cache, "/")

    def fail(scope: int) -> None:
        raise layer.Unreadable

    monkeypatch.setattr(small, "versions", fail)
    assert ask(cache, "/").cached == "pass"
    assert ask(cache, "/other/").cached == "pass"


UNKEYED = {
    "HTTP_USER_AGENT": "canary",
    "HTTP_REFERER": "https://canary.example/",
    "HTTP_X_FORWARDED_HOST": "canary.example",
    "HTTP_COOKIE": "theme=canary",
    "REMOTE_ADDR": "canary",
}


@pytest.mark.parametrize("name", UNKEYED)
def test_what_is_not_in_the_key_does_not_reach_the_site(name: str) -> None:
    small = Small()
    ask(small.cache(), "/", **{name: UNKEYED[name]})
    assert "canary" not in repr(small.seen)


@pytest.mark.parametrize("name", UNKEYED)
def test_control_it_would_reach_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer, "canonical", lambda key, environ: environ)
    small = Small()
    ask(small.cache(), "/", **{name: UNKEYED[name]})
    assert "canary" in repr(small.seen)


def test_a_stream_is_passed_on_unread() -> None:
    def application(environ: object, start: Callable[..., object]) -> object:
        start("200 OK", [("Content-Type", "text/html")])
        return iter([b"a", b"b"])

    small = Small()
    cache = PageCache(application, small, small, memory=1000)  # type: ignore[arg-type]
    replies = [ask(cache, "/") for _ in range(2)]
    assert [(reply.cached, reply.body) for reply in replies] == [("pass", b"ab")] * 2


@pytest.mark.parametrize("step", [50, -50])
def test_what_is_made_while_the_clock_leaves_its_time_is_not_kept(step: float) -> None:
    """A page made past its end shows what comes then: too early, should the clock go back."""
    site = Small(until=1010.0)
    site.working = lambda: setattr(site, "now", site.now + step)
    cache = site.cache()
    assert ask(cache, "/").cached == "pass"
    site.working, site.now = (lambda: None), 1000.0
    assert ask(cache, "/").cached == "miss"
    assert ask(cache, "/").cached == "hit"
