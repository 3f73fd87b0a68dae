"""The power fails while people write: what was acknowledged is there, and nothing is torn.

`.venv/bin/python -m bench.powerloss` does the same for 2,000 failures.
"""

from pathlib import Path

import pytest
from django.db import connection

from blogsite.tests.powerless import Count, Story

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="for SQLite"),
]

POSTS, FAILURES = 20, 100


def test_nothing_acknowledged_is_lost_and_nothing_is_torn(tmp_path: Path) -> None:
    found = Story(POSTS, tmp_path).survive(FAILURES)
    assert found == Count(failures=FAILURES, told=found.told), found
    assert found.told > POSTS * FAILURES / 4


@pytest.mark.parametrize("mode", ["NORMAL", "OFF"])
def test_control_less_synchronous_some_is_lost(tmp_path: Path, mode: str) -> None:
    found = Story(POSTS, tmp_path, synchronous=mode).survive(FAILURES)
    assert found.lost
