"""An unsaved text is offered above the editor: compared, used, dropped, and had back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from posts import opened
from posts.models import Autosave, Post
from posts.testing import make_draft, typed

pytestmark = pytest.mark.django_db


def make_copy(person: User, post: Post | None = None, **fields: Any) -> Autosave:
    """Return what the person typed into an editor and did not save."""
    sent = {"title": "Half", "body": "Half a text"} | fields
    lists = {name: [value] for name, value in sent.items()}
    return Autosave.objects.keep(person, post, lists, key=opened.new_key(person))


def editor(desk: Client, post: Post | None = None, **asked: Any) -> Any:
    page = reverse("posts:edit", args=[post.pk]) if post else reverse("posts:new")
    return desk.get(page, asked)


def test_the_editor_offers_it_and_shows_what_is_stored(desk: Client, alice: User) -> None:
    post = make_draft(alice, body="Stored")
    copy = make_copy(alice, post)
    page = editor(desk, post)
    assert copy.get_absolute_url() in page.text
    assert page.context["form"]["body"].value() == "Stored"


def test_what_is_the_same_as_stored_is_not_offered(desk: Client, alice: User) -> None:
    post = make_draft(alice, title="Roses", body="One\nTwo", tags=["Birds"])
    make_copy(alice, post, title="Roses", body="One\r\nTwo", tags="Birds", started_from="9")
    assert editor(desk, post).context["copies"] == []


def test_used_it_fills_the_form_and_goes_over_no_post(desk: Client, alice: User) -> None:
    post = make_draft(alice, body="Stored", has_math=True)
    copy = make_copy(alice, post, body="Typed", tags="Birds, Bees", cover="x", series="y")
    form = editor(desk, post, copy=copy.pk).context["form"]
    names = ("body", "tags", "key", "has_math")
    assert [form[name].value() for name in names] == ["Typed", "Birds, Bees", copy.key, False]
    assert Post.objects.get().body == "Stored"


@pytest.mark.parametrize("asked", ["²", "-1", "9" * 30, "x", "99", ""])
def test_asking_for_what_is_not_there_opens_what_is_stored(
    desk: Client, alice: User, asked: str
) -> None:
    post = make_draft(alice, body="Stored")
    assert editor(desk, post, copy=asked).context["form"]["body"].value() == "Stored"


def test_saving_what_was_used_leaves_nothing_to_offer(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    copy = make_copy(alice, post)
    desk.post(reverse("posts:edit", args=[post.pk]), typed(post, body="Whole", key=copy.key))
    page = editor(desk, post)
    assert page.context["copies"] == []
    assert copy.key in page.context["finished"]


def test_a_new_posts_text_is_offered_where_new_posts_begin(desk: Client, alice: User) -> None:
    copy = make_copy(alice, title="Garlic in autumn")
    for page in (reverse("posts:new"), reverse("posts:write")):
        assert "Garlic in autumn" in desk.get(page).text
    assert editor(desk, copy=copy.pk).context["form"]["title"].value() == "Garlic in autumn"


def test_compared_it_stands_beside_what_is_stored(desk: Client, alice: User) -> None:
    post = make_draft(alice, body="Stored <i>words", visibility="public")
    copy = make_copy(alice, post, body="Typed <b>words", visibility="members")
    page = desk.get(reverse("posts:unsaved", args=[copy.pk])).text
    assert "&lt;i&gt;" in page
    assert "&lt;b&gt;" in page
    assert "Members: people who are signed in" in page


def test_dropped_it_is_offered_no_more_and_can_be_had_back(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    copy = make_copy(alice, post)
    page = desk.post(reverse("posts:unsaved_deletion", args=[copy.pk]), follow=True)
    assert page.context["copies"] == []
    back = reverse("posts:unsaved_restoration", args=[copy.pk])
    assert back in page.text
    page = desk.post(back, follow=True)
    assert page.context["form"]["body"].value() == "Half a text"


def test_dropped_from_the_list_of_posts_it_leads_back_there(desk: Client, alice: User) -> None:
    copy, write = make_copy(alice), reverse("posts:write")
    answer = desk.post(reverse("posts:unsaved_deletion", args=[copy.pk]), {"next": write})
    assert answer["Location"] == f"{write}?dropped={copy.pk}"
    assert reverse("posts:unsaved_restoration", args=[copy.pk]) in desk.get(answer["Location"]).text


@pytest.mark.parametrize("name", ["unsaved", "unsaved_deletion", "unsaved_restoration"])
def test_nobody_else_finds_it(client: Client, alice: User, bob: User, name: str) -> None:
    copy = make_copy(alice, make_draft(alice))
    client.force_login(bob)
    ask = client.get if name == "unsaved" else client.post
    assert ask(reverse(f"posts:{name}", args=[copy.pk])).status_code == 404
    assert editor(client, copy.post, copy=copy.pk).context["copies"] == []


def test_the_text_of_a_post_out_of_reach_is_one_of_a_new_post(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    copy = make_copy(alice, post, title="Out of reach")
    post.bin()
    page = editor(desk, copy=copy.pk)
    assert page.context["form"]["title"].value() == "Out of reach"
    assert desk.get(reverse("posts:unsaved", args=[copy.pk])).status_code == 200


def test_two_are_listed_at_once_and_the_others_behind_a_word(desk: Client, alice: User) -> None:
    for number in range(3):
        make_copy(alice, title=f"Half {number}")
    shown, behind = desk.get(reverse("posts:write")).text.split("<summary>More</summary>")
    assert shown.count('<li class="unsaved">') == 2
    assert behind.count('<li class="unsaved">') == 1
