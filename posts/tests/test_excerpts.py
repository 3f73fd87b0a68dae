"""The words that stand in for a summary that nobody wrote."""

import pytest
from django.test import Client

from accounts.models import User
from posts.entries import excerpt
from posts.models import Post
from posts.testing import make_post

pytestmark = pytest.mark.django_db
TABLE = "| who | age |\n|---|---|\n| Anna | 10 |\n| Bert | 20 |\n"
LONG = "The original version of this story was told at length. " * 12


def opening_of(alice: User, body: str, length: int = 280) -> str:
    made = make_post(alice, body=body, summary="")
    return excerpt(Post.objects.for_list().get(pk=made.pk), length)


@pytest.mark.parametrize(
    "after", [TABLE, "> quote here", "- a\n- b", "## The end", "https://example.org/a", "Yours, Al"]
)
def test_what_is_no_sentence_never_runs_into_one(alice: User, after: str) -> None:
    assert opening_of(alice, f"Intro sentence.\n\n{after}\n") == "Intro sentence."


def test_a_heading_never_runs_into_the_text_cut_off_below_it(alice: User) -> None:
    for length in (160, 280):
        shown = opening_of(alice, f"## Author's note\n\n{LONG}", length)
        assert shown.startswith("The original version")
        assert shown.endswith("…")


def test_a_last_line_that_was_cut_off_is_kept(alice: User) -> None:
    shown = opening_of(alice, f"Short.\n\n{'a word and ' * 60}")
    assert shown.startswith("Short. a word and a word")


def test_quotations_close_in_german_too(alice: User) -> None:
    body = "„So war es.“\n\n»Und so.«\n\n- mehr"
    assert opening_of(alice, body) == "„So war es.“ »Und so.«"


def test_a_text_without_sentences_is_kept(alice: User) -> None:
    assert opening_of(alice, "- peas\n- corn\n\nhttps://example.org/b") == "peas corn"
    assert opening_of(alice, "One line") == "One line"
    assert opening_of(alice, "- pea\n" * 200).startswith("pea pea pea")


def test_bare_addresses_are_nobodys_summary(alice: User, client: Client) -> None:
    body = "https://example.org/a?b=c.\n\nhttps://example.org/b"
    assert opening_of(alice, body) == ""
    assert opening_of(alice, f"{body}\n\nSee these.") == "See these."
    assert "https://example.org" not in client.get("/").content.decode()
    assert client.get("/feed/").status_code == client.get("/feed/rss/").status_code == 200


def test_a_card_shows_the_same_words(alice: User, client: Client) -> None:
    other = make_post(alice, summary="", body=f"## Author's note\n\n{LONG}")
    post = make_post(alice, body=f"http://127.0.0.1:8000{other.get_absolute_url()}")
    page = client.get(post.get_absolute_url()).content.decode()
    assert '<span dir="auto">The original version' in page
