"""Outages: what is away, full or read-only is told in words, and nothing typed is lost."""

import errno
from typing import Any

import pytest
from django.db import DataError, InterfaceError, InternalError, OperationalError
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.lib.storage import Unavailable
from blogsite.outages import is_outage
from posts.models import Post
from posts.testing import typed

LONG = "A long text that took an hour to write. " * 20


class ReadOnly(Exception):
    sqlstate = "25006"


def read_only() -> InternalError:
    error = InternalError("cannot execute INSERT in a read-only transaction")
    error.__cause__ = ReadOnly()
    return error


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database or disk is full"),
        OperationalError("attempt to write a readonly database"),
        OperationalError("the connection is closed"),
        InterfaceError("connection already closed"),
        OSError(errno.ENOSPC, "No space left on device"),
        Unavailable("The bucket does not answer."),
        read_only(),
    ],
)
def test_an_outage_is_known(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        None,
        OperationalError("no such table: posts_post"),
        DataError("value too long"),
        InternalError("current transaction is aborted"),
        FileNotFoundError(errno.ENOENT, "No such file"),
        KeyError("x"),
    ],
)
def test_a_fault_of_the_code_is_none(error: Exception | None) -> None:
    assert not is_outage(error)


@pytest.fixture
def alice(client: Client, db: None) -> User:
    alice = make_user("alice", role=Role.AUTHOR)
    client.force_login(alice)
    client.raise_request_exception = False
    return alice


def test_a_write_that_finds_no_room_is_refused_in_words_with_what_was_typed(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **options: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Post, "save", refuse)
    sent = typed(title="Kept", body=LONG)
    response = client.post("/write/new/", sent, headers={"Origin": "http://testserver"})
    assert response.status_code == 503, response.status_code
    page = response.content.decode()
    assert LONG.strip() in page
    assert "/static/css/working.css" in page, "what was typed stands in a form's field"
    assert response["Retry-After"] == "5"
    assert "no-store" in response["Cache-Control"]


def test_the_database_itself_refuses_and_recovers(client: Client, alice: User) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("turns SQLite read-only")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only=ON")
        try:
            assert client.post("/write/new/", typed()).status_code == 503
            assert client.get("/").status_code == 200
        finally:
            cursor.execute("PRAGMA query_only=OFF")
    assert client.post("/write/new/", typed()).status_code == 302
