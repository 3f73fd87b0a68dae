"""A member's own settings: profile, address, sessions."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import User
from accounts.testing import PASSWORD, make_user

pytestmark = pytest.mark.django_db
SETTINGS, ADDRESS = "/accounts/settings/", "/accounts/settings/email/"
PROFILE = {"display_name": "Alice A.", "biography": "I *garden*.", "website": "example.org"}
PROFILE["time_zone"] = ""
Link = Callable[[], str]


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    """Return Alice's browser."""
    client.force_login(alice)
    return client


def test_it_saves_the_profile(signed_in: Client, alice: User) -> None:
    page = signed_in.post(SETTINGS, PROFILE, follow=True).content.decode()
    alice.refresh_from_db()
    assert (alice.display_name, alice.website) == ("Alice A.", "https://example.org")
    assert "<em>garden</em>" in alice.biography_html
    assert 'value="Alice A."' in page


def test_it_changes_nothing_else(signed_in: Client, alice: User) -> None:
    before = User.objects.values().get(pk=alice.pk)
    every = {field.name: "1" for field in User._meta.get_fields()}
    every |= {"groups": "6", "last_login": "", "username": "root", "email": "x@example.net"}
    assert signed_in.post(SETTINGS, {**every, **PROFILE}).status_code == 302
    after = User.objects.values().get(pk=alice.pk)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"display_name", "biography", "biography_html", "website"}
    assert [group.name for group in alice.groups.all()] == ["author"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", "x" * 81),
        ("display_name", "..."),
        ("biography", "x" * 2001),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://example.org"),
    ],
)
def test_it_shows_again_what_was_typed(signed_in: Client, field: str, value: str) -> None:
    response = signed_in.post(SETTINGS, {**PROFILE, field: value})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert value in response.content.decode()


def test_the_frame_shows_the_stored_name_beside_a_refused_one(signed_in: Client) -> None:
    response = signed_in.post(SETTINGS, {**PROFILE, "display_name": "Mallory", "website": "!"})
    assert response.context["user"].display_name == "Alice"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        (SETTINGS, "Settings: profile"),
        (ADDRESS, "Settings: e-mail"),
        ("/accounts/settings/password/", "Settings: password and sessions"),
    ],
)
def test_every_page_has_its_own_title(signed_in: Client, address: str, title: str) -> None:
    assert f"<title>{title} · " in signed_in.get(address).content.decode()


def test_a_preview_saves_nothing(signed_in: Client, alice: User) -> None:
    page = signed_in.post("/accounts/settings/preview/", PROFILE).content.decode()
    assert "<em>garden</em>" in page
    alice.refresh_from_db()
    assert alice.biography == ""


def test_a_suspended_person_cannot_change_the_profile(signed_in: Client, alice: User) -> None:
    alice.suspend(until=timezone.now() + timedelta(days=1))
    assert signed_in.get(SETTINGS).status_code == 200
    response = signed_in.post(SETTINGS, PROFILE)
    assert response.status_code == 403
    assert "paused your writing" in response.content.decode()
    alice.refresh_from_db()
    assert alice.biography == ""


def test_a_suspension_during_editing_stays(alice: User) -> None:
    from accounts.forms.settings import ProfileForm

    form = ProfileForm(PROFILE, instance=User.objects.get(pk=alice.pk))
    assert form.is_valid()
    alice.suspend(until=timezone.now() + timedelta(days=1))
    form.save()
    assert User.objects.get(pk=alice.pk).is_suspended


def test_strangers_are_sent_to_sign_in_and_back(client: Client) -> None:
    for path in (SETTINGS, ADDRESS):
        assert client.get(path).headers["Location"] == f"/accounts/login/?next={path}"
    assert client.post(SETTINGS, PROFILE).headers["Location"] == "/accounts/login/?next=/"


def ask(client: Client, email: str = "alice@example.net", password: str = PASSWORD) -> int:
    """Ask for another address and return the status."""
    return client.post(ADDRESS, {"email": email, "password": password}).status_code


def test_a_new_address_is_confirmed_by_letter(
    signed_in: Client, alice: User, last_link: Link
) -> None:
    ask(signed_in)
    asked, told = mail.outbox
    assert (asked.to, told.to) == (["alice@example.net"], ["alice@example.org"])
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    mail.outbox.pop()
    assert signed_in.get(last_link()).status_code == 200
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    signed_in.post(last_link())
    alice.refresh_from_db()
    assert alice.email == "alice@example.net"
    assert signed_in.post(last_link()).status_code == 404


def test_a_wrong_password_asks_for_nothing(signed_in: Client) -> None:
    assert ask(signed_in, password="wrong") == 200
    assert not mail.outbox
    assert [ask(signed_in, password="wrong") for _n in range(10)][-1] == 429


def test_a_taken_address_is_not_told(signed_in: Client) -> None:
    make_user("bob")
    assert ask(signed_in, "BOB@example.org") == 302
    assert "settings/email" not in str(mail.outbox[0].body)
    assert mail.outbox[0].to == ["BOB@example.org"]


def test_an_address_taken_meanwhile_gets_a_sentence(
    signed_in: Client, alice: User, last_link: Link
) -> None:
    ask(signed_in)
    mail.outbox.pop()
    make_user("bob", email="ALICE@example.net")
    response = signed_in.post(last_link())
    assert "Somebody else uses that address" in response.content.decode()


def test_the_link_is_for_one_member(signed_in: Client, last_link: Link) -> None:
    ask(signed_in)
    mail.outbox.pop()
    other = Client()
    other.force_login(make_user("bob"))
    assert other.post(last_link()).status_code == 404


def test_a_new_password_makes_the_link_worthless(
    signed_in: Client, alice: User, last_link: Link
) -> None:
    ask(signed_in)
    mail.outbox.pop()
    alice.set_password("another-horse-entirely")
    alice.save()
    signed_in.force_login(alice)
    assert signed_in.post(last_link()).status_code == 404


def test_it_signs_out_everywhere_else(signed_in: Client, alice: User) -> None:
    other = Client()
    other.force_login(alice)
    assert signed_in.post("/accounts/settings/sessions/").status_code == 302
    assert signed_in.get(SETTINGS).status_code == 200
    assert other.get(SETTINGS).status_code == 302


def test_letters_to_unproven_addresses_hold_no_free_text(signed_in: Client, alice: User) -> None:
    signed_in.post(SETTINGS, {**PROFILE, "display_name": "Buy at spam.example"})
    ask(signed_in)
    assert "spam.example" not in str(mail.outbox[0].body)


def picture(colour: str = "teal") -> SimpleUploadedFile:
    """Return a photograph as a phone sends it."""
    data = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "CANARY"
    Image.new("RGB", (400, 300), colour).save(data, "JPEG", exif=exif)
    return SimpleUploadedFile("me.jpg", data.getvalue(), "image/jpeg")


def test_a_picture_is_kept_without_its_metadata(signed_in: Client, alice: User) -> None:
    assert signed_in.post(SETTINGS, {**PROFILE, "picture_file": picture()}).status_code == 302
    alice.refresh_from_db()
    assert str(alice.picture.name).startswith("people/")
    with default_storage.open(str(alice.picture.name)) as stored:
        assert b"CANARY" not in stored.read()
    assert alice.picture.url in signed_in.get(SETTINGS).content.decode()


def test_a_picture_goes_when_nobody_shows_it(
    signed_in: Client, alice: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    kept = []
    sent: list[dict[str, Any]] = [{"picture_file": picture(name)} for name in ("teal", "navy")]
    for data in [*sent, {"remove_picture": "on"}]:
        with django_capture_on_commit_callbacks(execute=True):
            signed_in.post(SETTINGS, {**PROFILE, **data})
        alice.refresh_from_db()
        kept.append(str(alice.picture.name))
        if len(kept) == 1:
            make_user("bob", picture=kept[0])
    shared, own, none = kept
    assert none == ""
    assert default_storage.exists(shared)
    assert not default_storage.exists(own)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff" * 99]
)
def test_what_is_no_picture_gets_a_sentence(signed_in: Client, alice: User, data: bytes) -> None:
    file = SimpleUploadedFile("me.jpg", data, "image/jpeg")
    response = signed_in.post(SETTINGS, {**PROFILE, "picture_file": file})
    assert response.context["form"].errors["picture_file"]
    assert 'value="Alice A."' in response.content.decode()
    alice.refresh_from_db()
    assert not alice.picture


def test_a_picture_too_large_is_refused_unread(signed_in: Client) -> None:
    with patch("accounts.forms.settings.PICTURE_BYTES", 10):
        response = signed_in.post(SETTINGS, {**PROFILE, "picture_file": picture()})
    assert "larger than" in response.context["form"].errors["picture_file"][0]


def test_it_saves_the_time_zone(signed_in: Client, alice: User) -> None:
    signed_in.post(SETTINGS, {**PROFILE, "time_zone": "Europe/Madrid"})
    alice.refresh_from_db()
    assert alice.time_zone == "Europe/Madrid"
    assert '<option value="Europe/Madrid" selected>' in signed_in.get(SETTINGS).text


def test_it_refuses_a_zone_that_is_none(signed_in: Client, alice: User) -> None:
    page = signed_in.post(SETTINGS, {**PROFILE, "time_zone": "Mars/Olympus"})
    assert page.context["form"].errors["time_zone"]
