"""No page is ever stale: random reads and writes through three web processes, judged by a model.

`.venv/bin/python -m bench.truth` does the same for ten thousand steps.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from blogsite import content_versions
from blogsite.tests.caching import versions_are_there
from blogsite.tests.served import ServedSite
from blogsite.tests.test_pagecache_processes import database_url
from blogsite.tests.truth.browser import Wrong
from blogsite.tests.truth.run import Run, people

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)

STEPS, CONNECTIONS = 300, 6
SEED = 20261123


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[list[int]]:
    """Return a port of three web processes, as often as connections are wanted to it."""
    people()
    versions_are_there()
    variables = {"DATABASE_URL": database_url(), "BLOGSITE_WORKERS": "3"}
    variables["BLOGSITE_SECRET_KEY"] = settings.SECRET_KEY  # sessions are made here
    with ServedSite(tmp_path / "data", **variables) as site:
        yield [site.port] * CONNECTIONS


def test_nobody_ever_reads_what_is_over(ports: list[int]) -> None:
    run = Run(ports, SEED, STEPS)
    run.go()
    assert len(run.done) > 15, run.report()
    assert sum(stranger.said.get("hit", 0) for stranger in run.strangers) > STEPS / 15


def test_control_without_triggers_somebody_does(ports: list[int]) -> None:
    content_versions.drop_triggers(connection)
    try:
        with pytest.raises(Wrong):
            Run(ports, SEED, STEPS).go()
    finally:  # no flush of the test database brings them back
        with transaction.atomic():
            content_versions.install(connection)
