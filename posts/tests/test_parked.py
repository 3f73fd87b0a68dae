"""What comes too late to be saved is kept for who opened the editor, and for nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.testing import PASSWORD
from posts import opened
from posts.models import Autosave, Post
from posts.querysets.autosave import Page
from posts.testing import make_draft, typed

pytestmark = pytest.mark.django_db
SITE = {"Origin": "http://testserver"}


@pytest.fixture
def post(alice: User) -> Post:
    return make_draft(alice, body="Stored")


@pytest.fixture
def sent(alice: User, post: Post) -> dict[str, Any]:
    """Return what Alice's editor sends for the post."""
    return typed(post, body="Typed <b>meanwhile", tags="Birds", key=opened.new_key(alice))


def test_after_signing_in_again_the_text_is_in_the_editor(
    client: Client, alice: User, post: Post, sent: dict[str, Any]
) -> None:
    page = client.post(reverse("posts:edit", args=[post.pk]), sent)
    assert page.status_code == 403
    assert "Typed &lt;b&gt;meanwhile" in page.text
    copy = alice.autosaves.get()
    login = f"{reverse('accounts:login')}?next=%2Fwrite%2F{post.pk}%2F%3Fcopy%3D{copy.pk}"
    assert login in page.text
    answer = client.post(login, {"username": "alice", "password": PASSWORD})
    editor = client.get(answer["Location"])
    form = editor.context["form"]
    assert (form["body"].value(), form["tags"].value()) == ("Typed <b>meanwhile", "Birds")
    assert form["key"].value() == sent["key"]
    assert Post.objects.get().body == "Stored"


def test_saving_it_then_leaves_nothing_behind(
    desk: Client, alice: User, post: Post, sent: dict[str, Any]
) -> None:
    Client().post(reverse("posts:edit", args=[post.pk]), sent)
    desk.post(reverse("posts:edit", args=[post.pk]), sent)
    assert Post.objects.get().body == "Typed <b>meanwhile"
    assert not alice.autosaves.unsaved().exists()


@pytest.mark.parametrize("page", ["posts:new", "posts:new_preview"])
def test_a_new_posts_text_comes_back_in_the_editor_of_a_new_post(
    client: Client, alice: User, page: str
) -> None:
    client.post(reverse(page), typed(key=opened.new_key(alice)))
    copy = alice.autosaves.get()
    assert copy.get_absolute_url() == f"/write/new/?copy={copy.pk}"


def test_a_title_alone_is_kept_too(client: Client, alice: User) -> None:
    client.post(reverse("posts:new"), typed(key=opened.new_key(alice), body=""))
    assert alice.autosaves.get().title == "A walk in the garden"


def test_a_form_without_its_token_is_kept(alice: User, post: Post, sent: dict[str, Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = client.post(reverse("posts:edit", args=[post.pk]), sent, headers=SITE)
    assert page.status_code == 403
    assert alice.autosaves.get().get_absolute_url() in page.text
    assert "Go on writing" in page.text


def test_without_token_and_session_the_way_on_is_to_sign_in(
    alice: User, post: Post, sent: dict[str, Any]
) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post(reverse("posts:edit", args=[post.pk]), sent, headers=SITE)
    back = f"%2Fwrite%2F{post.pk}%2F%3Fcopy%3D{alice.autosaves.get().pk}"
    way = f'btn-primary" href="{reverse("accounts:login")}?next={back}">Sign in and go on writing'
    assert way in page.text
    assert "Go back, reload the page" not in page.text
    assert "To the newest posts" not in page.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_another_site_plants_nothing(
    alice: User, post: Post, sent: dict[str, Any], origin: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    client.post(reverse("posts:edit", args=[post.pk]), sent, headers={"Origin": origin})
    assert not Autosave.objects.exists()


@pytest.mark.parametrize("key", ["", "1", "1-1-1-1", "x" * 5000, "\0", "-" * 50])
def test_without_the_key_of_an_editor_nothing_is_kept(
    client: Client, post: Post, sent: dict[str, Any], key: str
) -> None:
    page = client.post(reverse("posts:edit", args=[post.pk]), sent | {"key": key})
    assert "Typed" in page.text
    assert not Autosave.objects.exists()


def test_a_key_ends_with_the_password_and_with_its_seal(alice: User) -> None:
    key = opened.new_key(alice)
    assert opened.opener(key) == alice
    assert opened.opener(f"{key[:-1]}{'0' if key[-1] != '0' else '1'}") is None
    alice.set_password("another horse battery")
    alice.save()
    assert opened.opener(key) is None


def test_a_key_ends_by_time(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    key = opened.new_key(alice)
    now = timezone.now().timestamp()
    monkeypatch.setattr("posts.opened.time.time", lambda: now + 61 * 86400)
    assert opened.opener(key) is None


def test_whoever_signs_in_instead_finds_nothing_of_it(
    client: Client, bob: User, post: Post, sent: dict[str, Any]
) -> None:
    client.post(reverse("posts:edit", args=[post.pk]), sent)
    copy = Autosave.objects.get()
    client.force_login(bob)
    page = client.get(copy.get_absolute_url())
    assert page.status_code == 200
    assert "meanwhile" not in page.text
    assert client.get(reverse("posts:unsaved", args=[copy.pk])).status_code == 404


def test_it_goes_over_nothing_that_is_there(
    client: Client, alice: User, post: Post, sent: dict[str, Any]
) -> None:
    fields = {"body": ["Typed on another machine"]}
    Autosave.objects.keep(alice, post, fields, key=sent["key"], page=Page("a", 9))
    client.post(reverse("posts:edit", args=[post.pk]), sent)
    texts = {copy.text("body") for copy in alice.autosaves.all()}
    assert texts == {"Typed on another machine", "Typed <b>meanwhile"}


def test_what_was_written_on_after_saving_is_kept(
    client: Client, alice: User, post: Post, sent: dict[str, Any]
) -> None:
    Autosave.objects.finished(alice, sent["key"])
    client.post(reverse("posts:edit", args=[post.pk]), sent)
    assert alice.autosaves.unsaved().get().text("body") == "Typed <b>meanwhile"


def test_the_text_of_a_binned_post_becomes_one_of_a_new_post(
    desk: Client, alice: User, post: Post, sent: dict[str, Any]
) -> None:
    post.bin()
    page = desk.post(reverse("posts:edit", args=[post.pk]), sent)
    copy = alice.autosaves.get()
    assert (page.status_code, copy.post) == (404, None)
    assert copy.get_absolute_url() in page.text


def test_the_suspended_find_it_when_they_are_back(
    desk: Client, alice: User, post: Post, sent: dict[str, Any]
) -> None:
    alice.suspend(until=timezone.now() + timedelta(days=1))
    page = desk.post(reverse("posts:edit", args=[post.pk]), sent)
    assert "Your text is kept" in page.text
    assert alice.autosaves.get().post == post


def test_one_network_keeps_only_so_many(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posts.parking.FROM_NETWORK", 2)
    for number in range(4):
        client.post(reverse("posts:new"), typed(key=opened.new_key(alice), body=f"{number}"))
    assert alice.autosaves.count() == 2


def test_nothing_is_kept_while_writes_are_held(
    client: Client, alice: User, site_settings: Any
) -> None:
    site_settings(writes_held=True)
    page = client.post(reverse("posts:new"), typed(key=opened.new_key(alice)), headers=SITE)
    assert page.status_code == 503
    assert not Autosave.objects.exists()
