"""The log: each line with its request, no secret and no person's words, never without bound."""

import json
import logging
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.testing import make_user
from blogsite.lib import logs
from posts.models import Post

CANARY = "canary words of alice"


def record(message: str, *args: Any, error: BaseException | None = None, **extra: Any) -> Any:
    """Return a record; an error is raised first, so that it comes from somewhere."""
    if error is not None:
        try:
            raise error
        except type(error) as raised:
            error = raised
    trace = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("blogsite.test", logging.ERROR, __file__, 1, message, args, trace)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize("line", [logs.Plain(), logs.Json()], ids=["plain", "json"])
@pytest.mark.parametrize(
    "error",
    [
        ValueError(CANARY),
        KeyError(CANARY),
        ValidationError(CANARY),
        UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY),
        IntegrityError(f"duplicate key\nDETAIL: Key (email)=({CANARY}) already exists."),
        IntegrityError(f'invalid input syntax for type integer: "{CANARY}"'),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_is_told_without_anybodys_words(
    error: Exception, line: logging.Formatter
) -> None:
    chained = RuntimeError("A sentence of ours")
    chained.__cause__ = record("", error=error).exc_info[1]
    written = line.format(record("It failed: %s", error, error=chained))
    assert type(error).__qualname__ in written
    assert "A sentence of ours" in written
    assert "test_logs.py" in written
    assert CANARY not in written


def test_control_the_usual_formatter_tells_them() -> None:
    assert CANARY in logging.Formatter().format(record("It failed", error=ValueError(CANARY)))


def test_each_line_names_its_request() -> None:
    environ = RequestFactory().get("/posts/first/?q=canary", headers={"x-request-id": "a" * 16})
    logs.begin(environ=environ.META)
    try:
        told = json.loads(logs.Json().format(record("Words")))
        assert (told["request"], told["address"]) == ("a" * 16, "GET /posts/first/")
        assert "[aaaaaaaaaaaaaaaa GET /posts/first/]" in logs.Plain().format(record("Words"))
    finally:
        logs.end()
    assert "request" not in json.loads(logs.Json().format(record("Words")))


@pytest.mark.parametrize("given", ["", "short", "a b c d e f", "x" * 65, "aaaaaaaa\nERROR forged"])
def test_an_id_that_could_be_anything_is_made_anew(given: str) -> None:
    asked = logs.Asked({"HTTP_X_REQUEST_ID": given})
    assert asked.id != given
    assert len(asked.id) == 16
    assert asked.id == asked.known_id


@pytest.mark.parametrize(
    "path",
    [
        reverse("accounts:signup_finish", args=["secret-key"]),
        reverse("accounts:password_reset_confirm", args=["secret-person", "secret-key"]),
        reverse("accounts:address_confirm", args=["secret-key"]),
        "/accounts/signup/secret-key/and-more/",
        "/none/secret",
    ],
)
def test_no_secret_of_an_address_is_told(path: str) -> None:
    request = RequestFactory().get(path)
    assert "secret" not in logs.without_secrets(path)
    written = logs.Plain().format(record("Internal Server Error: %s", path, request=request))
    assert "secret" not in written


def test_a_line_cannot_be_forged() -> None:
    written = logs.Plain().format(record("A name: %s", "alice\n2026 ERROR: forged\x1b[31m\u2028"))
    assert len(written.splitlines()) == 1
    assert "\x1b" not in written


def test_lines_of_one_kind_are_bounded() -> None:
    now = [0.0]
    bounded = logs.Bounded(most=3, clock=lambda: now[0])
    assert [bounded.filter(record("Again")) for _ in range(10)] == [True] * 3 + [False] * 7
    assert bounded.filter(record("Another kind", error=ValueError()))
    now[0] = 61.0
    later = record("Again")
    assert bounded.filter(later)
    assert "(7 more like it were not written)" in logs.Plain().format(later)


def test_lines_and_traces_are_bounded() -> None:
    def deep(number: int) -> None:
        if number:
            deep(number - 1)
        raise RuntimeError("x" * 100_000)

    try:
        deep(400)
    except RuntimeError as raised:
        error = raised
    made = record("y" * 100_000)
    made.exc_info = (RuntimeError, error, error.__traceback__)
    assert len(logs.Json().format(made)) < logs.LONGEST + logs.LONGEST_TRACE * 2


@pytest.mark.django_db
def test_a_failing_page_writes_one_line_with_its_place(
    client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    make_user("alice")
    monkeypatch.setattr(type(Post.objects.all()), "visible_to", fail)
    handler = logging.StreamHandler()
    handler.setFormatter(logs.Plain())
    logger = logging.getLogger("django.request")
    monkeypatch.setattr(logger, "handlers", [handler])
    client.raise_request_exception = False
    assert client.get("/posts/first/?q=canary").status_code == 500
    written = capsys.readouterr().err
    assert "GET /posts/first/]: Internal Server Error: /posts/first/" in written
    assert "ZeroDivisionError" in written
    assert "canary" not in written


def fail(*args: object, **kwargs: object) -> None:
    raise ZeroDivisionError
