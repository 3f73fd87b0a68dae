"""Moments in words, and times of the clock that are no moment or two."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from blogsite.lib import times

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 9, 12, 6, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_madrid(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with timezone.override(MADRID):
        yield


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (datetime(2026, 9, 14, 7, tzinfo=UTC), "Mon 14 Sep 09:00 Europe/Madrid, in 2 days"),
        (datetime(2027, 1, 4, 8, tzinfo=UTC), "Mon 4 Jan 2027 09:00 Europe/Madrid, in 3 months"),
        (datetime(2026, 9, 14, 6, tzinfo=UTC), "Mon 14 Sep 08:00 Europe/Madrid, in 2 days"),
        (datetime(2026, 9, 11, 6, tzinfo=UTC), "Fri 11 Sep 08:00 Europe/Madrid, 1 day ago"),
        (NOW, "Sat 12 Sep 08:30 Europe/Madrid, now"),
        (NOW - timedelta(hours=3), "Sat 12 Sep 05:30 Europe/Madrid, 3 hours ago"),
    ],
)
def test_it_spells_a_moment_with_its_zone_and_distance(time: datetime, words: str) -> None:
    assert times.spelled(time).replace("\xa0", " ") == words


def test_a_time_of_the_clock_is_a_moment_of_its_zone() -> None:
    found = times.moment(datetime.fromisoformat("2026-09-14T09:00"), MADRID)
    assert found == datetime(2026, 9, 14, 7, tzinfo=UTC)
    assert not times.comes_twice(found)


def test_a_time_that_the_clocks_skip_says_what_they_show_instead() -> None:
    with pytest.raises(times.Skipped) as caught:
        times.moment(datetime.fromisoformat("2027-03-28T02:30"), MADRID)
    assert caught.value.instead.strftime("%H:%M") == "03:30"


def test_of_a_time_that_comes_twice_it_is_the_first() -> None:
    found = times.moment(datetime.fromisoformat("2026-10-25T02:30"), MADRID)
    assert found.astimezone(UTC).hour == 0
    assert times.comes_twice(found)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "Etc/GMT+5"])
def test_what_is_no_zone_is_the_sites(name: str) -> None:
    assert times.zone(name) == timezone.get_default_timezone()
