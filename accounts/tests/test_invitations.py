"""Invitations: made at the desk, accepted by the second step of signing up."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts import emails
from accounts.models import Invitation, User
from accounts.roles import Role
from accounts.testing import PASSWORD, make_user
from blogsite.lib.site import SignupPolicy

pytestmark = pytest.mark.django_db
ADD, LIST = "/admin/accounts/invitation/add/", "/admin/accounts/invitation/"
CHOSEN = {"username": "charlie", "password1": PASSWORD, "password2": PASSWORD}
Link = Callable[[], str]


@pytest.fixture
def invitation(bob: User) -> Invitation:
    """Return an invitation to Charlie as an editor, its letter sent."""
    row = Invitation.objects.create(email="charlie@example.org", role=Role.EDITOR, invited_by=bob)
    emails.invitation(row)
    return row


def test_an_owner_invites_at_the_desk(client: Client, bob: User, last_link: Link) -> None:
    client.force_login(bob)
    client.post(ADD, {"email": "Charlie@example.org", "role": "editor"})
    row = Invitation.objects.get()
    assert (row.invited_by, row.role) == (bob, "editor")
    assert mail.outbox[-1].to == ["Charlie@example.org"]
    assert "bob invites you" in str(mail.outbox[-1].body)
    assert last_link().startswith("/accounts/signup/")


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR])
def test_nobody_else_invites(client: Client, role: Role) -> None:
    client.force_login(make_user("alice", role=role))
    assert client.post(ADD, {"email": "c@example.org", "role": "owner"}).status_code in {403, 404}
    assert not Invitation.objects.exists()


def test_the_link_gives_the_address_and_the_role(
    client: Client, invitation: Invitation, last_link: Link, policy: Callable[..., None]
) -> None:
    policy(SignupPolicy.INVITED)
    client.post(last_link(), {**CHOSEN, "email": "x@example.net", "role": "owner"})
    member = User.objects.get(username="charlie")
    assert (member.email, member.roles) == ("charlie@example.org", [Role.EDITOR])
    assert member.is_staff
    assert not member.is_superuser
    invitation.refresh_from_db()
    assert invitation.accepted_by == member


def test_the_link_works_once(client: Client, invitation: Invitation, last_link: Link) -> None:
    client.post(last_link(), CHOSEN)
    User.objects.get(username="charlie").confirm_email("charlie@example.net")
    assert Client().post(last_link(), {**CHOSEN, "username": "dora"}).status_code == 404


def test_a_revoked_link_is_dead(
    client: Client, bob: User, invitation: Invitation, last_link: Link
) -> None:
    client.force_login(bob)
    client.post(LIST, {"action": "revoke", "_selected_action": [invitation.pk]})
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    assert Client().post(last_link(), CHOSEN).status_code == 404


def test_revoking_while_the_form_is_sent_makes_no_account(
    client: Client, invitation: Invitation, last_link: Link
) -> None:
    accept = Invitation.accept

    def revoked_first(row: Invitation, member: User) -> bool:
        row.revoke()
        return accept(row, member)

    with patch.object(Invitation, "accept", revoked_first):
        response = client.post(last_link(), CHOSEN)
    assert "taken back" in response.content.decode()
    assert not User.objects.filter(username="charlie").exists()


def test_a_link_ends_after_a_fortnight(
    client: Client, invitation: Invitation, last_link: Link
) -> None:
    late = (timezone.now() + timedelta(days=14, minutes=1)).timestamp()
    with patch("django.core.signing.time.time", return_value=late):
        assert client.get(last_link()).status_code == 404


def test_where_nobody_joins_invitations_wait(
    client: Client, invitation: Invitation, last_link: Link, policy: Callable[..., None]
) -> None:
    policy(SignupPolicy.NOBODY)
    assert client.get(last_link()).status_code == 404


def test_a_letter_can_be_sent_again(client: Client, bob: User, invitation: Invitation) -> None:
    client.force_login(bob)
    client.post(LIST, {"action": "send_again", "_selected_action": [invitation.pk]})
    assert len(mail.outbox) == 2
    invitation.revoke()
    client.post(LIST, {"action": "send_again", "_selected_action": [invitation.pk]})
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("email", ["CHARLIE@example.org", "BOB@example.org"])
def test_an_address_is_invited_once(
    client: Client, bob: User, invitation: Invitation, email: str
) -> None:
    client.force_login(bob)
    response = client.post(ADD, {"email": email, "role": "author"})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert Invitation.objects.count() == 1


def test_a_revoked_address_can_be_invited_again(invitation: Invitation, bob: User) -> None:
    invitation.revoke()
    Invitation.objects.create(email="charlie@example.org", invited_by=bob)
    with pytest.raises(IntegrityError):
        Invitation.objects.create(email="CHARLIE@example.org", invited_by=bob)
