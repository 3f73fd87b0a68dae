"""Content versions on PostgreSQL, where several write at once: nobody waits, nothing is missed."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.testing import make_user
from blogsite.content_versions import LISTS, SITE
from blogsite.lib.pagecache.readers import PostgresReader
from blogsite.models import SiteSettings
from blogsite.tests.caching import versions_are_there
from posts.testing import make_draft, make_tag

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="for PostgreSQL"),
]


@pytest.fixture
def reader() -> Iterator[PostgresReader]:
    versions_are_there()
    reader = PostgresReader(SITE)
    yield reader
    reader.close()


@pytest.fixture
def others(reader: PostgresReader) -> Iterator[list[Any]]:
    """Return two connections in transactions of their own; neither waits longer than a second."""
    SiteSettings.load()
    make_tag("Gardens")
    made = [reader.connect() for _ in range(2)]
    for opened in made:
        opened.execute("SET lock_timeout = '1s'")
        opened.execute("BEGIN")
    yield made
    for opened in made:
        opened.close()


def test_writers_do_not_wait_for_each_other(others: list[Any], reader: PostgresReader) -> None:
    one, two = others
    before = reader.versions(LISTS)
    one.execute("UPDATE blogsite_sitesettings SET title = 'New'")
    two.execute("UPDATE posts_tag SET name = 'New'")
    assert reader.versions(LISTS) == before
    two.execute("COMMIT")
    between = reader.versions(LISTS)
    assert between != before
    one.execute("COMMIT")
    assert reader.versions(LISTS) not in (before, between)


def test_what_began_earlier_and_commits_later_makes_a_difference(
    others: list[Any], reader: PostgresReader
) -> None:
    seen = [reader.versions(LISTS)]
    for turn in range(5):
        one, two = others
        one.execute("UPDATE blogsite_sitesettings SET title = %s", [f"A{turn}"])
        two.execute("UPDATE posts_tag SET name = %s", [f"B{turn}"])
        for writer in (two, one) if turn % 2 else (one, two):
            writer.execute("COMMIT")
            seen.append(reader.versions(LISTS))
            writer.execute("BEGIN")
    assert len({repr(versions) for versions in seen}) == len(seen)


def test_old_stamps_do_not_pile_up(others: list[Any], reader: PostgresReader) -> None:
    one = others[0]
    for turn in range(50):
        one.execute("UPDATE blogsite_sitesettings SET title = %s", [f"A{turn}"])
        one.execute("COMMIT")
        one.execute("BEGIN")
    assert len(reader.versions(LISTS)) <= 2


def test_what_is_taken_back_makes_none(others: list[Any], reader: PostgresReader) -> None:
    before = reader.versions(LISTS)
    others[0].execute("UPDATE blogsite_sitesettings SET title = 'New'")
    others[0].execute("ROLLBACK")
    assert reader.versions(LISTS) == before


def test_a_table_emptied_at_once_makes_one(others: list[Any], reader: PostgresReader) -> None:
    before = reader.versions(LISTS)
    others[0].execute("TRUNCATE posts_formeraddress")
    others[0].execute("COMMIT")
    assert reader.versions(LISTS) != before


def test_a_tag_for_what_is_published_at_this_moment_makes_a_difference(
    others: list[Any], reader: PostgresReader
) -> None:
    one, two = others
    draft, tag = make_draft(make_user("alice")), make_tag("Gardens")
    one.execute("UPDATE posts_post SET published_at = now() WHERE id = %s", [draft.pk])
    adding = "INSERT INTO posts_post_tags (post_id, tag_id) VALUES (%s, %s)"
    with ThreadPoolExecutor(1) as pool:
        added = pool.submit(two.execute, adding, [draft.pk, tag.pk])
        time.sleep(0.2)  # until it waits; if it does not yet, the test is only easier to pass
        one.execute("COMMIT")
        added.result()
    published = reader.versions(LISTS)
    two.execute("COMMIT")
    assert reader.versions(LISTS) != published
