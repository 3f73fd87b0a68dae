"""Error pages: in the site's frame, telling no more than they must."""

import logging
import re

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory

from accounts.testing import make_user
from blogsite import views
from posts.testing import make_draft

pytestmark = pytest.mark.django_db

LONG = "A long text that took an hour to write. " * 20


def without_token(page: bytes) -> bytes:
    """Return the page without the token, and the address asked for, which choices lead back to."""
    return re.sub(rb'name="(csrfmiddlewaretoken|next)" value="[\w/]+"', b"", page)


def test_missing_and_forbidden_look_the_same(client: Client) -> None:
    make_draft(make_user("alice"), slug="secret")
    client.force_login(make_user("charlie"))
    missing, hidden = client.get("/posts/nothing/"), client.get("/posts/secret/")
    assert missing.status_code == hidden.status_code == 404
    assert without_token(missing.content) == without_token(hidden.content)
    forbidden = views.missing(RequestFactory().get("/"))
    assert forbidden.status_code == 404


def test_a_fault_of_the_site_needs_no_database() -> None:
    response = views.broken(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"broke on our side" in response.content


@pytest.mark.parametrize("path", ["/nothing/", "/nothing", "/posts/%00/", "/%ff/", "/admin/x"])
def test_odd_addresses_are_missing(client: Client, path: str) -> None:
    assert client.get(path).status_code in {301, 302, 404}


def test_a_body_declared_too_large_is_refused_unread(
    client: Client, settings: LazySettings
) -> None:
    declared = str(settings.BODY_LIMIT + 1)
    response = client.generic("POST", "/accounts/login/", CONTENT_LENGTH=declared)
    assert response.status_code == 413
    assert response["Connection"] == "close"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "too large" in response.content.decode()


def test_a_form_too_large_to_hold_is_refused_in_words(
    client: Client, settings: LazySettings
) -> None:
    response = client.post("/accounts/login/", {"username": "x" * (6 * 1024 * 1024)})
    assert response.status_code == 413
    assert "too large" in response.content.decode()


def test_too_many_fields_are_refused_in_words(client: Client) -> None:
    response = client.post("/accounts/login/", {f"f{number}": "" for number in range(2000)})
    assert response.status_code == 413


def test_a_foreign_host_is_refused(client: Client) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_a_form_without_its_token_shows_what_was_typed() -> None:
    strict = Client(enforce_csrf_checks=True)
    typed = {"body": LONG + "</textarea><script>alert(1)</script>", "title": "Short"}
    response = strict.post("/accounts/login/", typed, headers={"Origin": "http://testserver"})
    page = response.content.decode()
    assert response.status_code == 403
    assert LONG.strip() in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_other_sites_choose_nothing_that_is_shown(origin: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    headers = {"Origin": origin} if origin else {}
    response = strict.post("/accounts/login/", {"body": LONG}, headers=headers)
    assert response.status_code == 403
    assert LONG.strip() not in response.content.decode()


def test_a_password_is_never_shown_again() -> None:
    strict = Client(enforce_csrf_checks=True)
    typed = {"password": LONG, "new_password1": LONG}
    response = strict.post("/accounts/login/", typed, headers={"Origin": "http://testserver"})
    assert LONG.strip() not in response.content.decode()


def test_what_visitors_do_wrong_fills_no_log(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("django"), "handlers", [caplog.handler])
    client.post("/accounts/login/", {str(number): "" for number in range(1001)})
    client.post("/accounts/login/", {"username": "x" * (6 * 1024 * 1024)})
    client.get("/", headers={"host": "evil.example"})
    assert not caplog.records
