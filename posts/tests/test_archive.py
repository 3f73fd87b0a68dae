"""The archive by year and month."""

from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from posts.testing import count_queries, make_draft, make_post


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_years_and_months_tell_how_many_posts_they_have(client: Client, alice: User) -> None:
    for moment in (at(2021, 3, 1), at(2021, 3, 9), at(2021, 7, 1), at(2023, 1, 1)):
        make_post(alice, published_at=moment)
    make_draft(alice)
    years = client.get("/archive/").content.decode()
    assert '<a href="/archive/2021/">2021 <span class="num">3</span>' in years
    assert "/archive/2022/" not in years
    months = client.get("/archive/2021/").content.decode()
    assert '<a href="/archive/2021/03/">March <span class="num">2</span>' in months
    assert "/archive/2021/04/" not in months


def test_a_month_shows_its_posts_only(client: Client, alice: User) -> None:
    march = make_post(alice, published_at=at(2021, 3, 31, 23))
    april = make_post(alice, published_at=at(2021, 4, 1, 0))
    page = client.get("/archive/2021/03/").content.decode()
    assert march.get_absolute_url() in page
    assert april.get_absolute_url() not in page


def test_months_begin_in_the_time_zone_of_the_site(
    client: Client, alice: User, settings: LazySettings
) -> None:
    make_post(alice, published_at=at(2021, 3, 31, 23))
    with timezone.override("Europe/Madrid"):
        assert client.get("/archive/2021/04/").status_code == 200
        assert client.get("/archive/2021/03/").status_code == 404


@pytest.mark.parametrize(
    "path", ["2020/", "2021/04/", "2021/13/", "2021/00/", "2021/3/", "0000/", "9999/", "9999/12/"]
)
def test_a_time_without_posts_is_missing(client: Client, alice: User, path: str) -> None:
    make_post(alice, published_at=at(2021, 3, 1))
    assert client.get(f"/archive/{path}").status_code == 404


def test_an_empty_archive_says_so(client: Client, db: None) -> None:
    assert "Nothing has been published yet" in client.get("/archive/").content.decode()


@pytest.mark.parametrize("path", ["", "2021/", "2021/03/"])
def test_it_takes_the_same_queries_with_twice_the_posts(
    client: Client, charlies: Client, alice: User, path: str
) -> None:
    for browser in (client, charlies):
        for day in range(1, 11):
            make_post(alice, published_at=at(2021, 3, day), tags=["Food"])
        first = count_queries(browser, f"/archive/{path}")
        for day in range(11, 21):
            make_post(alice, published_at=at(2021 - day, 3, day))
            make_post(alice, published_at=at(2021, 3, day), tags=["Food"])
        assert count_queries(browser, f"/archive/{path}") == first <= 10
