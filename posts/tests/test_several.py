from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts import drafts, several
from posts.models import PendingChange, Post, Revision
from posts.snapshot import take
from posts.testing import make_draft, make_post

pytestmark = pytest.mark.django_db
SEVERAL, UNDO, WRITE = (
    reverse(f"posts:{name}") for name in ("several", "several_undoing", "write")
)


def asked(act: str, *posts: Post, **more: str) -> dict[str, Any]:
    return {"act": act, "post": [post.pk for post in posts]} | more


def tags(post: Post) -> list[str]:
    return [tag.name for tag in post.tags.order_by("name")]


def status(post: Post) -> str:
    return Post.objects.get(pk=post.pk).status


@pytest.fixture
def bobs(bob: User) -> Client:
    """Return the browser of Bob, who is an editor."""
    client = Client()
    client.force_login(bob)
    return client


@pytest.mark.parametrize("act", ["bin", "withdraw"])
def test_it_asks_before_and_says_what_it_leaves_and_why(
    desk: Client, alice: User, act: str
) -> None:
    live, draft = make_post(alice, title="Live"), make_draft(alice, title="Unseen")
    page = desk.get(SEVERAL, asked(act, live, draft))
    done = [post.title for post in page.context["plan"].done]
    assert done == (["Live", "Unseen"] if act == "bin" else ["Live"])
    assert ("No reader sees it yet." in page.text) == (act == "withdraw")
    assert (status(live), status(draft)) == ("published", "draft")
    assert not Revision.objects.exists()


def test_the_chosen_go_into_the_bin_and_come_back_by_one_press(desk: Client, alice: User) -> None:
    live, draft, kept = make_post(alice), make_draft(alice), make_draft(alice)
    desk.post(SEVERAL, asked("bin", live, draft))
    assert [status(post) for post in (live, draft, kept)] == ["deleted", "deleted", "draft"]
    assert "2 posts are in the bin" in desk.get(WRITE).text
    desk.post(UNDO)
    assert [status(post) for post in (live, draft, kept)] == ["published", "draft", "draft"]
    assert "2 posts are as they were" in desk.get(WRITE).text


def test_withdrawn_posts_are_published_again_exactly_as_they_were(
    desk: Client, alice: User
) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    ending = {"ends_at": tomorrow + timedelta(days=1), "pinned_at": timezone.now()}
    posts = [make_post(alice, **ending), make_post(alice, published_at=tomorrow)]
    before = list(Post.objects.order_by("pk").values())
    desk.post(SEVERAL, asked("withdraw", *posts))
    assert [status(post) for post in posts] == ["withdrawn", "draft"]
    desk.post(UNDO)
    assert list(Post.objects.order_by("pk").values()) == before


def test_what_would_have_ended_meanwhile_is_not_published_again(
    desk: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    post = make_post(alice, ends_at=tomorrow)
    desk.post(SEVERAL, asked("withdraw", post))
    record = desk.session["posts.several"]["done"]
    monkeypatch.setattr("posts.several.timezone.now", lambda: tomorrow)
    assert several.undo("withdraw", record, alice) == 0
    assert status(post) == "withdrawn"


def test_tags_are_added_and_what_was_added_is_taken_away_again(desk: Client, alice: User) -> None:
    first, second = make_draft(alice, tags=["Birds"]), make_draft(alice)
    desk.post(SEVERAL, asked("tags", first, second, tags="birds, Bees", way="add"))
    assert (tags(first), tags(second)) == (["Bees", "Birds"], ["Bees", "Birds"])
    desk.post(UNDO)
    assert (tags(first), tags(second)) == (["Birds"], [])


def test_tags_are_taken_away_and_given_back(desk: Client, alice: User) -> None:
    first, second = make_draft(alice, tags=["Birds", "Bees"]), make_draft(alice, tags=["Bees"])
    desk.post(SEVERAL, asked("tags", first, second, tags="BIRDS", way="remove"))
    assert (tags(first), tags(second)) == (["Bees"], ["Bees"])
    desk.post(UNDO)
    assert (tags(first), tags(second)) == (["Bees", "Birds"], ["Bees"])


def test_the_draft_over_a_published_post_gets_the_tags_too(desk: Client, alice: User) -> None:
    post = make_post(alice)
    PendingChange.objects.create(post=post, snapshot=take(post) | {"title": "To come"})
    desk.post(SEVERAL, asked("tags", post, tags="Bees"))
    assert PendingChange.objects.get().snapshot["tags"] == ["Bees"]
    desk.post(UNDO)
    assert PendingChange.objects.get().snapshot["tags"] == []


def test_undoing_leaves_the_tags_of_a_draft_that_was_saved_since(desk: Client, alice: User) -> None:
    post = make_post(alice)
    drafts.write_draft(post, {"title": "To come"}, by=alice)
    desk.post(SEVERAL, asked("tags", post, tags="Bees"))
    drafts.write_draft(post, {"title": "Later", "tags": ["Bees"]}, by=alice)
    desk.post(UNDO)
    assert PendingChange.objects.get().snapshot["tags"] == ["Bees"]
    assert tags(post) == []


def test_which_tags_is_asked_first(desk: Client, alice: User) -> None:
    post = make_draft(alice, tags=["Birds"])
    page = desk.get(SEVERAL, asked("tags", post)).text
    assert "Show what would change" in page
    assert "Change the tags" not in page
    assert "It has these tags already." in desk.get(SEVERAL, asked("tags", post, tags="birds")).text
    assert "Which tags?" in desk.post(SEVERAL, asked("tags", post)).text


def test_a_post_keeps_within_the_most_tags(desk: Client, alice: User) -> None:
    post = make_draft(alice, tags=[f"tag{number}" for number in range(20)])
    assert "more than 20 tags" in desk.get(SEVERAL, asked("tags", post, tags="bees")).text
    desk.post(SEVERAL, asked("tags", post, tags="bees"))
    assert len(tags(post)) == 20


@pytest.mark.parametrize("act", ["bin", "withdraw", "tags"])
def test_each_change_is_a_revision_and_so_is_its_undoing(
    desk: Client, alice: User, act: str
) -> None:
    desk.post(SEVERAL, asked(act, make_post(alice), tags="bees"))
    desk.post(UNDO)
    causes = set(Revision.objects.exclude(cause="found").values_list("cause", "by"))
    assert causes <= {("bulk", alice.pk)}
    assert bool(causes) == (act != "bin")  # the bin is no change of the post


@pytest.mark.parametrize("act", ["bin", "withdraw", "tags"])
def test_posts_of_others_are_out_of_reach(desk: Client, alice: User, bob: User, act: str) -> None:
    own, other = make_post(alice), make_post(bob, title="Canary")
    page = desk.get(SEVERAL, asked(act, own, other, tags="bees")).text
    assert "Canary" not in page
    assert "not yours" in page
    desk.post(SEVERAL, asked(act, own, other, tags="bees"))
    assert status(other) == "published"
    assert tags(other) == []


def test_an_editor_says_why_and_authors_read_it(bobs: Client, alice: User, bob: User) -> None:
    post = make_post(alice)
    page = bobs.post(SEVERAL, asked("withdraw", post))
    assert "Please tell the authors why." in page.text
    bobs.post(SEVERAL, asked("withdraw", post, because="Not ours."))
    post.refresh_from_db()
    assert (post.withdrawn_by, post.withdrawal_reason) == (bob, "Not ours.")
    bobs.post(UNDO)
    assert status(post) == "published"


def test_a_contributor_changes_nothing_that_readers_see(client: Client) -> None:
    bob = make_user("bob", Role.CONTRIBUTOR)
    live = make_post(bob)
    client.force_login(bob)
    for act in ("bin", "withdraw", "tags"):
        assert "only an editor" in client.get(SEVERAL, asked(act, live, tags="bees")).text
        client.post(SEVERAL, asked(act, live, tags="bees"))
    assert status(live) == "published"
    assert tags(live) == []


def test_undoing_leaves_alone_what_somebody_changed_meanwhile(
    desk: Client, alice: User, bob: User
) -> None:
    first, second = make_post(alice), make_post(alice)
    desk.post(SEVERAL, asked("withdraw", first, second))
    Post.objects.get(pk=first.pk).withdraw(by=bob, because="Not ours.")
    desk.post(UNDO)
    assert (status(first), status(second)) == ("withdrawn", "published")
    assert "1 was changed meanwhile" in desk.get(WRITE).text


def test_undoing_is_there_for_a_while_once_and_for_oneself(
    desk: Client, bobs: Client, alice: User
) -> None:
    post = make_post(alice)
    desk.post(SEVERAL, asked("bin", post))
    bobs.post(UNDO)
    assert status(post) == "deleted"
    assert [desk.get(WRITE).text.count("One post is in the bin") for _ in "ab"] == [1, 1]
    desk.post(UNDO)
    desk.post(UNDO)
    assert "nothing to undo" in desk.get(WRITE).text
    assert status(post) == "published"


NONSENSE: list[dict[str, Any]] = [
    {},
    {"act": "bin"},
    {"act": "delete", "post": ["1"]},
    {"act": "bin", "post": ["x", "-1", "9" * 40, ""]},
    {"act": "bin", "post": [str(number) for number in range(1, 500)]},
]


@pytest.mark.parametrize("typed", NONSENSE)
def test_nonsense_is_answered_in_words(desk: Client, alice: User, typed: dict[str, Any]) -> None:
    post = make_draft(alice)
    for send in (desk.get, desk.post):
        assert send(SEVERAL, typed)["Location"] == WRITE
        assert 'class="alert' in desk.get(WRITE).text
    assert status(post) == "draft"


def test_ten_thousand_keys_are_refused_without_an_error(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    answer = desk.post(SEVERAL, {"act": "bin", "post": list(range(10_000))})
    assert answer.status_code == 413
    assert "<h1>" in answer.text
    assert status(post) == "draft"


def test_it_leads_back_to_the_page_it_came_from_and_nowhere_else(desk: Client, alice: User) -> None:
    for wanted, expected in (
        (f"{WRITE}?tag=bees", f"{WRITE}?tag=bees"),
        ("//evil", WRITE),
        ("1e5", WRITE),
    ):
        answer = desk.post(SEVERAL, asked("bin", make_draft(alice), next=wanted))
        assert answer["Location"] == expected


def test_asking_costs_the_same_whatever_the_number_of_posts(desk: Client, alice: User) -> None:
    posts = [make_post(alice, tags=["Birds"]) for _number in range(6)]
    counts = []
    for some in (posts[:3], posts):
        with CaptureQueriesContext(connection) as captured:
            desk.get(SEVERAL, asked("tags", *some, tags="bees"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_suspended_people_change_nothing(desk: Client, alice: User) -> None:
    post = make_post(alice)
    desk.post(SEVERAL, asked("withdraw", post))
    alice.suspend(until=timezone.now() + timedelta(days=1))
    assert desk.post(UNDO).status_code == 403
    assert status(post) == "withdrawn"
