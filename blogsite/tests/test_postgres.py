"""PostgreSQL: limits by role, a pool for the web, and nobody hurt by its restart."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from blogsite.lib import postgres
from blogsite.lib.environment import database
from blogsite.lib.pagecache.readers import PostgresReader
from blogsite.tests.sources import ROOT
from blogsite.tests.test_pagecache_processes import database_url
from conftest import AtOnce

NewConnection = Callable[[], BaseDatabaseWrapper]
for_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="for PostgreSQL")
ADDRESS = "postgres://alice:secret@db.example/site"


def given(url: str = ADDRESS) -> dict[str, Any]:
    return {"default": database(url, ROOT / "none")}


def test_a_server_that_does_not_answer_is_given_up() -> None:
    assert given()["default"]["OPTIONS"]["connect_timeout"] == 4
    assert given(f"{ADDRESS}?connect_timeout=9")["default"]["OPTIONS"]["connect_timeout"] == 9


def test_limits_come_before_what_the_operator_asks_for() -> None:
    databases = given(f"{ADDRESS}?options=-c%20lock_timeout%3D1s&application_name=own")
    postgres.take(postgres.Role("web", 30), databases)
    options = databases["default"]["OPTIONS"]
    assert options["options"].startswith("-c statement_timeout=30s ")
    assert options["options"].endswith(" -c lock_timeout=1s")
    assert options["application_name"] == "own"


def test_sqlite_is_left_alone() -> None:
    databases = given("sqlite:///site.sqlite3")
    before = repr(databases)
    postgres.take(postgres.Role("web", 30, pool=4), databases)
    assert repr(databases) == before


def in_a_process(code: str) -> str:
    """Run code in a process whose environment is that of the tests, and return what it prints."""
    script = f"import django; django.setup()\nfrom django.db import connection\n{code}"
    names = {"DJANGO_SETTINGS_MODULE": "blogsite.settings", "DATABASE_URL": database_url()}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | names,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


WORK = "from django.core.management import call_command\ncall_command('work', once=True)"
ASKED = """
with connection.cursor() as cursor:
    names = "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"
    for name in (*names, "application_name"):
        cursor.execute("SHOW " + name)
        print(cursor.fetchone()[0], end=";")
print(bool(connection.pool), connection.settings_dict["CONN_HEALTH_CHECKS"])
"""


@for_postgres
@pytest.mark.parametrize(
    ("role", "limits"),
    [
        ("import blogsite.wsgi", "30s;20s;1min;blogsite web;True True"),
        (
            WORK,
            "5min;20s;1min;blogsite worker;False True",
        ),
        (
            f"import blogsite.wsgi\n{WORK}",
            "5min;20s;1min;blogsite worker;False True",
        ),
        ("", "0;0;0;;False True"),
    ],
    ids=["web", "worker", "worker beside the web's code", "command"],
)
def test_each_role_has_its_limits(role: str, limits: str, transactional_db: None) -> None:
    assert in_a_process(role + ASKED) == limits


@pytest.fixture
def pooled(transactional_db: None) -> Iterator[NewConnection]:
    """Return what makes connections to the tests' database, drawn from a pool of two."""
    given = connections["default"].settings_dict
    settings = given | {"OPTIONS": dict(given["OPTIONS"])}
    postgres.take(postgres.Role("blogsite pooled", 1, pool=2), {"pooled": settings})
    kind = type(connections["default"])
    yield lambda: kind(settings, "pooled")
    kind(settings, "pooled").close_pool()  # type: ignore[attr-defined]


def ask(connection: BaseDatabaseWrapper, sql: str, *parameters: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def end_a_connection(pooled: NewConnection) -> int:
    """Let the server end a connection that lies in the pool, as its restart does; return its id."""
    taken = pooled()
    gone = int(ask(taken, "SELECT pg_backend_pid()"))
    taken.close()
    ask(connection, "SELECT pg_terminate_backend(%s, 5000)::text", gone)
    return gone


@for_postgres
def test_a_restart_of_the_server_is_not_noticed(pooled: NewConnection) -> None:
    for _ in range(3):
        gone = end_a_connection(pooled)
        taken = pooled()
        assert ask(taken, "SELECT pg_backend_pid()") != gone
        taken.close()


@for_postgres
def test_control_without_checks_it_is(pooled: NewConnection) -> None:
    pooled().settings_dict["CONN_HEALTH_CHECKS"] = False
    end_a_connection(pooled)
    with pytest.raises(OperationalError):
        ask(pooled(), "SELECT 1")


@for_postgres
def test_many_threads_share_few_connections(pooled: NewConnection, at_once: AtOnce) -> None:
    def work(_number: int) -> int:
        taken = pooled()
        ask(taken, "SELECT pg_sleep(0.02)::text")
        process = int(ask(taken, "SELECT pg_backend_pid()"))
        taken.close()
        return process

    assert len(set(at_once(work, 8))) <= 2


@for_postgres
def test_no_statement_takes_for_ever(pooled: NewConnection) -> None:
    taken = pooled()
    with pytest.raises(OperationalError, match="statement timeout"):
        ask(taken, "SELECT pg_sleep(20)::text")
    taken.close()


@for_postgres
def test_the_page_cache_reads_beside_the_pool(
    pooled: NewConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = PostgresReader(-2)
    with monkeypatch.context() as meanwhile:
        options = pooled().settings_dict["OPTIONS"]
        meanwhile.setitem(connections["default"].settings_dict, "OPTIONS", options)
        reader.connection()
    assert reader.rows("SELECT ?::int + 1", (1,)) == [(2,)]
    assert reader.rows("SHOW statement_timeout", ()) == [("1s",)]
    reader.close()
