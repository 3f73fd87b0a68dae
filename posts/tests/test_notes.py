"""Notes on the paragraphs of a post."""

from unittest.mock import patch

import pytest
from django.db import IntegrityError
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from blogsite.lib.markdown import Kind, render
from posts import paragraphs as module
from posts.models import Note, PendingChange, Post, Revision
from posts.paragraphs import paragraphs, place, split
from posts.proofs import blocks, proof
from posts.snapshot import take
from posts.testing import count_queries, make_draft, make_post

pytestmark = pytest.mark.django_db
MARKDOWN = ["# A", "- a\n  - b", "> c\n> d", "```\n<p>\n```", "![e](f.png)", "$x < 1$", "<p>g"]
MARKDOWN += ["| a | b |\n|---|---|\n| c | d |", "h[^1]\n\n[^1]: i", "<details><p>j</details>"]
MARKDOWN += ['"<b', "---"]
BODY = (
    "## A heading\n\nThe *roses* bloom in June.\n\n- one\n- two\n\n> [!NOTE]\n> Mind the <thorns>."
)


def address(post: Post) -> str:
    return reverse("posts:notes", args=[post.pk])


def make_note(post: Post, by: User, number: int = 2, body: str = "In July, surely") -> Note:
    """Return a note on that paragraph of the post."""
    block = blocks(post)[number - 1]
    anchor = {"number": number, "digest": block.digest, "excerpt": block.excerpt}
    return Note.objects.create(post=post, by=by, body=body, **anchor)


def send(client: Client, post: Post, number: int = 2, **fields: str) -> HttpResponse:
    sent = {"number": str(number), "body": "In July, surely"} | fields
    return client.post(address(post), sent)  # type: ignore[return-value]


@pytest.fixture
def draft(alice: User) -> Post:
    return make_draft(alice, title="Roses", body=BODY)


def rewrite(post: Post, body: str) -> Post:
    post.body = body
    post.save()
    return post


def where(post: Post) -> list[tuple[int, bool]]:
    """Return the number of the paragraph that each note is shown at, and whether that changed."""
    parts = blocks(post)
    place(parts, post.notes.all())
    return [(part.number, one.has_changed) for part in parts for one in part.notes]


def test_a_text_comes_apart_into_its_blocks(draft: Post) -> None:
    parts = paragraphs(draft.html, draft.html)
    assert "".join(part.source for part in parts) == draft.html.rstrip()
    texts = [part.text for part in parts]
    assert texts[1:3] == ["The roses bloom in June.", "one two"]
    assert len(texts) == 4


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ("", 0),
        ("<p>a<br>b</p><hr><p>c</p>", 2),
        ('<p><img src="a" alt="1 > 0 </p>"></p><p>c</p>', 2),
        ("<div><p>a</p></div></div><p>b</p>", 3),
        ("<p>open", 1),
        ("<p><math><mspace/><mi>x</mi></math></p><p>a &lt;p&gt; b</p>", 2),
    ],
)
def test_whatever_the_html_nothing_of_it_is_lost(html: str, count: int) -> None:
    assert "".join(split(html)) == html
    assert len(split(html)) == count


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(MARKDOWN) | st.text(max_size=20), max_size=8))
def test_of_no_rendered_text_anything_is_lost(pieces: list[str]) -> None:
    html = render("\n\n".join(pieces), Kind.POST, has_math=True).html
    assert "".join(split(html)).strip() == html.strip()
    assert all(part.count("<p>") == part.count("</p>") for part in split(html))


def test_an_editor_notes_and_the_author_reads(desk: Client, draft: Post, bob: User) -> None:
    client = Client()
    client.force_login(bob)
    answer = send(client, draft)
    note = Note.objects.get()
    assert answer.headers["Location"] == f"{address(draft)}#note-{note.pk}"
    page = desk.get(address(draft)).text
    assert "In July, surely" in page
    assert "Bob" in page


def test_a_note_follows_its_paragraph(draft: Post, bob: User) -> None:
    make_note(draft, bob)
    rewrite(draft, f"A new beginning.\n\nAnother.\n\n{BODY}")
    assert where(draft) == [(4, False)]


def test_a_changed_paragraph_keeps_its_note_and_says_so(
    desk: Client, draft: Post, bob: User
) -> None:
    make_note(draft, bob)
    rewrite(draft, BODY.replace("in June", "in July here"))
    assert where(draft) == [(2, True)]
    assert "The paragraph has changed since" in desk.get(address(draft)).text


def test_a_note_on_what_is_gone_stays_readable(desk: Client, draft: Post, bob: User) -> None:
    make_note(draft, bob)
    rewrite(draft, "Something else entirely.")
    page = desk.get(address(draft)).text
    assert where(draft) == []
    assert "This paragraph has changed or is gone" in page
    assert "The roses bloom in June" in page
    assert "In July, surely" in page


def test_of_two_equal_paragraphs_the_nearer_is_meant(draft: Post, bob: User) -> None:
    rewrite(draft, "Same.\n\nOther.\n\nSame.")
    make_note(draft, bob, number=3)
    assert where(draft) == [(3, False)]


def test_a_note_sent_from_an_old_page_finds_its_paragraph(desk: Client, draft: Post) -> None:
    digest = blocks(draft)[1].digest
    rewrite(draft, f"A new beginning.\n\n{BODY}")
    send(desk, draft, number=2, digest=digest)
    assert Note.objects.get().number == 3


def test_a_note_on_no_paragraph_is_not_lost(desk: Client, draft: Post) -> None:
    page = send(desk, draft, number=77)
    assert "That paragraph is gone" in page.text
    assert "In July, surely" in page.text
    assert not Note.objects.exists()


def test_resolving_can_be_undone(desk: Client, draft: Post, alice: User, bob: User) -> None:
    note = make_note(draft, bob)
    desk.post(reverse("posts:note_resolution", args=[draft.pk, note.pk]))
    note.refresh_from_db()
    assert (note.resolved_by, note.resolved_at is None) == (alice, False)
    assert "Reopen" in desk.get(address(draft)).text
    desk.post(reverse("posts:note_reopening", args=[draft.pk, note.pk]))
    note.refresh_from_db()
    assert (note.resolved_by, note.resolved_at) == (None, None)


def test_one_deletes_ones_own_and_nobody_elses(desk: Client, draft: Post, bob: User) -> None:
    note = make_note(draft, bob)
    gone = reverse("posts:note_deletion", args=[draft.pk, note.pk])
    assert "Only who wrote a note" in desk.post(gone, follow=True).text
    client = Client()
    client.force_login(bob)
    client.post(gone)
    assert not Note.objects.exists()


def test_strangers_and_readers_find_nothing(charlies: Client, draft: Post, bob: User) -> None:
    note = make_note(draft, bob)
    assert charlies.get(address(draft)).status_code == 404
    assert send(charlies, draft).status_code == 404
    for verb in ("resolution", "reopening", "deletion"):
        verb_address = reverse(f"posts:note_{verb}", args=[draft.pk, note.pk])
        assert charlies.post(verb_address).status_code == 404
    assert Note.objects.get().resolved_at is None


def test_a_note_is_reached_by_its_own_post_alone(desk: Client, draft: Post, bob: User) -> None:
    note = make_note(make_draft(bob, body=BODY), bob)
    for verb in ("resolution", "reopening", "deletion"):
        wrong = reverse(f"posts:note_{verb}", args=[draft.pk, note.pk])
        assert desk.post(wrong).status_code == 404


@pytest.mark.parametrize("attack", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>"])
def test_a_note_is_text(desk: Client, draft: Post, attack: str) -> None:
    send(desk, draft, body=attack)
    for page in (desk.get(address(draft)).text, beside(draft)):
        assert attack not in page
        assert attack.replace("<", "&lt;").replace(">", "&gt;") in page


def beside(post: Post) -> str:
    """Return what stands beside the text in the editor."""
    return Template("{% load reviews %}{% open_notes post %}").render(Context({"post": post}))


def test_only_open_notes_stand_beside_the_text(draft: Post, bob: User) -> None:
    make_note(draft, bob, body="Still open")
    make_note(draft, bob, body="Long done").resolve(bob)
    assert "Still open" in beside(draft)
    assert "Long done" not in beside(draft)


def test_of_a_draft_over_a_post_its_own_paragraphs_are_shown(desk: Client, alice: User) -> None:
    post = make_post(alice, body="As readers see it.")
    changed = take(post) | {"body": "As it will be."}
    PendingChange.objects.create(post=post, snapshot=changed, by=alice)
    page = desk.get(address(post)).text
    assert "As it will be." in page
    assert "As readers see it." not in page
    post.refresh_from_db()
    assert post.body == "As readers see it."


def test_a_long_text_comes_in_pages(desk: Client, draft: Post) -> None:
    rewrite(draft, "\n\n".join(f"Paragraph {number}." for number in range(1, 251)))
    send(desk, draft, number=201)
    note = Note.objects.get()
    found = desk.get(f"{address(draft)}?page=3")
    assert f'id="note-{note.pk}"' in found.text
    assert f'id="note-{note.pk}"' not in desk.get(address(draft)).text
    answer = send(desk, draft, number=202)
    assert "?page=3#note-" in answer.headers["Location"]


def test_the_page_costs_the_same_however_many_notes(desk: Client, draft: Post, bob: User) -> None:
    for _ in range(10):
        make_note(draft, bob)
    before = count_queries(desk, address(draft))
    for number in range(10):
        make_note(draft, bob, number=number % 4 + 1)
    assert count_queries(desk, address(draft)) == before


def test_each_paragraph_is_read_once_however_many_notes_lost_theirs(draft: Post, bob: User) -> None:
    notes = [make_note(draft, bob) for _ in range(20)]
    parts = blocks(rewrite(draft, "\n\n".join(f"Other words {number}" for number in range(9))))
    with patch.object(module, "unescape", side_effect=str) as read:
        assert place(parts, notes) == notes
    assert read.call_count == len(parts) == 9


def test_what_can_no_longer_be_rendered_is_shown_as_plain_text(draft: Post) -> None:
    found = Revision.objects.begin(draft)
    found.snapshot = found.snapshot | {"body": f"{'> ' * 400}\n\n<b>last</b> words"}
    shown = proof(draft, found)
    assert shown.html.startswith("<p>&gt; &gt;")
    assert shown.headings == []
    assert [part.text for part in blocks(shown)][1:] == ["<b>last</b> words"]


def test_a_note_is_of_a_guest_or_a_member(draft: Post, bob: User) -> None:
    with pytest.raises(IntegrityError):
        Note.objects.create(
            post=draft, number=1, digest="", body="Hello", by=bob, guest_name="Charlie"
        )
