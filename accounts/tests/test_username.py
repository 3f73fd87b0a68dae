"""Another username: addresses lead on, and a former name is nobody else's."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.forms.username import RENAMINGS
from accounts.models import FormerUsername, User
from accounts.testing import PASSWORD, make_user

pytestmark = pytest.mark.django_db
PAGE = reverse("accounts:username")


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    """Return the browser of Alice."""
    client.force_login(alice)
    return client


def change(client: Client, username: str, password: str = PASSWORD) -> str:
    """Send the form and return the page that follows."""
    sent = {"username": username, "password": password}
    return client.post(PAGE, sent, follow=True).content.decode()


def test_a_new_name_takes_the_password(alices: Client, alice: User) -> None:
    assert "not your password" in change(alices, "alix", "wrong")
    assert "Your username is changed" in change(alices, "alix")
    alice.refresh_from_db()
    assert alice.username == "alix"


def test_former_addresses_lead_to_the_present_one(alices: Client, alice: User) -> None:
    change(alices, "alix")
    change(alices, "alicia")
    for former in ("alice", "Alice", "alix"):
        for rest in ("", "feed/", "feed/rss/", "feed/json/"):
            answer = Client().get(f"/authors/{former}/{rest}")
            assert (answer.status_code, answer["Location"]) == (301, f"/authors/alicia/{rest}")


def test_a_former_name_is_nobody_elses_but_may_be_taken_back(alices: Client) -> None:
    make_user("bob")
    change(alices, "alix")
    bobs = Client()
    bobs.force_login(User.objects.get(username="bob"))
    assert "taken, or looks like one" in change(bobs, "a1ice")
    assert "Your username is changed" in change(alices, "alice")
    assert [row.username for row in FormerUsername.objects.all()] == ["alix"]
    assert Client().get("/authors/alice/").status_code == 200


def test_nobody_runs_through_all_names(alices: Client, alice: User) -> None:
    for number in range(RENAMINGS):
        change(alices, f"alice{number}a")
    assert "twice this month" in change(alices, "alicia")


@pytest.mark.parametrize("way", ["one", "many"])
def test_the_name_of_a_gone_account_is_gone_and_kept(client: Client, alice: User, way: str) -> None:
    alice.rename("alix")
    if way == "one":
        alice.delete()
    else:
        User.objects.filter(username="alix").delete()
    assert FormerUsername.objects.bars("Alix")
    assert FormerUsername.objects.bars("alice")
    for address in ("/authors/alix/", "/authors/alice/", "/authors/alix/feed/"):
        assert client.get(address).status_code == 410
