"""While writes are held, pages are read, nothing is written, and people come and go."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.testing import make_user
from posts.testing import make_post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def held(site_settings: Callable[..., None]) -> None:
    site_settings(writes_held=True)


def test_who_is_signed_in_may_sign_out(client: Client) -> None:
    client.force_login(make_user("alice"))
    assert client.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_somebody_may_sign_in(client: Client) -> None:
    make_user("alice")
    sent = {"username": "alice", "password": "a wrong password"}
    assert client.post("/accounts/login/", sent).status_code == 200


def test_what_would_be_written_is_refused_in_words(client: Client) -> None:
    make_post(make_user("alice"), slug="first")
    client.force_login(make_user("bob"))
    sent, headers = {"body": "Kept words. " * 60}, {"Origin": "http://testserver"}
    response = client.post("/posts/first/comments/", sent, headers=headers)
    assert response.status_code == 503
    assert "Kept words." in response.content.decode()
    assert client.get("/posts/first/").status_code == 200
