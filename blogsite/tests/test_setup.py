"""First-run set-up: by the secret link, once, by one person."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite import ownership
from blogsite.forms import SetupForm
from blogsite.lib import site

pytestmark = pytest.mark.django_db

TYPED = {
    "title": "The Garden Post",
    "name": "Alice Gardener",
    "username": "alice",
    "email": "alice@example.org",
    "password": "correct-horse-battery",
}


def link() -> str:
    parts = urlsplit(ownership.setup_url())
    return f"{parts.path}?{parts.query}"


def test_the_link_makes_the_site_and_its_owner(client: Client) -> None:
    response = client.post(link(), TYPED)
    assert response.status_code == 302
    owner = User.objects.get(username="alice")
    assert owner.is_superuser
    assert owner.is_staff
    assert owner.email_confirmed_at is not None
    assert list(owner.groups.values_list("name", flat=True)) == [Role.OWNER.value]
    site.forget()
    assert site.current().title == "The Garden Post"


def test_the_owner_is_signed_in_and_told_the_next_steps(client: Client) -> None:
    response = client.post(link(), TYPED, follow=True)
    assert response.context["user"].username == "alice"
    (message,) = get_messages(response.wsgi_request)
    for address in re.findall(r'href="([^"]+)"', str(message)):
        assert client.get(address).status_code in {200, 302}


def test_the_site_speaks_the_language_it_was_set_up_in(client: Client) -> None:
    client.post(link(), TYPED | {"language": "de"})
    assert Client().get("/")["Content-Language"] == "de"


@pytest.mark.parametrize("query", ["", "?token=", "?token=guess", "?token=ünïcode", "?token=x" * 9])
def test_without_the_right_token_there_is_no_such_page(client: Client, query: str) -> None:
    for response in (client.get(f"/setup/{query}"), client.post(f"/setup/{query}", TYPED)):
        assert response.status_code == 404
    assert not User.objects.filter(is_superuser=True).exists()


def test_the_link_is_dead_once_there_is_an_owner(client: Client) -> None:
    address = link()
    make_user("bob", role=Role.OWNER)
    assert client.get(address).status_code == 404
    assert client.post(address, TYPED).status_code == 404
    assert not User.objects.filter(username="alice").exists()


def test_a_suspended_or_inactive_owner_does_not_reopen_it(client: Client) -> None:
    bob = make_user("bob", role=Role.OWNER)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert client.get(link()).status_code == 404


def test_another_key_makes_another_link(settings: LazySettings) -> None:
    first = ownership.setup_token()
    assert len(first) >= 43
    settings.SECRET_KEY = "another key, as long as keys must be, for this test only"
    assert ownership.setup_token() != first


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("name", "\u200b\u200b"),
        ("username", "admin"),
        ("username", "a b"),
        ("email", "not an address"),
        ("password", "short"),
        ("password", "alice@example.org"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client: Client, field: str, value: str) -> None:
    response = client.post(link(), TYPED | {field: value})
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {field}
    assert 'value="The Garden Post"' in response.content.decode() or field == "title"
    assert TYPED["password"] not in response.content.decode()


def test_a_username_left_empty_is_made_from_the_name(client: Client) -> None:
    client.post(link(), TYPED | {"username": ""})
    assert User.objects.get(is_superuser=True).username == "alice-gardener"


def test_a_name_that_makes_no_username_asks_for_one(client: Client) -> None:
    response = client.post(link(), TYPED | {"username": "", "name": "李明"})
    assert response.context["form"].errors.keys() == {"username"}


def test_of_two_people_with_the_link_one_wins(client: Client) -> None:
    slow = SetupForm(TYPED | {"username": "bob", "email": "bob@example.org"})
    assert slow.is_valid()
    client.post(link(), TYPED)
    assert slow.save() is None
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == [
        "alice"
    ]


def test_the_link_leaks_to_nobody(client: Client) -> None:
    response = client.get(link())
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_an_owner_cannot_be_made_against_the_rules() -> None:
    wrong: dict[str, Any] = {"username": "root", "email": "x", "name": "", "password": "p"}
    with pytest.raises(ValidationError):
        ownership.create_owner(**wrong)
