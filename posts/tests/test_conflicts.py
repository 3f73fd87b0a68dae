"""Two people, or two tabs, change one post: merged where it can be, shown where it cannot."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from posts.models import Autosave, Post, Revision
from posts.testing import make_draft, make_image, typed

pytestmark = pytest.mark.django_db

TEXT = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph."


@pytest.fixture
def bobs(bob: User) -> Client:
    """Return the browser of Bob, signed in."""
    client = Client()
    client.force_login(bob)
    return client


@pytest.fixture
def post(alice: User) -> Post:
    return make_draft(alice, title="Roses", body=TEXT)


def opened(desk: Client, post: Post, **fields: Any) -> dict[str, Any]:
    """Return what the editor of the post, opened now, sends."""
    form = desk.get(reverse("posts:edit", args=[post.pk])).context["form"]
    stored = Post.objects.get(pk=post.pk)
    tags = ", ".join(stored.tags.order_by("slug").values_list("name", flat=True))
    keys = {name: form[name].value() for name in ("started_from", "key")}
    return typed(stored, tags=tags, **keys) | fields


def send(desk: Client, post: Post, sent: dict[str, Any]) -> HttpResponse:
    response: HttpResponse = desk.post(reverse("posts:edit", args=[post.pk]), sent)  # type: ignore[assignment]
    return response


def answer(page: Any, **choices: str) -> dict[str, Any]:
    """Return what the page of a conflict sends, with those choices."""
    sent: dict[str, Any] = {}
    for name, value in page.context["hidden"]:
        sent.setdefault(name, []).append(value)
    for text in page.context["texts"]:
        sent |= {f"mine-{text.name}": text.mine, text.name: text.merged}
    return sent | choices


def test_changes_of_different_paragraphs_are_both_kept(
    desk: Client, bobs: Client, post: Post
) -> None:
    mine, theirs = opened(desk, post), opened(bobs, post)
    send(bobs, post, theirs | {"body": TEXT.replace("Third", "Last"), "tags": "Bees"})
    response = send(desk, post, mine | {"body": TEXT.replace("First", "Opening"), "title": "Rose"})
    stored = Post.objects.get()
    assert stored.body == TEXT.replace("First", "Opening").replace("Third", "Last")
    assert (stored.title, [tag.name for tag in stored.tags.all()]) == ("Rose", ["Bees"])
    assert "Opening" in stored.html
    page = desk.get(response["Location"])
    assert "What Bob changed meanwhile is in it: text, tags." in page.text
    assert [one.cause for one in Revision.objects.all()] == ["merged", "saved", "found"]


def test_a_contradiction_shows_both_and_stores_neither(
    desk: Client, bobs: Client, post: Post
) -> None:
    mine, theirs = opened(desk, post), opened(bobs, post)
    send(bobs, post, theirs | {"body": TEXT.replace("Second", "Bob's"), "title": "Bees"})
    page = send(desk, post, mine | {"body": TEXT.replace("Second", "Alice's"), "title": "Birds"})
    assert page.status_code == 409
    for words in ("Bob's paragraph", "Alice's paragraph", "Bees", "Birds", "of Bob"):
        assert words in page.text.replace("&#x27;", "'")
    assert Post.objects.get().title == "Bees"


@pytest.mark.parametrize(
    ("choices", "body", "title"),
    [
        ({"pick-body": "mine"}, "Alice's", "Birds"),
        ({"pick-body": "theirs", "pick-title": "theirs"}, "Bob's", "Bees"),
        ({"body": "Peace."}, "Peace.", "Birds"),
    ],
)
def test_a_contradiction_is_settled_by_a_choice(
    desk: Client, bobs: Client, post: Post, choices: dict[str, str], body: str, title: str
) -> None:
    mine, theirs = opened(desk, post), opened(bobs, post)
    changed = theirs | {"body": "Bob's", "title": "Bees", "summary": "By Bob", "tags": "Bees"}
    send(bobs, post, changed)
    page = send(desk, post, mine | {"body": "Alice's", "title": "Birds"})
    assert send(desk, post, answer(page, **choices)).status_code == 302
    stored = Post.objects.get()
    assert (stored.body, stored.title, stored.summary) == (body, title, "By Bob")
    assert [tag.name for tag in stored.tags.all()] == ["Bees"]


def test_the_merge_holds_both_sides_between_marks_readers_never_see(
    desk: Client, bobs: Client, post: Post
) -> None:
    mine, theirs = opened(desk, post), opened(bobs, post)
    send(bobs, post, theirs | {"body": "Bob wrote."})
    page = send(desk, post, mine | {"body": "Alice wrote."})
    send(desk, post, answer(page))
    stored = Post.objects.get()
    assert "<!-- yours -->\nAlice wrote.\n<!-- of Bob -->\nBob wrote." in stored.body
    assert "yours" not in stored.html


def test_two_tabs_of_one_person_are_two_people(desk: Client, post: Post) -> None:
    one, other = opened(desk, post), opened(desk, post)
    send(desk, post, one | {"body": "In the first tab"})
    page = send(desk, post, other | {"body": "In the second tab"})
    assert page.status_code == 409
    assert "perhaps in another tab" in page.text


def test_a_button_pressed_twice_is_no_conflict(desk: Client, post: Post) -> None:
    sent = opened(desk, post, body="New", tags="bees, Gardens")
    assert [send(desk, post, sent).status_code for _ in range(2)] == [302, 302]
    assert Revision.objects.count() == 2  # as it was found, and what was saved


@pytest.mark.parametrize("started_from", ["999999", "nonsense", "", "9" * 40])
def test_a_version_nobody_knows_is_a_question_and_no_error(
    desk: Client, post: Post, started_from: str
) -> None:
    page = send(desk, post, typed(post, body="Mine", started_from=started_from))
    assert page.status_code == 409
    assert Post.objects.get().body == TEXT
    assert "Mine" in page.text


def test_a_version_of_another_post_is_as_unknown(desk: Client, alice: User, post: Post) -> None:
    other = make_draft(alice, body="Secret of another post")
    revision = Revision.objects.begin(other)
    page = send(desk, post, typed(post, body="Mine", started_from=str(revision.pk)))
    assert page.status_code == 409
    assert "Secret" not in page.text


def test_covers_that_contradict_are_named(desk: Client, bobs: Client, post: Post) -> None:
    alice = User.objects.get(username="alice")
    mine, theirs = opened(desk, post), opened(bobs, post)
    picture, other = make_image(alice, "rose.jpg"), make_image(alice, "bee.jpg", colour="#111111")
    send(bobs, post, theirs | {"cover": other.pk})
    page = send(desk, post, mine | {"cover": picture.pk})
    assert page.status_code == 409
    assert "rose.jpg" in page.text
    assert "bee.jpg" in page.text


def test_what_goes_on_being_written_begins_from_the_merge(
    desk: Client, bobs: Client, post: Post
) -> None:
    mine, theirs = opened(desk, post), opened(bobs, post)
    send(bobs, post, theirs | {"body": "Bob's"})
    page = send(desk, post, mine | {"body": "Alice's"})
    editor = send(desk, post, answer(page, then="edit"))
    assert "Bob&#x27;s" in editor.text
    assert Post.objects.get().body == "Bob's"


def test_a_hostile_text_is_only_shown(desk: Client, bobs: Client, post: Post) -> None:
    payload = "</textarea><script>alert(1)</script>"
    mine, theirs = opened(desk, post), opened(bobs, post)
    send(bobs, post, theirs | {"body": payload, "title": payload})
    page = send(desk, post, mine | {"body": f"{payload} 2", "title": f"{payload} 2"})
    assert page.status_code == 409
    assert "<script>alert" not in page.text


def test_the_side_that_was_not_chosen_stays_as_an_unsaved_copy(
    desk: Client, bobs: Client, alice: User, post: Post
) -> None:
    mine, theirs = opened(desk, post), opened(bobs, post)
    send(bobs, post, theirs | {"body": "Bob's"})
    page = send(desk, post, mine | {"body": "Alice's long text"})
    assert Autosave.objects.of(alice).unsaved().get().text("body") == "Alice's long text"
    send(desk, post, answer(page, **{"pick-body": "theirs"}))
    assert Post.objects.get().body == "Bob's"
    assert Autosave.objects.of(alice).unsaved().get().text("body") == "Alice's long text"


def test_nothing_is_left_over_of_a_settled_contradiction(
    desk: Client, bobs: Client, alice: User, post: Post
) -> None:
    mine, theirs = opened(desk, post), opened(bobs, post)
    send(bobs, post, theirs | {"body": "Bob's"})
    send(desk, post, answer(send(desk, post, mine | {"body": "Alice's"})))
    assert not Autosave.objects.of(alice).unsaved().exists()


def test_what_was_not_chosen_outlives_another_contradiction(
    desk: Client, bobs: Client, alice: User, post: Post
) -> None:
    mine, theirs = opened(desk, post), opened(bobs, post)
    send(bobs, post, theirs | {"body": "Bob's"})
    page = send(desk, post, mine | {"body": "Alice's long text", "title": "Birds"})
    send(bobs, post, opened(bobs, post, title="Bees"))
    again = send(desk, post, answer(page, **{"pick-body": "theirs"}))
    assert again.status_code == 409
    kept = Autosave.objects.of(alice).unsaved()
    assert "Alice's long text" in [copy.text("body") for copy in kept]


def test_where_no_more_can_be_kept_both_are_stored(
    desk: Client, bobs: Client, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = opened(desk, post), opened(bobs, post)
    send(bobs, post, theirs | {"body": "Bob's"})
    page = send(desk, post, mine | {"body": "Alice's long text"})
    monkeypatch.setattr("posts.querysets.autosave.AT_MOST", 0)
    send(desk, post, answer(page, **{"pick-body": "theirs"}))
    assert "Alice's long text" in Post.objects.get().body


def test_what_is_too_much_together_is_a_question(desk: Client, bobs: Client, post: Post) -> None:
    mine, theirs = opened(desk, post), opened(bobs, post)
    lines = [f"{name} " * 60 for name in ("Bob", "Alice")]
    send(bobs, post, theirs | {"summary": f"{lines[0]}\n", "tags": ",".join("abcdefghijkl")})
    page: Any = send(desk, post, mine | {"summary": lines[1], "tags": ",".join("mnopqrstuvwx")})
    assert page.status_code == 409
    assert [choice.name for choice in page.context["choices"]] == ["tags"]


def test_going_on_writing_keeps_the_merge_until_it_is_saved(
    desk: Client, bobs: Client, alice: User, post: Post
) -> None:
    mine, theirs = opened(desk, post), opened(bobs, post)
    send(bobs, post, theirs | {"body": "Bob's"})
    page = send(desk, post, mine | {"body": "Alice's"})
    send(desk, post, answer(page, then="edit", body="Both, worked over"))
    kept = [copy.text("body") for copy in Autosave.objects.of(alice).unsaved()]
    assert "Both, worked over" in kept
