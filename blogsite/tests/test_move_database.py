"""A whole site is carried to another database, row by row the same, or not at all."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from accounts.models import OutgoingEmail, User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.checks import move_is_done
from blogsite.content_versions import SITE
from blogsite.models import SiteSettings
from blogsite.moving import databases, move, sums, tables
from blogsite.moving.databases import SOURCE, TARGET
from blogsite.tests import full_site
from blogsite.tests.test_pagecache_processes import database_url
from posts.models import Post
from posts.search.finding import search
from posts.search.query import parse
from posts.testing import make_draft, typed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_settling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(move, "SETTLING", 0)


@pytest.fixture
def another(tmp_path: Path) -> Iterator[str]:
    """Return the address of an empty database of the kind the tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'another.sqlite3'}"
        return
    name = f"moved_{uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"{database_url().rpartition('/')[0]}/{name}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return the address of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'moved.sqlite3'}"


def carry(source: str, target: str, **options: Any) -> None:
    call_command("move_database", source, target, verbosity=0, **options)


def held_in(url: str) -> dict[str, sums.Sum]:
    """Return the sum of every table of a database."""
    with databases.opened(databases.settings_of(url), databases.settings_of(url)):
        return {model.__name__: sums.of(model, SOURCE) for model in tables.in_order()}


def last_keys(url: str) -> dict[str, int]:
    with databases.opened(databases.settings_of(url), databases.settings_of(url)):
        source = connections[SOURCE]
        return {model.__name__: tables.last_key(source, model) for model in tables.in_order()}


def test_a_site_with_every_table_filled_goes_there_and_back_the_same(
    file: str, another: str
) -> None:
    full_site.fill(random.Random(20261123))  # noqa: S311 - the same each time
    here = held_in(database_url())
    assert {name for name, found in here.items() if not found.rows} == set()
    carry(database_url(), file)
    assert held_in(file) == here
    carry(file, another)
    assert held_in(another) == here
    after = last_keys(another)
    assert {name for name, last in last_keys(database_url()).items() if after[name] < last} == set()


def test_what_is_beside_the_rows_is_right_afterwards(another: str) -> None:
    alice = make_user("alice")
    before = make_draft(alice, title="Quincunx", tags=["Bees"])
    before.publish()
    last = make_draft(alice)
    last_key = last.pk
    last.delete()
    carry(database_url(), another)
    target = databases.settings_of(another)
    with databases.opened(target, target):
        assert search(AnonymousUser(), parse("quincunx"))[0:9] == [before]
        assert versions() != set()
        was = versions()
        Post.objects.filter(pk=before.pk).update(title="Roses")
        assert versions() != was
        assert make_draft(User.objects.get()).pk > last_key


def versions() -> set[Any]:
    with connections[TARGET].cursor() as cursor:
        cursor.execute("SELECT stamp FROM content_version WHERE scope = %s", [SITE])
        return set(cursor.fetchall())


def test_a_database_that_holds_anything_is_refused(file: str) -> None:
    carry(database_url(), file)
    with pytest.raises(CommandError, match="not empty"):
        carry(database_url(), file)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("sqlite:////nowhere/site.sqlite3", "There is no database"),
        ("oracle://host/name", "must be like postgres://"),
        ("postgres://127.0.0.1:1/blog", "cannot be read"),
    ],
)
def test_a_source_that_cannot_be_read_is_one_sentence(
    file: str, source: str, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        carry(source, file)
    assert not Path(file.removeprefix("sqlite:///")).exists()


def test_a_source_of_another_version_is_refused(tmp_path: Path, file: str) -> None:
    old = tmp_path / "old.sqlite3"
    with sqlite3.connect(old) as opened:
        opened.execute("CREATE TABLE django_migrations (id integer, app text, name text, applied)")
    opened.close()
    with pytest.raises(CommandError, match="another version"):
        carry(f"sqlite:///{old}", file)


def test_a_move_that_fails_leaves_the_target_empty(
    another: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_draft(make_user("alice"))
    lost = iter(range(1000))
    whole = sums.rows

    def without_one(model: Any, alias: str, *order: str) -> Iterator[sums.Row]:
        found = whole(model, alias, *order)
        yield from (row for row in found if alias == SOURCE or model is not Post or next(lost))

    monkeypatch.setattr(sums, "rows", without_one)
    with pytest.raises(CommandError, match="posts_post arrived different"):
        carry(database_url(), another)
    monkeypatch.undo()
    monkeypatch.setattr(move, "SETTLING", 0)
    carry(database_url(), another)


def test_the_source_is_read_as_it_was_at_one_moment(
    another: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("alice")
    here, whole = database_url(), sums.rows
    written: list[Any] = []

    def while_somebody_writes(model: Any, alias: str, *order: str) -> Iterator[sums.Row]:
        yield from whole(model, alias, *order)
        if alias == SOURCE and not written:
            written.append(model)
            beside(here, "UPDATE accounts_user SET display_name = 'Later'")

    monkeypatch.setattr(sums, "rows", while_somebody_writes)
    carry(here, another)
    assert written != [User]
    assert User.objects.get().display_name == "Later"
    moved = databases.settings_of(another)
    with databases.opened(moved, moved):
        assert User.objects.get().display_name == "Alice"


def beside(url: str, statement: str) -> None:
    """Run a statement on a connection that nobody else has."""
    opened: Any
    if url.startswith("sqlite"):
        opened = sqlite3.connect(url.removeprefix("sqlite:///"))
    else:
        opened = psycopg.connect(url)
    with closing(opened):
        opened.execute(statement)
        opened.commit()


@pytest.mark.parametrize("title", ["a\0b", "far too long " * 20])
def test_a_row_that_postgresql_cannot_hold_is_named(file: str, another: str, title: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite holds whatever it is given.")
    make_draft(make_user("alice"))
    carry(database_url(), file)
    with sqlite3.connect(file.removeprefix("sqlite:///")) as opened:
        opened.execute("UPDATE posts_post SET title = ?", [title])
    opened.close()
    with pytest.raises(CommandError, match="refused what comes of posts_post, after"):
        carry(file, another)


def test_a_database_left_by_a_killed_move_does_not_start() -> None:
    assert move_is_done(["default"]) == []
    databases.mark()
    try:
        assert [found.id for found in move_is_done(["default"])] == ["blogsite.E003"]
    finally:
        databases.unmark()


def test_writes_can_be_held_and_the_new_database_takes_them(file: str, client: Client) -> None:
    alice = make_user("alice", role=Role.OWNER)
    client.force_login(alice)
    carry(database_url(), file, hold_writes=True)
    sent = typed(title="Bees", body="Much about bees. " * 9)
    answer = client.post(reverse("posts:new"), sent, headers={"Origin": "http://testserver"})
    assert answer.status_code == 503
    assert "Nothing can be saved just now" in answer.text
    assert "Much about bees." in answer.text
    assert client.get("/").status_code == 200
    assert not Post.objects.exists()
    moved = databases.settings_of(file)
    with databases.opened(moved, moved):
        assert SiteSettings.objects.get().writes_held_at is None
    call_command("hold_writes", "off", verbosity=0)
    assert client.post(reverse("posts:new"), sent).status_code == 302


def test_a_move_that_fails_lets_the_site_write_on(file: str) -> None:
    SiteSettings.load()
    Path(file.removeprefix("sqlite:///")).write_bytes(b"something")
    with pytest.raises(CommandError, match="not empty"):
        carry(database_url(), file, hold_writes=True)
    assert SiteSettings.objects.get().writes_held_at is None


def test_the_worker_sends_nothing_while_writes_are_held() -> None:
    SiteSettings.hold_writes(held=True)
    letter = OutgoingEmail.objects.create(subject="Hello", message={})
    call_command("work", once=True)
    letter.refresh_from_db()
    assert letter.attempts == 0


def test_every_table_is_moved() -> None:
    moved = {model._meta.db_table for model in tables.in_order()}
    with connection.cursor() as cursor:
        found = set(connection.introspection.table_names(cursor))
    beside = {name for name in found if name.startswith("posts_search")}
    assert found - moved - beside == {"django_migrations", "content_version"}
    assert len(moved) == len(set(apps.get_models(include_auto_created=True)))
