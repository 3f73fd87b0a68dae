"""Changing and resetting a password."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.testing import PASSWORD, make_user

pytestmark = pytest.mark.django_db
RESET, CHANGE = "/accounts/password/reset/", "/accounts/settings/password/"
NEW = "another-horse-entirely"
TWICE = {"new_password1": NEW, "new_password2": NEW}
Link = Callable[[], str]


def follow(client: Client, link: str) -> str:
    """Open the link of a letter and return where its form is."""
    return str(client.get(link).headers["Location"])


def test_a_letter_resets_the_password(client: Client, alice: User, last_link: Link) -> None:
    client.post(RESET, {"email": "ALICE@example.org"})
    response = client.post(follow(client, last_link()), TWICE, follow=True)
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert response.context["user"] == alice
    assert "was changed" in mail.outbox[-1].subject


def test_a_reset_link_works_once(client: Client, alice: User, last_link: Link) -> None:
    client.post(RESET, {"email": "alice@example.org"})
    link = last_link()
    client.post(follow(client, link), TWICE)
    assert "no longer works" in Client().get(link).content.decode()


def test_a_reset_proves_the_address(client: Client, last_link: Link) -> None:
    person = make_user("alice", email_confirmed_at=None)
    client.post(RESET, {"email": person.email})
    client.post(follow(client, last_link()), TWICE)
    person.refresh_from_db()
    assert person.email_confirmed_at is not None


def test_a_reset_signs_out_other_browsers(client: Client, alice: User, last_link: Link) -> None:
    other = Client()
    other.force_login(alice)
    client.post(RESET, {"email": "alice@example.org"})
    client.post(follow(client, last_link()), TWICE)
    assert other.get("/accounts/settings/").status_code == 302


def test_it_answers_alike_for_every_address(
    client: Client, alice: User, page_of: Callable[[Any], str]
) -> None:
    make_user("dormant", is_active=False)
    pages = set()
    for name in ("alice", "dormant", "charlie"):
        response = client.post(RESET, {"email": f"{name}@example.org"}, follow=True)
        pages.add((str(response.redirect_chain), page_of(response)))
    assert len(pages) == 1
    assert [message.to for message in mail.outbox] == [
        ["alice@example.org"],
        ["dormant@example.org"],
        ["charlie@example.org"],
    ]


@pytest.mark.parametrize("fields", [{"is_active": False}, {"password": "!unusable"}])
def test_people_who_cannot_sign_in_get_no_link(client: Client, fields: dict[str, object]) -> None:
    person = make_user("alice")
    User.objects.filter(pk=person.pk).update(**fields)
    client.post(RESET, {"email": "alice@example.org"})
    assert "/password/reset/" not in str(mail.outbox[-1].body)


def test_the_empty_address_of_imported_people_is_no_address(client: Client) -> None:
    User.objects.create_user("alice", is_active=False)
    client.post(RESET, {"email": ""})
    assert not mail.outbox


def test_a_letter_goes_to_the_stored_address_only(client: Client) -> None:
    make_user("kate", email="kate@example.org")
    client.post(RESET, {"email": "\u212aate@example.org"})
    assert [message.to for message in mail.outbox] == [["kate@example.org"]]


def test_it_writes_three_letters_an_hour_to_one_address(client: Client, alice: User) -> None:
    for _n in range(5):
        assert client.post(RESET, {"email": "alice@example.org"}).status_code == 302
    assert len(mail.outbox) == 3


def test_it_stops_a_network_that_asks_for_many_letters(client: Client) -> None:
    codes = [client.post(RESET, {"email": f"c{n}@example.org"}).status_code for n in range(21)]
    assert codes[-1] == 429


def test_a_member_changes_the_password(client: Client, alice: User) -> None:
    other = Client()
    other.force_login(alice)
    client.force_login(alice)
    response = client.post(CHANGE, {"old_password": PASSWORD, **TWICE}, follow=True)
    assert "is changed" in response.content.decode()
    assert response.context["user"].is_authenticated
    assert other.get("/accounts/settings/").status_code == 302
    assert mail.outbox[-1].to == ["alice@example.org"]


def test_a_member_without_address_changes_the_password(client: Client) -> None:
    client.force_login(make_user("alice", email=""))
    assert client.post(CHANGE, {"old_password": PASSWORD, **TWICE}).status_code == 302
    assert not mail.outbox


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"old_password": "wrong", **TWICE}, "old_password"),
        ({"old_password": PASSWORD, "new_password1": NEW, "new_password2": "x"}, "new_password2"),
        ({"old_password": PASSWORD, "new_password1": "1", "new_password2": "1"}, "new_password2"),
        ({"old_password": PASSWORD, "new_password1": "alice@example.org",
          "new_password2": "alice@example.org"}, "new_password2"),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong_beside_the_field(
    client: Client, alice: User, data: dict[str, str], field: str
) -> None:
    client.force_login(alice)
    response = client.post(CHANGE, data)
    assert field in response.context["form"].errors
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_tries_of_the_present_password_are_counted(client: Client, alice: User) -> None:
    client.force_login(alice)
    codes = [
        client.post(CHANGE, {"old_password": "wrong", **TWICE}).status_code for _n in range(11)
    ]
    assert codes == [200] * 10 + [429]


def test_strangers_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get(CHANGE).headers["Location"].startswith("/accounts/login/?next=")
