"""Slow and repeated questions to the database: told by shape and place, never with a value."""

import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from django.template import Context, Template
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.testing import make_user
from blogsite.lib import logs, queries

pytestmark = pytest.mark.django_db

CANARY = "canary words of alice"


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Hear of slow questions, which other tests do not."""
    caplog.set_level(logging.WARNING, "blogsite.queries")
    return caplog


@pytest.fixture
def asked() -> Iterator[logs.Asked]:
    """Stand inside a request."""
    logs.begin(environ=RequestFactory().get("/posts/first/?q=canary").META)
    found = logs.current.get()
    assert found is not None
    yield found
    logs.end()


@pytest.mark.parametrize(
    ("sql", "shape"),
    [
        ("SELECT a FROM b WHERE c = 'a canary'", "SELECT a FROM b WHERE c = ?"),
        ("SELECT 'canary''s', $$ canary $$, $x$ canary $x$", "SELECT ?, ?, ?"),
        (
            "SELECT a1 FROM T3\n WHERE  x = 12 AND y < 1.5",
            "SELECT a1 FROM T3 WHERE x = ? AND y < ?",
        ),
        ("SELECT a WHERE b IN (%s, %s, %s)", "SELECT a WHERE b IN (…)"),
        ("SELECT a WHERE b IN (%s)", "SELECT a WHERE b IN (…)"),
        ("INSERT INTO a VALUES (%s, %s), (%s, %s)", "INSERT INTO a VALUES (…)"),
        ("SELECT a WHERE b IN (1, 2, 3)", "SELECT a WHERE b IN (…)"),
    ],
)
def test_a_shape_has_no_value(sql: str, shape: str) -> None:
    assert queries.shape(sql) == shape


def test_a_shape_is_bounded() -> None:
    assert len(queries.shape("SELECT " + "a, " * 100_000)) <= queries.LONGEST


def test_a_slow_question_is_told_by_shape_and_place(
    asked: logs.Asked, heard: pytest.LogCaptureFixture
) -> None:
    make_user("alice", display_name=CANARY)
    with connection.execute_wrapper(queries.slow(0.0)):
        assert User.objects.filter(display_name=CANARY).count() == 1
    record = heard.records[-1]
    written = logs.Plain().format(record)
    assert "ms at blogsite/tests/test_queries.py:" in written
    assert 'FROM "accounts_user" WHERE "accounts_user"."display_name" = %s' in written
    assert f"[{asked.id} GET /posts/first/]" in written
    assert "canary" not in written


def test_a_slow_failure_is_told_too(heard: pytest.LogCaptureFixture) -> None:
    slow = queries.slow(0.0)
    with pytest.raises(ZeroDivisionError):
        slow(failing, "SELECT 1", (), False, {"connection": connection})  # noqa: FBT003
    assert len(heard.records) == 1


def failing(*given: object) -> None:
    raise ZeroDivisionError


def test_quick_questions_are_not_told(heard: pytest.LogCaptureFixture) -> None:
    queries.slow(60)(lambda *given: None, "SELECT 1", (), False, {"connection": connection})  # noqa: FBT003
    assert not heard.records


def test_every_connection_is_watched() -> None:
    connection.ensure_connection()
    names = [getattr(wrapper, "__qualname__", "") for wrapper in connection.execute_wrappers]
    assert [name for name in names if name.startswith("slow.")] == ["slow.<locals>.wrapper"]


def test_one_question_for_each_row_is_told_once_with_its_place(asked: logs.Asked) -> None:
    for number in range(12):
        make_user(f"alice{number}")
    with queries.watched() as told:
        for user in User.objects.order_by("pk"):
            User.objects.filter(pk=user.pk).exists()
    (line,) = told
    assert line.startswith("More than 5 times at blogsite/tests/test_queries.py:")


@pytest.mark.parametrize("debug", [True, False])
def test_in_development_they_are_warned_of(
    asked: logs.Asked, heard: pytest.LogCaptureFixture, *, debug: bool
) -> None:
    before = list(connection.execute_wrappers)
    queries.install(60_000, repeats=debug)
    try:
        connection_created.send(type(connection), connection=connection)
        for _ in range(queries.REPEATS * 3):
            User.objects.exists()
    finally:
        connection.execute_wrappers[:] = before
        queries.install(settings.SLOW_QUERY_MS, repeats=settings.DEBUG)
    told = [record.getMessage() for record in heard.records]
    assert [line.startswith("More than 5 times at blogsite/tests/") for line in told] == [
        True
    ] * debug


def test_a_template_is_named_by_its_line(asked: logs.Asked) -> None:
    page = Template("{% for one in many %}\n{{ one.groups.count }}{% endfor %}")
    many = [make_user(f"alice{number}") for number in range(8)]
    with queries.watched() as told:
        page.render(Context({"many": many}))
    assert ["<unknown source>:2" in line for line in told] == [True]


def test_different_questions_are_not_told(asked: logs.Asked) -> None:
    user = make_user("alice")
    with queries.watched(most=2) as told:
        for column in ("username", "email", "website", "biography"):
            User.objects.only(column).get(pk=user.pk)
    assert not told


def test_requests_are_counted_one_by_one(client: Client) -> None:
    with queries.watched(most=3) as told:
        for _ in range(5):
            client.get("/")
    assert not told


def test_watching_costs_next_to_nothing() -> None:
    """A wide bound; docs/performance.md has the figure."""

    def execute(*given: Any) -> None:
        return None

    wrapper, context = queries.slow(60), {"connection": connection}
    begun = time.thread_time()
    for _ in range(20_000):
        wrapper(execute, "SELECT 1", (), False, context)  # noqa: FBT003
    assert (time.thread_time() - begun) / 20_000 < 20e-6
