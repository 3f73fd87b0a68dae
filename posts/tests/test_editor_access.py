from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.models import Post
from posts.testing import make_draft, make_post, make_series, typed

pytestmark = pytest.mark.django_db


def edit(client: Client, post: Post, **fields: Any) -> Any:
    return client.post(reverse("posts:edit", args=[post.pk]), typed(post, **fields))


@pytest.mark.parametrize("role", [None, Role.READER, Role.AUTHOR, Role.MODERATOR])
def test_others_find_no_editor(client: Client, alice: User, role: Role | None) -> None:
    post = make_draft(alice)
    if role:
        client.force_login(make_user("charlie", role=role))
    address = reverse("posts:edit", args=[post.pk])
    assert client.get(address).status_code == (404 if role else 302)
    client.post(address, typed(post, title="Charlie was here"))
    assert Post.objects.get().title == post.title


def test_editors_edit_everybodys_posts(client: Client, alice: User) -> None:
    post = make_draft(alice)
    client.force_login(make_user("bob", role=Role.EDITOR))
    edit(client, post, title="Better")
    stored = Post.objects.get()
    assert (stored.title, stored.author) == ("Better", alice)


def test_contributors_change_only_what_was_never_published(client: Client) -> None:
    bob = make_user("bob", role=Role.CONTRIBUTOR)
    client.force_login(bob)
    draft, live = make_draft(bob), make_post(bob, body="Looked at")
    assert edit(client, draft, body="New").status_code == 302
    assert edit(client, live, body="New").status_code == 404
    assert Post.objects.get(pk=live.pk).body == "Looked at"


@pytest.mark.parametrize("method", ["get", "post"])
def test_suspended_people_read_why_they_cannot_write(
    client: Client, alice: User, method: str
) -> None:
    post = make_draft(alice)
    alice.suspend(until=timezone.now() + timedelta(days=1))
    client.force_login(alice)
    response = getattr(client, method)(reverse("posts:edit", args=[post.pk]), typed(post))
    assert response.status_code == 403
    assert ("suspended" if method == "post" else "Your account") in response.text


def test_a_text_sent_after_signing_out_is_shown_to_be_copied(client: Client, alice: User) -> None:
    response = client.post(
        reverse("posts:edit", args=[make_draft(alice).pk]), {"title": "T", "body": "Typed <b>"}
    )
    assert response.status_code == 403
    assert "Typed &lt;b&gt;" in response.text


@pytest.mark.parametrize("name", ["description", "reason"])
def test_any_long_text_sent_after_signing_out_is_shown(
    client: Client, alice: User, name: str
) -> None:
    text = "Typed & long. " * 10
    series, draft = make_series(alice), make_draft(alice)
    page = ("series_edit", series) if name == "description" else ("publication", draft)
    address = reverse(f"posts:{page[0]}", args=[page[1].pk])
    response = client.post(address, {name: text})
    assert response.status_code == 403
    assert "Typed &amp; long." in response.text
    assert f"{reverse('accounts:login')}?next={quote(address, safe='')}" in response.text
    assert client.post(address, {name: "x"}).status_code == 302


def test_a_text_for_a_post_in_the_bin_is_shown_to_be_copied(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    sent = typed(post, body="Typed meanwhile")
    post.bin()
    response = desk.post(reverse("posts:edit", args=[post.pk]), sent)
    assert response.status_code == 404
    assert "Typed meanwhile" in response.text


@pytest.mark.parametrize("cover", ["²", "9" * 5000, "x", "-1", "1.5"])
def test_a_cover_that_is_no_number_is_refused_in_words(
    client: Client, alice: User, cover: str
) -> None:
    client.force_login(alice)
    answer = client.post(reverse("posts:new"), typed(cover=cover))
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()
