"""Signing in and out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import LazySettings
from django.contrib.auth.backends import ModelBackend
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import backends
from accounts.forms.signin import SignInForm
from accounts.models import Attempt, User
from accounts.testing import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
Page = Callable[[Any], str]


def sign_in(client: Client, name: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(LOGIN, {"username": name, "password": password}, **extra)


@pytest.mark.parametrize(
    "name", ["alice", " ALICE ", "\uff41lice", "alice@example.org", "Alice@EXAMPLE.org"]
)
def test_it_takes_the_name_or_the_address(client: Client, alice: User, name: str) -> None:
    assert sign_in(client, name).status_code == 302
    assert client.session["_auth_user_id"] == str(alice.pk)


@pytest.mark.parametrize("name", ["a1ice", "\u0430lice", "al_ice", "alice@example.net", ""])
def test_it_takes_no_look_alike(client: Client, alice: User, name: str) -> None:
    assert sign_in(client, name).status_code == 200
    assert "_auth_user_id" not in client.session


def test_it_answers_alike_for_every_account(client: Client, alice: User, page_of: Page) -> None:
    make_user("dormant", is_active=False)
    pages = {
        page_of(sign_in(client, name, "wrong-password")).replace(name, "NAME")
        for name in ("alice", "dormant", "charlie")
    }
    assert len(pages) == 1


def test_it_hashes_for_every_account(client: Client, alice: User) -> None:
    make_user("dormant", is_active=False)
    for name in ("alice", "dormant", "charlie", "charlie@example.org"):
        with patch(
            "django.contrib.auth.hashers.MD5PasswordHasher.encode", return_value="md5$a$b"
        ) as encode:
            sign_in(client, name, "wrong-password")
        assert encode.call_count == 1, name


def spellings() -> list[str]:
    """Return names that a guesser would try for Alice."""
    return ["alice", "ALICE", " alice", "alice@example.org", "ALICE@Example.ORG", "\uff41lice"]


def test_hundreds_of_guesses_reach_the_hasher_ten_times(
    rf: RequestFactory, alice: User, settings: LazySettings
) -> None:
    settings.TRUSTED_PROXIES = 1
    names = spellings()
    with patch.object(ModelBackend, "authenticate", return_value=None) as hasher:
        for n in range(300):
            forged = f"10.{n % 250}.0.1, 192.0.2.{n % 250}"
            request = rf.post(LOGIN, HTTP_X_FORWARDED_FOR=forged)
            data = {"username": names[n % len(names)], "password": "wrong"}
            assert not SignInForm(request, data).is_valid()
    assert hasher.call_count <= 10


def test_guesses_at_strangers_are_counted_too(client: Client) -> None:
    with patch.object(ModelBackend, "authenticate", return_value=None) as hasher:
        codes = [sign_in(client, "charlie", "wrong").status_code for _n in range(12)]
    assert hasher.call_count == codes.count(200) <= 10
    assert codes[-1] == 429


def test_counting_does_not_tell_whose_an_address_is(client: Client, alice: User) -> None:
    for _n in range(12):
        sign_in(client, "alice", "wrong")
    codes = {sign_in(client, f"{name}@example.org", "wrong").status_code for name in ("alice", "x")}
    assert codes == {200}


def test_one_network_cannot_try_many_accounts(client: Client) -> None:
    with patch.object(ModelBackend, "authenticate", return_value=None) as hasher:
        for n in range(40):
            sign_in(client, f"charlie{n}", "wrong")
    assert hasher.call_count == 30


def test_right_passwords_fill_no_counter(client: Client, alice: User) -> None:
    for _n in range(40):
        assert sign_in(Client(), "alice").status_code == 302
    assert sign_in(client, "alice", "wrong").status_code == 200


def test_a_guesser_with_an_account_cannot_make_room(client: Client, alice: User) -> None:
    make_user("charlie")
    codes = []
    for _n in range(12):
        codes.append(sign_in(client, "alice", "wrong").status_code)
        sign_in(Client(), "charlie")
    assert codes.count(200) <= 10
    assert codes[-1] == 429


def test_too_many_tries_get_the_form_and_a_sentence(
    client: Client, alice: User, page_of: Page
) -> None:
    for name in ("alice", "charlie"):
        for _n in range(7):
            response = sign_in(client, name, "wrong")
        assert response.status_code == 429
        assert 'name="password"' in page_of(response)
        assert "Too many tries" in page_of(response)


def test_the_owner_gets_in_from_a_known_browser_while_others_guess(
    client: Client, alice: User
) -> None:
    sign_in(client, "alice")
    client.post("/accounts/logout/")
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    for n in range(40):
        sign_in(stranger, "alice", "wrong", REMOTE_ADDR=f"192.0.2.{n}")
    assert sign_in(stranger, "alice", REMOTE_ADDR="198.51.100.1").status_code == 429
    assert sign_in(client, "alice").status_code == 302


def test_a_known_browser_is_known_for_its_own_account_only(client: Client, alice: User) -> None:
    make_user("bob")
    sign_in(client, "bob")
    client.post("/accounts/logout/")
    codes = [sign_in(client, "alice", "wrong").status_code for _n in range(8)]
    assert codes[-1] == 429


def test_a_forged_browser_is_not_known(client: Client, alice: User) -> None:
    client.cookies["known"] = "abc.def:1tabcd:" + "x" * 43
    assert sign_in(client, "alice").status_code == 302


def test_nobody_waits_longer_than_ten_minutes(client: Client, alice: User) -> None:
    for _n in range(20):
        sign_in(client, "alice", "wrong")
    then = timezone.now().timestamp() + 600
    with patch("accounts.querysets.time.time", return_value=then):
        assert sign_in(client, "alice").status_code == 302


def test_the_window_slides(db: None) -> None:
    allowed = 0
    for second in range(100_000, 100_600, 7):
        with patch("accounts.querysets.time.time", return_value=second):
            allowed += Attempt.objects.allow("test", "key", limit=10, per=300)
        assert allowed <= 10 or second >= 100_300
    assert allowed <= 20


def test_a_suspended_person_signs_in_and_is_told(client: Client, alice: User) -> None:
    alice.suspend(until=timezone.now() + timedelta(days=2))
    alice.sanctions.create(
        by=make_user("bob"), reason="Shouting", ends_at=timezone.now() + timedelta(days=2)
    )
    assert sign_in(client, "alice").status_code == 302
    page = client.get("/accounts/settings/").content.decode()
    assert "You cannot write" in page
    assert "Shouting" in page


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "///evil.example",
     "javascript:alert(1)", "http:///evil.example", "\thttps://evil.example", "\\\\evil.example"],
)  # fmt: skip
def test_next_never_leaves_the_site(client: Client, alice: User, target: str) -> None:
    data = {"username": "alice", "password": PASSWORD, "next": target}
    assert client.post(LOGIN, data).headers["Location"] == "/"


def test_next_leads_back(client: Client, alice: User) -> None:
    response = client.get("/accounts/settings/")
    assert response.headers["Location"] == "/accounts/login/?next=/accounts/settings/"
    data = {"username": "alice", "password": PASSWORD, "next": "/accounts/settings/"}
    assert client.post(LOGIN, data).headers["Location"] == "/accounts/settings/"


def test_signing_out_takes_a_post(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/accounts/logout/").status_code == 405
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_a_crowd_at_the_door_is_told_to_come_back(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "HASHING_PATIENCE", 0.01)
    with backends.hashing():
        answer = sign_in(client, "alice")
    assert answer.status_code == 429
    assert "try again in a few seconds" in answer.content.decode()
    assert sign_in(client, "alice").status_code == 302, "waiting counted as no wrong password"


def test_the_desk_has_no_sign_in_of_its_own(client: Client, alice: User) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"
    client.force_login(alice)
    assert client.get("/admin/", follow=True).status_code == 404


def test_asking_for_the_page_writes_nothing(client: Client, db: None) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(LOGIN)
    writing = ("INSERT", "UPDATE", "DELETE")
    assert [query["sql"] for query in queries if query["sql"].startswith(writing)] == []
    assert len(queries) > 0


def test_signing_out_has_the_browser_forget_unsaved_texts(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"storage"'
