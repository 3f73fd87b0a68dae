"""Signing up: an address, a letter, a name and a password."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import PASSWORD
from blogsite.lib.site import SignupPolicy

pytestmark = pytest.mark.django_db
SIGNUP = "/accounts/signup/"
CHOSEN = {
    "username": "charlie",
    "display_name": "Charlie",
    "password1": PASSWORD,
    "password2": PASSWORD,
}
Link = Callable[[], str]


def test_it_makes_an_account_and_signs_in(client: Client, last_link: Link) -> None:
    client.post(SIGNUP, {"email": "Charlie@Example.org"})
    response = client.post(last_link(), CHOSEN, follow=True)
    member = User.objects.get(username="charlie")
    assert response.context["user"] == member
    page = response.content.decode()
    assert "Welcome, Charlie" in page
    assert '<a href="/write/new/">Write your first post</a>' in page
    assert member.email == "Charlie@example.org"
    assert member.email_confirmed_at is not None
    assert member.roles == [Role.AUTHOR]
    assert "known" in client.cookies


def test_it_gives_the_role_of_new_members(
    client: Client, last_link: Link, policy: Callable[..., None]
) -> None:
    policy(SignupPolicy.ANYBODY, Role.READER)
    client.post(SIGNUP, {"email": "charlie@example.org"})
    page = client.post(last_link(), CHOSEN, follow=True).content.decode()
    assert User.objects.get(username="charlie").roles == [Role.READER]
    assert "Welcome, Charlie. Your account is ready." in page
    assert "Write your first post" not in page


def test_a_name_in_the_welcome_is_text(client: Client, last_link: Link) -> None:
    client.post(SIGNUP, {"email": "charlie@example.org"})
    chosen = {**CHOSEN, "display_name": "Charlie <b>B</b>"}
    page = client.post(last_link(), chosen, follow=True).content.decode()
    assert "Welcome, Charlie &lt;b&gt;B&lt;/b&gt;." in page
    assert "<b>B</b>" not in page


def test_the_text_of_a_letter_begins_with_what_it_says(client: Client) -> None:
    client.post(SIGNUP, {"email": "charlie@example.org"})
    body = str(mail.outbox[-1].body)
    assert body.startswith("Somebody, probably you")
    assert "\n\n\n" not in body
    assert str(mail.outbox[-1].subject) not in body


def test_it_answers_a_member_like_a_stranger(
    client: Client, alice: User, page_of: Callable[[Any], str]
) -> None:
    pages = []
    for email in ("ALICE@example.org", "charlie@example.org"):
        response = client.post(SIGNUP, {"email": email})
        assert response.status_code == 302
        pages.append((response.headers.items(), page_of(client.get(response.headers["Location"]))))
    assert [sorted(dict(headers)) for headers, _page in pages[:1]] == [
        sorted(dict(headers)) for headers, _page in pages[1:]
    ]
    assert pages[0][1] == pages[1][1]


def test_it_reminds_a_member_of_their_account(client: Client, alice: User) -> None:
    client.post(SIGNUP, {"email": "ALICE@example.org"})
    body = str(mail.outbox[-1].body)
    assert "/accounts/login/" in body
    assert "/accounts/password/reset/" in body
    assert "/accounts/signup/" not in body


def test_a_link_makes_one_account(client: Client, last_link: Link) -> None:
    client.post(SIGNUP, {"email": "charlie@example.org"})
    link = last_link()
    client.post(link, CHOSEN)
    member = User.objects.get(username="charlie")
    member.confirm_email("charlie@example.net")
    client.logout()
    response = client.post(link, {**CHOSEN, "username": "charlie-two"})
    assert response.status_code == 404
    assert not User.objects.filter(username="charlie-two").exists()


def test_a_link_ends_after_a_day(client: Client, last_link: Link) -> None:
    client.post(SIGNUP, {"email": "charlie@example.org"})
    with patch("django.core.signing.time.time", return_value=timezone.now().timestamp() + 86500):
        response = client.get(last_link())
    assert response.status_code == 404
    assert "no longer works" in response.content.decode()


@pytest.mark.parametrize("token", ["x", "WyJ4Il0:1:2", "ImFAYi5jIg:1tabcd:" + "x" * 43])
def test_a_forged_link_makes_nothing(client: Client, token: str) -> None:
    assert client.post(f"{SIGNUP}{token}/", CHOSEN).status_code == 404
    assert not User.objects.exists()


def test_a_name_taken_in_the_same_moment_gets_a_sentence(client: Client, last_link: Link) -> None:
    client.post(SIGNUP, {"email": "charlie@example.org"})
    link = last_link()
    with patch("accounts.forms.names.NewUsername.clean_username", return_value="charlie"):
        User.objects.create_user("Charlie", "other@example.org", PASSWORD)
        response = client.post(link, CHOSEN)
    assert response.status_code == 200
    assert "is taken" in response.context["form"].errors["username"][0]
    assert User.objects.count() == 1


def test_an_address_taken_in_the_same_moment_gets_a_sentence(
    client: Client, last_link: Link
) -> None:
    client.post(SIGNUP, {"email": "charlie@example.org"})
    link = last_link()
    with patch("accounts.models.User.full_clean"), patch("accounts.tokens._signup") as signup:
        from accounts.tokens import Admission

        signup.return_value = Admission("t", "charlie@example.org", Role.AUTHOR)
        with patch("accounts.querysets.UserQuerySet.with_email") as found:
            found.return_value.exists.return_value = False
            User(username="alice", email="charlie@example.org").save()
            response = client.post(link, CHOSEN)
    assert response.status_code == 200
    assert not User.objects.filter(username="charlie").exists()


def test_it_shows_again_what_was_typed(client: Client, last_link: Link) -> None:
    client.post(SIGNUP, {"email": "charlie@example.org"})
    response = client.post(last_link(), {**CHOSEN, "username": "ad min", "password2": "x"})
    page = response.content.decode()
    assert 'value="ad min"' in page
    assert 'value="Charlie"' in page
    assert "invalid-feedback" in page
    assert PASSWORD not in page


def test_it_changes_nothing_but_what_it_asks(client: Client, last_link: Link) -> None:
    client.post(SIGNUP, {"email": "charlie@example.org"})
    every = {field.name: "1" for field in User._meta.get_fields()}
    client.post(last_link(), {**every, "email": "x@example.net", "id": "77", **CHOSEN})
    member = User.objects.get(username="charlie")
    assert (member.is_staff, member.is_superuser, member.suspended_until) == (False, False, None)
    assert (member.email, member.roles) == ("charlie@example.org", [Role.AUTHOR])
    assert member.pk != 77
    assert not member.user_permissions.exists()


@pytest.mark.parametrize("who", [SignupPolicy.INVITED, SignupPolicy.NOBODY])
def test_it_is_closed_where_the_site_says_so(
    client: Client, last_link: Link, policy: Callable[..., None], who: SignupPolicy
) -> None:
    client.post(SIGNUP, {"email": "charlie@example.org"})
    link = last_link()
    policy(who)
    response = client.post(SIGNUP, {"email": "charlie@example.net"})
    assert response.status_code == 200
    assert b"<form" not in response.content.split(b"<main")[1].split(b"</main>")[0]
    assert len(mail.outbox) == 1
    assert client.post(link, CHOSEN).status_code == 404


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "\u212aate@example.org", "a@b.c\r\nBcc: d@e.f", "x" * 300]
)
def test_it_refuses_what_is_no_address(client: Client, email: str) -> None:
    response = client.post(SIGNUP, {"email": email})
    assert response.status_code == 200
    assert not mail.outbox


def test_it_writes_three_letters_an_hour_to_one_address(client: Client) -> None:
    for email in ["charlie@example.org", "CHARLIE@example.org"] * 3:
        assert client.post(SIGNUP, {"email": email}).status_code == 302
    assert len(mail.outbox) == 3


def test_it_stops_a_network_that_asks_for_many_letters(client: Client) -> None:
    codes = [client.post(SIGNUP, {"email": f"c{n}@example.org"}).status_code for n in range(22)]
    assert codes == [302] * 20 + [429] * 2
    assert len(mail.outbox) == 20


def test_it_says_where_letters_are_without_a_mail_server(
    client: Client, settings: LazySettings
) -> None:
    settings.EMAIL_URL = ""
    assert b"mail/" in client.get("/accounts/signup/sent/").content
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert b"mail/" not in client.get("/accounts/signup/sent/").content


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded"])
def test_links_never_come_from_the_request(client: Client, header: str) -> None:
    client.post(SIGNUP, {"email": "charlie@example.org"}, headers={header: "localhost:99"})
    body = str(mail.outbox[-1].body)
    assert "localhost:99" not in body
    assert "http://127.0.0.1:" in body
