"""Many write at once through a running site, some while its processes are killed: nothing is lost.

`.venv/bin/python -m bench.busy` and `.venv/bin/python -m bench.kills` do the same for longer.
"""

from pathlib import Path

import pytest
from django.conf import settings

from blogsite.tests.busy import measure
from blogsite.tests.caching import versions_are_there
from blogsite.tests.crowd import crowd, untrue
from blogsite.tests.killing import kill, told
from blogsite.tests.served import ServedSite
from blogsite.tests.test_pagecache_processes import database_url
from posts.models import Post
from posts.testing import make_post

pytestmark = pytest.mark.django_db(transaction=True)

KILLS, SECONDS = 4, 3


@pytest.fixture
def site(tmp_path: Path) -> ServedSite:
    versions_are_there()
    variables = {"DATABASE_URL": database_url(), "BLOGSITE_WORKERS": "2"}
    variables["BLOGSITE_SECRET_KEY"] = settings.SECRET_KEY  # sessions are made here
    return ServedSite(tmp_path / "data", **variables)


def test_what_was_acknowledged_outlives_its_worker(site: ServedSite) -> None:
    with site:
        authors, killed = kill(site, KILLS)
    assert sum(killed.values()) == KILLS
    assert told(authors) >= KILLS
    assert untrue(authors) == []


def test_eight_writers_and_sixteen_readers_lose_nothing(site: ServedSite) -> None:
    with site:
        found = measure(site, SECONDS)
    assert found.failures == []
    assert untrue(found.authors) == []
    assert found.writes > SECONDS
    assert found.reads > SECONDS


def test_control_what_is_not_there_is_noticed() -> None:
    (author,) = crowd(0, 1)
    author.told, author.said = {"lost": {"Words"}}, 1
    Post.objects.filter(slug="liked").update(comment_count=1)
    make_post(author.person, slug="unknown")
    assert len(untrue([author])) == 4
