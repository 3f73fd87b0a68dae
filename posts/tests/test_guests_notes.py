"""Notes of guests: people without an account who read a draft by a share link."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from posts.models import Note, Post
from posts.testing import count_queries, make_draft
from posts.tests.test_sharing_links import ATTACK, make_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(alice: User) -> Post:
    return make_draft(alice, title="Roses", body="First words.\n\nSecond words.")


def guests_note(address: str, **fields: str) -> Any:
    """Send a note as somebody without an account, who came by the link."""
    sent = {"number": "2", "name": "Charlie", "body": "Which words?"}
    return Client().post(f"{address}notes/", sent | fields)


def test_a_guest_leaves_a_note_for_the_authors(desk: Client, draft: Post) -> None:
    _link, address = make_link(draft, allows_notes=True)
    guests_note(address)
    for page in (
        desk.get(reverse("posts:notes", args=[draft.pk])),
        Client().get(f"{address}notes/"),
    ):
        assert "Which words?" in page.text
        assert "Charlie" in page.text
    assert Note.objects.get().excerpt == "Second words."


def test_guests_read_only_the_notes_of_their_link(draft: Post, alice: User) -> None:
    _link, address = make_link(draft, allows_notes=True)
    _other, elsewhere = make_link(draft, allows_notes=True)
    guests_note(address, body="Seen here")
    Note.objects.create(post=draft, number=1, digest="", body="Among ourselves", by=alice)
    page = Client().get(f"{elsewhere}notes/").text
    assert "Seen here" not in page
    assert "Among ourselves" not in page


def test_without_leave_there_are_no_notes(draft: Post) -> None:
    _link, address = make_link(draft)
    assert Client().get(f"{address}notes/").status_code == 404
    assert guests_note(address).status_code == 404
    assert not Note.objects.exists()


def test_what_fills_the_hidden_box_is_let_go(draft: Post) -> None:
    _link, address = make_link(draft, allows_notes=True)
    assert guests_note(address, website="https://example.org").status_code == 302
    assert not Note.objects.exists()


def test_many_notes_of_a_guest_are_refused_and_the_text_stays(draft: Post) -> None:
    _link, address = make_link(draft, allows_notes=True)
    for _ in range(10):
        guests_note(address)
    page = guests_note(address, body="One too many")
    assert "Please wait an hour" in page.text
    assert "One too many" in page.text
    assert Note.objects.count() == 10


@pytest.mark.parametrize("field", ["name", "body"])
def test_a_guests_words_are_text(desk: Client, draft: Post, field: str) -> None:
    _link, address = make_link(draft, allows_notes=True)
    guests_note(address, **{field: ATTACK})
    for page in (
        desk.get(reverse("posts:notes", args=[draft.pk])),
        Client().get(f"{address}notes/"),
    ):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


@pytest.mark.parametrize(
    "bad", [{"name": ""}, {"body": " "}, {"body": "x" * 5000}, {"number": "99999999999"}]
)
def test_a_bad_note_gets_a_sentence(draft: Post, bad: dict[str, str]) -> None:
    _link, address = make_link(draft, allows_notes=True)
    page = guests_note(address, **bad)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert not Note.objects.exists()


def test_the_page_costs_the_same_however_many_notes(draft: Post) -> None:
    link, address = make_link(draft, allows_notes=True)
    row = {"post": draft, "number": 1, "digest": "", "body": "Hm", "guest_name": "Charlie"}
    costs = []
    for _ in range(2):
        for _number in range(10):
            Note.objects.create(**row, share_link=link)
        costs.append(count_queries(Client(), f"{address}notes/"))
    assert costs[0] == costs[1]
