"""What several pages keep of one text, or of a post that is gone: nothing goes over newer text."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from posts import opened
from posts.models import Post
from posts.testing import make_draft, typed
from posts.tests.test_autosave import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(alice: User) -> str:
    return opened.new_key(alice)


def test_the_next_state_replaces_the_one_before(desk: Client, alice: User, key: str) -> None:
    send(desk, key)
    send(desk, key, version=2, body="Half a text")
    assert alice.autosaves.get().text("body") == "Half a text"


def test_an_earlier_state_that_comes_late_replaces_nothing(
    desk: Client, alice: User, key: str
) -> None:
    send(desk, key, version=2, body="Later")
    assert send(desk, key, version=1, body="Earlier").json()["version"] == 2
    assert alice.autosaves.get().text("body") == "Later"


def test_what_was_typed_on_while_an_answer_was_lost_is_stored_whatever_its_number(
    desk: Client, alice: User, key: str
) -> None:
    for version, body in ((1, "Half"), (1, "Half a"), (7, "Half a text")):
        answer = send(desk, key, version=version, body=body).json()
        assert (answer["state"], answer["key"]) == ("saved", key)
        assert alice.autosaves.get().text("body") == body


def test_who_takes_a_copy_up_may_need_several_sendings(desk: Client, alice: User, key: str) -> None:
    send(desk, key)
    answer = send(desk, key, tab="two", version=4, after=1, body="Further").json()
    assert (answer["key"], answer["version"]) == (key, 4)
    assert send(desk, key, tab="three", version=9, after=1, body="Beside").json()["key"] != key


def test_a_second_tab_with_the_same_key_gets_another_and_nothing_is_lost(
    desk: Client, alice: User, key: str
) -> None:
    send(desk, key, body="In the first")
    answer = send(desk, key, tab="two", body="In the second").json()
    assert answer["key"] != key
    assert {copy.text("body") for copy in alice.autosaves.all()} == {
        "In the first",
        "In the second",
    }


def test_who_takes_a_copy_up_goes_on_in_its_row(desk: Client, alice: User, key: str) -> None:
    send(desk, key)
    answer = send(desk, key, tab="two", version=2, body="Further").json()
    assert answer["key"] == key
    assert alice.autosaves.get().text("body") == "Further"


def test_the_key_of_another_post_is_not_taken_over(desk: Client, alice: User, key: str) -> None:
    one, two = make_draft(alice), make_draft(alice)
    send(desk, key, one, body="Of one")
    send(desk, key, two, version=2, body="Of two")
    assert one.autosaves.get().text("body") == "Of one"
    assert two.autosaves.get().text("body") == "Of two"


def test_saving_ends_the_copy_and_what_comes_late_does_not_bring_it_back(
    desk: Client, alice: User, key: str
) -> None:
    send(desk, key, body="First there were")
    desk.post(reverse("posts:new"), typed(key=key, tab="one", version=2))
    answer = send(desk, key, version=2, body="First there were *roses*.").json()
    assert answer["state"] == "renewed"
    assert answer["key"] != key
    assert not alice.autosaves.unsaved().exists()


def test_saving_in_one_tab_leaves_the_newer_text_of_another(
    desk: Client, alice: User, key: str
) -> None:
    send(desk, key, body="Taken up in both")
    send(desk, key, tab="two", version=2, after=1, body="Typed for an hour")
    desk.post(reverse("posts:new"), typed(key=key, tab="three", version=2, after=1))
    assert Post.objects.exists()
    assert alice.autosaves.unsaved().get().text("body") == "Typed for an hour"
    desk.post(reverse("posts:new"), typed(key=opened.new_key(alice), tab="two", version=3))
    assert not alice.autosaves.unsaved().exists()


@pytest.mark.parametrize("page", [{}, {"tab": "two", "version": 2, "after": 1}])
def test_saving_what_was_taken_up_leaves_nothing(
    desk: Client, alice: User, key: str, page: dict[str, Any]
) -> None:
    send(desk, key, tab="" if not page else "one")
    desk.post(reverse("posts:new"), typed(key=key, **page))
    assert not alice.autosaves.unsaved().exists()


@pytest.mark.django_db(transaction=True)
def test_a_post_deleted_for_good_meanwhile_is_gone_in_words(
    desk: Client, alice: User, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = make_draft(alice)
    monkeypatch.setattr("posts.views.autosave.own_post", lambda *_given: post)
    Post.objects.filter(pk=post.pk).delete()
    answer = send(desk, key, Post(pk=post.pk))
    assert (answer.status_code, answer.json()["state"]) == (404, "gone")


def test_a_text_outlives_its_post_as_one_of_a_new_post(
    client: Client, alice: User, bob: User
) -> None:
    post = make_draft(alice)
    post.add_author(bob)
    client.force_login(bob)
    send(client, opened.new_key(bob), post, started_from="1", body="An hour of Bob's")
    post.delete()
    copy = bob.autosaves.unsaved().get()
    form = client.get(copy.get_absolute_url()).context["form"]
    assert form["body"].value() == "An hour of Bob's"
    sent = typed(body=copy.text("body"), **{n: form[n].value() for n in ("key", "started_from")})
    client.post(reverse("posts:new"), sent | {"tab": "two", "version": 2, "after": 1})
    assert Post.objects.get().body == "An hour of Bob's"
    assert not bob.autosaves.unsaved().exists()
