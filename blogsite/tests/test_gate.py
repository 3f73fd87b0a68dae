"""The gate before the application: slow bodies and slow readers hold no thread that pages need."""

import io
import threading
import time
from collections.abc import Callable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Any

import pytest

from blogsite.serving import gate
from blogsite.serving.callers import Callers
from blogsite.serving.gate import Begun, Gate
from blogsite.tests.served import eventually


class Client:
    """Stands in for granian's way back to a client."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, list[tuple[str, str]], bytes]] = []

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answers.append((status, headers, body))

    def response_iter(self, status: int, headers: list[tuple[str, str]], body: Any) -> None:
        pieces = []
        try:
            while True:
                pieces.append(body.__next__())
        except StopIteration:
            body.close()
        self.answers.append((status, headers, b"".join(pieces)))


class SlowBody:
    """A body that stops in its middle until the test lets it go on."""

    def __init__(self, *, rest: bytes) -> None:
        self.rest, self.may_go_on = io.BytesIO(rest), threading.Event()

    def read(self, size: int) -> bytes:
        self.may_go_on.wait(10)
        return self.rest.read(size)


def request(**extra: Any) -> dict[str, Any]:
    return {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": io.BytesIO()} | extra


def posting(body: Any, length: int) -> dict[str, Any]:
    return request(REQUEST_METHOD="POST", CONTENT_LENGTH=str(length), **{"wsgi.input": body})


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [("X-Thread", threading.current_thread().name)])
    return [environ["wsgi.input"].read()]


@pytest.fixture
def gated() -> Iterator[Gate]:
    made = Gate(echo, threads=2, limit=1000)
    yield made
    for pool in (made.handlers, made.senders):
        pool.shutdown()


def in_threads(count: int, call: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=call) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_a_page_is_answered_where_it_came_in(gated: Gate) -> None:
    client = Client()
    gated(client, request())
    assert client.answers == [(200, [("X-Thread", "MainThread")], b"")]


def test_many_slow_bodies_leave_pages_alone(gated: Gate) -> None:
    body = SlowBody(rest=b"abc")
    senders = Client()
    threads = in_threads(20, lambda: gated(senders, posting(body, 3)))
    assert eventually(lambda: len(gated.readings) == 20)
    page = Client()
    gated(page, request())
    assert page.answers[0][0] == 200
    assert not senders.answers
    body.may_go_on.set()
    for thread in threads:
        thread.join(10)
    assert len(senders.answers) == 20


def test_a_body_reaches_the_application_whole_and_in_a_handler(gated: Gate) -> None:
    client = Client()
    gated(client, posting(io.BytesIO(b"x" * 900), 900))
    status, headers, body = client.answers[0]
    assert (status, body) == (200, b"x" * 900)
    assert headers[0][1].startswith("handler")


def test_a_chunked_body_is_measured(gated: Gate) -> None:
    client = Client()
    environ = request(HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input": io.BytesIO(b"abc")})
    gated(client, environ)
    assert client.answers[0][2] == b"abc"
    assert environ["CONTENT_LENGTH"] == "3"


def test_a_torn_body_never_reaches_the_application(gated: Gate) -> None:
    client = Client()
    gated(client, posting(io.BytesIO(b"abc"), 100))
    assert client.answers[0][0] == 400


def test_a_slow_sender_is_answered_in_its_place(
    gated: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "GRACE", 0.0)
    body, client = SlowBody(rest=b""), Client()
    (thread,) = in_threads(1, lambda: gated(client, posting(body, 100)))
    assert eventually(lambda: len(gated.readings) == 1)
    time.sleep(0.01)
    gated.cut_off()
    assert client.answers[0][0] == 408
    assert gated.lost() == 1
    assert gated.is_idle()
    body.may_go_on.set()
    thread.join(10)


def test_a_process_that_must_end_waits_for_no_body(gated: Gate) -> None:
    body, client = SlowBody(rest=b""), Client()
    (thread,) = in_threads(1, lambda: gated(client, posting(body, 100)))
    assert eventually(lambda: len(gated.readings) == 1)
    gated.cut_off()
    assert not client.answers
    gated.cut_off(everybody=True)
    gated.cut_off(everybody=True)
    assert [status for status, _headers, _words in client.answers] == [503]
    assert gated.is_idle()
    body.may_go_on.set()
    thread.join(10)


def test_a_full_disk_refuses_a_body_in_words(gated: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Any, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SpooledTemporaryFile, "write", refuse)
    client = Client()
    gated(client, posting(io.BytesIO(b"abc"), 3))
    assert client.answers[0][0] == 503
    assert b"no room" in client.answers[0][2]


def test_a_large_answer_is_sent_by_another_thread() -> None:
    def large(environ: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
        start("200 OK", [])
        return iter([b"piece"] * 3)

    gated, client, after = Gate(large, threads=1, limit=1), Client(), []
    gated.after = lambda: after.append(True)
    gated(client, request())
    gated.senders.shutdown()
    assert client.answers[0][2] == b"piece" * 3
    assert after


def test_a_fault_of_the_application_is_answered(gated: Gate) -> None:
    def broken(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        raise LookupError

    gated.application, client = broken, Client()
    with pytest.raises(LookupError):
        gated(client, request())
    assert client.answers[0][0] == 500
    assert not gated.called


def test_clients_are_sent_elsewhere_while_it_drains(gated: Gate) -> None:
    gated.is_draining, client = True, Client()
    gated(client, request())
    assert ("Connection", "close") in client.answers[0][1]


def test_the_environment_of_the_process_stays_out_of_requests(
    gated: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:secret@host/name")
    environ = request()
    gated(Client(), environ)
    assert "DATABASE_URL" not in environ


def test_threads_that_are_all_busy_for_long_are_noticed(gated: Gate) -> None:
    long_ago = time.monotonic() - gate.STUCK - 1
    gated.called = dict.fromkeys(range(4), long_ago)
    assert gated.is_stuck()
    gated.called[2] = time.monotonic()
    assert not gated.is_stuck()


def test_a_place_among_the_callers_is_free_again_when_its_thread_ends() -> None:
    callers, told = Callers(1), []
    for _ in range(2):
        (thread,) = in_threads(1, lambda: told.append(callers.include_this()))
        thread.join()
    assert told == [True, True]


def test_what_memory_proves_is_answered_by_any_thread() -> None:
    def kept(environ: dict[str, Any], begun: Begun) -> list[bytes] | None:
        begun("200 OK", [])
        return [b"page"] if environ["PATH_INFO"] == "/kept/" else None

    gate, client, other = Gate(echo, threads=1, limit=1000, at_once=kept), Client(), Client()
    gate.callers.include_this = lambda: False  # type: ignore[method-assign]
    gate(client, request(PATH_INFO="/kept/"))
    gate(other, request(PATH_INFO="/"))
    assert client.answers[0][2] == b"page"
    assert other.answers[0][2] != b"page"
    gate.handlers.shutdown()
