"""A running site does not grow: a short version of `.venv/bin/python -m bench.soak`."""

from pathlib import Path

import pytest
from django.conf import settings

from blogsite.tests.caching import versions_are_there
from blogsite.tests.served import ServedSite
from blogsite.tests.soaking import MEGABYTE, Sample, Soak
from blogsite.tests.test_pagecache_processes import database_url

pytestmark = pytest.mark.django_db(transaction=True)

REQUESTS = 200


def test_files_and_the_log_of_writes_stay_as_they_are(tmp_path: Path) -> None:
    versions_are_there()
    variables = {"DATABASE_URL": database_url(), "BLOGSITE_WORKERS": "1"}
    variables["BLOGSITE_SECRET_KEY"] = settings.SECRET_KEY  # sessions are made here
    with ServedSite(tmp_path / "data", **variables) as site:
        soak = Soak(site, REQUESTS, 0)
        soak.run()
    assert soak.failures == []
    assert not {status for status in soak.statuses if status >= 500}
    middle, last = soak.samples[len(soak.samples) // 2], soak.samples[-1]
    assert abs(last.files - middle.files) < 20
    assert max(one.log_of_writes for one in soak.samples) < 64 * MEGABYTE
    assert last.printed - middle.printed < MEGABYTE


def test_control_growth_shows_in_the_slope() -> None:
    soak = Soak(None, 1000, 0)  # type: ignore[arg-type]
    soak.samples = [Sample(n * 100, 50_000 * n, 0, 0, 0) for n in range(11)]
    assert soak.slope() == pytest.approx(5_000_000)
