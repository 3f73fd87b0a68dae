from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.agenda import Month
from posts.models import PendingChange, Post
from posts.snapshot import take
from posts.testing import count_queries, make_draft, make_post

pytestmark = pytest.mark.django_db
CALENDAR = reverse("posts:calendar")
MAY = datetime(2020, 5, 31, 22, 30, tzinfo=UTC)
AHEAD = timezone.now().year + 1


def shown(page: Any) -> dict[int, list[tuple[str, str]]]:
    """Return what the page has on each day of the month: kinds and titles."""
    days = [day for week in page.context["weeks"] for day in week]
    assert all(day.is_inside for day in days if day.moments)
    return {
        day.date.day: [(moment.kind, moment.post.title) for moment in day.moments]
        for day in days
        if day.moments
    }


def month(desk: Client, asked: str, **more: str) -> dict[int, list[tuple[str, str]]]:
    return shown(desk.get(CALENDAR, {"month": asked} | more))


def test_it_shows_what_was_published_and_what_will_be(desk: Client, alice: User) -> None:
    make_post(alice, title="Past", published_at=MAY)
    make_post(alice, title="To come", published_at=datetime(AHEAD, 5, 4, 9, tzinfo=UTC))
    make_draft(alice, title="Draft")
    assert month(desk, "2020-05") == {31: [("published", "Past")]}
    assert month(desk, f"{AHEAD}-05") == {4: [("scheduled", "To come")]}
    assert month(desk, "2020-06") == {}


def test_it_shows_what_ends_and_which_changes_appear(desk: Client, alice: User) -> None:
    at = [datetime(AHEAD, 5, day, 9, tzinfo=UTC) for day in (4, 5, 6)]
    post = make_post(alice, title="A", ends_at=at[0], pinned_at=MAY, pinned_until=at[1])
    PendingChange.objects.create(post=post, snapshot=take(post), publish_at=at[2])
    expected = {4: [("end", "A")], 5: [("unpinned", "A")], 6: [("change", "A")]}
    assert month(desk, f"{AHEAD}-05") == expected


def test_what_is_withdrawn_or_binned_is_not_there(desk: Client, alice: User) -> None:
    make_post(alice, published_at=MAY, withdrawn_at=timezone.now())
    make_post(alice, published_at=MAY).bin()
    assert month(desk, "2020-05") == {}


def test_days_are_those_of_the_persons_time_zone(desk: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Madrid")
    make_post(alice, title="Late", published_at=MAY)
    assert month(desk, "2020-05") == {}
    assert month(desk, "2020-06") == {1: [("published", "Late")]}
    assert "Europe/Madrid" in desk.get(CALENDAR).text


def test_others_posts_are_for_editors_who_ask(desk: Client, alice: User, bob: User) -> None:
    make_post(bob, title="Canary", published_at=MAY)
    assert month(desk, "2020-05", of="all") == {}
    editor = Client()
    editor.force_login(make_user("charlie", Role.EDITOR))
    assert month(editor, "2020-05") == {}
    assert month(editor, "2020-05", of="all") == {31: [("published", "Canary")]}


def test_it_leads_from_month_to_month_and_marks_today(desk: Client) -> None:
    page = desk.get(CALENDAR, {"month": "2020-01"})
    assert "month=2019-12" in page.context["before"]
    assert "month=2020-02" in page.context["after"]
    assert 'aria-current="date"' not in page.text
    assert desk.get(CALENDAR).text.count('aria-current="date"') == 1


def test_an_empty_month_says_so(desk: Client) -> None:
    assert "Nothing appeared in this month." in desk.get(CALENDAR, {"month": "2020-01"}).text
    assert "Nothing is planned" in desk.get(CALENDAR, {"month": f"{AHEAD}-01"}).text
    assert "Nothing has appeared this month" in desk.get(CALENDAR).text


@pytest.mark.parametrize(
    "asked",
    ["1066-10", "9999-12", "0000-00", "2026-13", "2026-00", "x", "2026-1", "٢٠٢٦-٠١", "\0" * 7],
)
def test_what_is_no_month_is_refused_in_words(desk: Client, asked: str) -> None:
    page = desk.get(CALENDAR, {"month": asked})
    assert page.status_code == 404
    assert "There is no such month" in page.text
    assert "from 1970 to" in page.text


def test_the_first_and_the_last_month_have_no_neighbour(desk: Client) -> None:
    assert desk.get(CALENDAR, {"month": "1970-01"}).context["before"] == ""
    last = timezone.localdate().year + 10
    assert desk.get(CALENDAR, {"month": f"{last}-12"}).context["after"] == ""


def test_months_begin_and_end_where_years_do() -> None:
    assert str(Month(2026, 12).after(1)) == "2027-01"
    assert str(Month(2026, 1).after(-1)) == "2025-12"
    assert str(Month(2026, 3).after(-15)) == "2024-12"


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_week_begins_on_monday(desk: Client, language: str) -> None:
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    first = desk.get(CALENDAR, {"month": "2026-11"}).context["weeks"][0][0].date
    assert first.isoweekday() == 1


def test_a_full_day_folds_what_is_too_much(desk: Client, alice: User) -> None:
    for number in range(7):
        make_post(alice, published_at=MAY - timedelta(minutes=number))
    page = desk.get(CALENDAR, {"month": "2020-05"}).text
    assert "2 more" in page


def test_the_calendar_costs_the_same_whatever_the_number_of_posts(
    desk: Client, alice: User
) -> None:
    counts = []
    for _time in range(2):
        for number in range(5):
            post = make_post(alice, published_at=MAY, ends_at=MAY + timedelta(hours=number))
            PendingChange.objects.create(post=post, snapshot=take(post), publish_at=MAY)
        counts.append(count_queries(desk, f"{CALENDAR}?month=2020-05"))
    assert counts[0] == counts[1]


def test_a_month_with_too_much_says_so(
    desk: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posts.agenda.MOST", 2)
    monkeypatch.setattr("posts.views.calendar.MOST", 2)
    for _number in range(3):
        make_post(alice, published_at=MAY)
    page = desk.get(CALENDAR, {"month": "2020-05"})
    assert "There is more in this month" in page.text
    assert Post.objects.count() == 3


def test_a_contributor_is_led_to_pages_they_may_open(client: Client) -> None:
    bob = make_user("bob", Role.CONTRIBUTOR)
    post = make_post(bob, published_at=datetime(AHEAD, 5, 4, 9, tzinfo=UTC))
    client.force_login(bob)
    page = client.get(CALENDAR, {"month": f"{AHEAD}-05"}).text
    assert f'href="{post.get_absolute_url()}"' in page
    assert reverse("posts:publication", args=[post.pk]) not in page
