"""What is typed is kept beside the post, bounded, the person's own, and never over newer text."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts import opened
from posts.models import Autosave, Post
from posts.querysets import autosave as bounds
from posts.testing import make_draft, make_post, typed

pytestmark = pytest.mark.django_db
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def key(alice: User) -> str:
    return opened.new_key(alice)


def send(client: Client, key: str, post: Any = None, **fields: Any) -> Any:
    name, args = ("posts:autosave", [post.pk]) if post else ("posts:new_autosave", [])
    sent = {"key": key, "tab": "one", "version": 1, "title": "", "body": "Half a"} | fields
    return client.post(reverse(name, args=args), sent)


def test_half_a_form_is_kept_beside_the_post(desk: Client, alice: User, key: str) -> None:
    post = make_post(alice, body="Stored")
    answer = send(desk, key, post, canonical_url="not an address").json()
    copy = alice.autosaves.get()
    assert (answer["state"], answer["version"]) == ("saved", 1)
    assert answer["text"] == f"Saved {timezone.localtime(copy.saved_at):%H:%M}"
    assert copy.fields["canonical_url"] == ["not an address"]
    assert Post.objects.get().body == "Stored"
    assert not post.revisions.filter(snapshot__body="Half a").exists()


def test_only_the_forms_own_fields_are_kept(desk: Client, alice: User, key: str) -> None:
    many = {f"field{n}": "x" for n in range(900)}
    send(desk, key, csrfmiddlewaretoken="x", author="9", **many)
    assert alice.autosaves.get().fields == {"title": [""], "body": ["Half a"]}


def test_ten_thousand_fields_are_refused(desk: Client, alice: User, key: str) -> None:
    answer = send(desk, key, **{f"field{n}": "x" for n in range(10_000)})
    assert answer.status_code == 413
    assert not alice.autosaves.exists()


def test_a_million_characters_are_kept_and_one_more_is_refused_in_words(
    desk: Client, alice: User, key: str
) -> None:
    assert send(desk, key, body="ü" * 1_000_000).json()["state"] == "saved"
    answer = send(desk, key, version=2, body="ü" * 1_000_001)
    assert (answer.status_code, answer.json()["state"]) == (413, "too-long")
    assert "million" in answer.json()["text"]
    assert len(alice.autosaves.get().text("body")) == 1_000_000


def test_a_nul_is_cleaned_away(desk: Client, alice: User, key: str) -> None:
    send(desk, f"{key[:-1]}\0", tab="a\0", body="one\0two")
    assert alice.autosaves.get().text("body") == "onetwo"


@pytest.mark.parametrize("version", ["-1", "x", "²", "9" * 400, "", "1e9"])
def test_an_odd_version_breaks_nothing(desk: Client, key: str, version: str) -> None:
    for _time in range(2):
        assert send(desk, key, version=version).status_code == 200


def test_somebody_elses_key_is_refused(client: Client, alice: User, bob: User, key: str) -> None:
    client.force_login(bob)
    answer = send(client, key)
    assert (answer.status_code, answer.json()["state"]) == (403, "other")
    assert not Autosave.objects.exists()


def test_strangers_and_others_learn_nothing(client: Client, alice: User, key: str) -> None:
    post = make_draft(alice)
    assert send(client, key, post).json() == send(client, key, Post(pk=99)).json()
    client.force_login(make_user("charlie"))
    own = opened.new_key(User.objects.get(username="charlie"))
    there, nowhere = send(client, own, post), send(client, own, Post(pk=99))
    assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content)
    assert there.status_code == 404
    assert not Autosave.objects.exists()


def test_the_suspended_read_why_nothing_is_kept(desk: Client, alice: User, key: str) -> None:
    alice.suspend(until=timezone.now() + timedelta(days=1))
    answer = send(desk, key)
    assert (answer.status_code, answer.json()["state"]) == (403, "suspended")


def test_readers_have_no_such_thing(charlies: Client, charlie: User) -> None:
    assert send(charlies, opened.new_key(charlie)).status_code == 404


def test_more_texts_than_one_may_have_are_refused_and_the_newest_stays_in_the_browser(
    desk: Client, alice: User, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "AT_MOST", 2)
    for _text in range(2):
        send(desk, opened.new_key(alice))
    answer = send(desk, key)
    assert (answer.status_code, answer.json()["state"]) == (409, "too-many")
    assert alice.autosaves.count() == 2


def test_larger_texts_than_one_may_have_are_refused(
    desk: Client, alice: User, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "BYTES", 1000)
    assert send(desk, key, body="a" * 900).json()["state"] == "saved"
    assert send(desk, key, version=2, body="a" * 1000).json()["state"] == "too-many"
    assert send(desk, opened.new_key(alice), body="a" * 200).json()["state"] == "too-many"


def test_who_sends_without_end_is_asked_to_wait(
    desk: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posts.views.autosave.SAVES", 2)
    answers = [send(desk, key, version=n, body=f"{n}").status_code for n in (1, 2, 3)]
    assert answers == [200, 200, 429]


def test_a_form_that_comes_back_with_a_sentence_is_kept_and_goes_on_in_its_row(
    desk: Client, alice: User, key: str
) -> None:
    send(desk, key)
    sent = typed(key=key, title="", body="Half a text", tab="one", version=2)
    page = desk.post(reverse("posts:new"), sent)
    assert alice.autosaves.get().text("body") == "Half a text"
    assert 'data-version="2"' in page.text
    assert send(desk, key, tab="two", version=3, body="Half a text more").json()["key"] == key


def test_a_form_that_comes_back_without_scripts_is_kept(
    desk: Client, alice: User, key: str
) -> None:
    desk.post(reverse("posts:new"), typed(key=key, title=""))
    assert alice.autosaves.get().text("body") == "First there were *roses*."


@pytest.mark.parametrize("odd", ["", "x", "0123456789abcdef0123456789abcdef", "-" * 99])
def test_an_editor_without_a_key_of_ours_keeps_its_text_too(
    desk: Client, alice: User, odd: str
) -> None:
    assert send(desk, odd).json()["state"] == "saved"
    assert alice.autosaves.get().key


def test_while_writes_are_held_the_script_gets_a_sentence(
    desk: Client, key: str, site_settings: Any
) -> None:
    site_settings(writes_held=True)
    answer = desk.post(reverse("posts:new_autosave"), {"key": key}, headers=SCRIPT)
    assert (answer.status_code, answer.json()["state"]) == (503, "held")


def test_without_its_token_the_script_gets_a_sentence(alice: User, key: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post(reverse("posts:new_autosave"), {"key": key}, headers=SCRIPT)
    assert (answer.status_code, answer.json()["state"]) == (403, "stale")
    client.logout()
    answer = client.post(reverse("posts:new_autosave"), {"key": key}, headers=SCRIPT)
    assert "signed out" in answer.json()["text"]


def test_it_needs_the_sites_own_token(alice: User, key: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert send(client, key).status_code == 403
    assert not Autosave.objects.exists()


def test_housekeeping_deletes_what_nobody_wants_any_more(alice: User) -> None:
    now, post = timezone.now(), make_draft(alice)
    old = now - timedelta(days=91)
    kept = [
        Autosave(post=None, saved_at=old),
        Autosave(post=post, saved_at=now),
        Autosave(post=post, dropped_at=now),
        Autosave(finished_at=now),
    ]
    gone = [
        Autosave(post=post, saved_at=old),
        Autosave(dropped_at=now - timedelta(days=2)),
        Autosave(finished_at=old),
    ]
    for number, row in enumerate(kept + gone):
        row.person, row.key = alice, str(number)
        row.save()
    assert Autosave.objects.purge() == len(gone)
    assert {row.pk for row in kept} == set(Autosave.objects.values_list("pk", flat=True))


def test_editors_keep_their_own_texts_of_somebody_elses_post(client: Client, alice: User) -> None:
    bob = make_user("bob", Role.EDITOR)
    post = make_draft(alice)
    client.force_login(bob)
    assert send(client, opened.new_key(bob), post).json()["state"] == "saved"
    assert post.autosaves.get().person == bob
