from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from comments.models import Sanction

pytestmark = pytest.mark.django_db
ADD = "/admin/comments/sanction/add/"


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


@pytest.fixture
def alice(client: Client) -> User:
    alice = make_user("alice", role=Role.MODERATOR)
    client.force_login(alice)
    return alice


@pytest.fixture
def bob() -> User:
    return make_user("bob")


def suspend(client: Client, person: User, **data: Any) -> str:
    fields = {"person": person.pk, "reason": "Insults.", "days": "7", "until": ""} | data
    return client.post(ADD, fields, follow=True).content.decode()


def test_a_moderator_suspends_with_reason_and_end(client: Client, alice: User, bob: User) -> None:
    suspend(client, bob)
    bob.refresh_from_db()
    sanction = Sanction.objects.get()
    assert (sanction.by, sanction.reason) == (alice, "Insults.")
    assert bob.is_suspended
    assert bob.suspended_until == sanction.ends_at
    assert (sanction.ends_at - timezone.now()).days == 6


def test_a_date_counts_before_the_days(client: Client, alice: User, bob: User) -> None:
    day = timezone.localdate() + timedelta(days=30)
    suspend(client, bob, until=day.isoformat())
    assert timezone.localdate(Sanction.objects.get().ends_at) == day + timedelta(days=1)


def test_a_day_that_is_over_is_refused(client: Client, alice: User, bob: User) -> None:
    assert "That day is over." in suspend(client, bob, until="2020-01-01")
    assert not Sanction.objects.exists()


def test_the_form_knows_the_person_from_the_link(client: Client, alice: User, bob: User) -> None:
    html = client.get(f"{ADD}?person={bob.pk}").content.decode()
    assert f'name="person" value="{bob.pk}"' in html
    assert '<select name="person"' not in html


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.OWNER])
def test_a_moderator_does_not_suspend_staff(client: Client, alice: User, role: Role) -> None:
    html = suspend(client, make_user("bob", role=role))
    assert "You cannot suspend this person." in html
    assert not Sanction.objects.exists()


def test_an_owner_suspends_staff_but_no_owner(client: Client) -> None:
    client.force_login(make_user("alice", role=Role.OWNER))
    suspend(client, make_user("bob", role=Role.MODERATOR))
    suspend(client, make_user("charlie", role=Role.OWNER))
    assert [sanction.person.username for sanction in Sanction.objects.all()] == ["bob"]


def test_nobody_suspends_themselves(client: Client, alice: User) -> None:
    assert "You cannot suspend this person." in suspend(client, alice)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUTHOR])
def test_others_do_not_suspend(client: Client, bob: User, role: Role) -> None:
    client.force_login(make_user("charlie", role=role))
    client.post(ADD, {"person": bob.pk, "reason": "Spite.", "days": "7"})
    assert not Sanction.objects.exists()


def test_lifting_ends_it_now(client: Client, alice: User, bob: User) -> None:
    sanction = Sanction.impose(bob, by=alice, because="Insults.", until=tomorrow())
    assert (
        "Lift now"
        in client.get(
            f"/admin/comments/sanction/{sanction.pk}/change/", follow=True
        ).content.decode()
    )
    client.post(f"/admin/comments/sanction/{sanction.pk}/lift/")
    bob.refresh_from_db()
    sanction.refresh_from_db()
    assert not bob.is_suspended
    assert not sanction.is_in_force


def test_of_two_the_later_end_counts(alice: User, bob: User) -> None:
    short = Sanction.impose(bob, by=alice, because="Once.", until=tomorrow())
    long = Sanction.impose(bob, by=alice, because="Twice.", until=tomorrow() + timedelta(days=9))
    Sanction.impose(bob, by=alice, because="Thrice.", until=tomorrow())
    bob.refresh_from_db()
    assert bob.suspended_until == long.ends_at
    long.lift()
    bob.refresh_from_db()
    assert bob.is_suspended
    assert bob.suspended_until >= short.ends_at


def test_a_stranger_lifts_nothing(alice: User, bob: User) -> None:
    sanction = Sanction.impose(bob, by=alice, because="Insults.", until=tomorrow())
    client = Client()
    client.force_login(bob)
    assert client.post(f"/admin/comments/sanction/{sanction.pk}/lift/").status_code == 302
    bob.refresh_from_db()
    assert bob.is_suspended


def test_a_persons_page_on_the_desk_leads_to_the_form(
    client: Client, alice: User, bob: User
) -> None:
    html = client.get(f"/admin/accounts/user/{bob.pk}/change/").content.decode()
    assert f'href="{ADD}?person={bob.pk}"' in html


def test_a_day_past_the_calendar_is_refused(client: Client, alice: User, bob: User) -> None:
    assert "Choose a day within" in suspend(client, bob, until="9999-12-31")
    assert not Sanction.objects.exists()
