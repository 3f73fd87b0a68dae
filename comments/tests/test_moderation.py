from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from comments.models import Action, Comment, Decision
from comments.moderation import decide, undo
from comments.spam import suspicion
from comments.testing import make_comment
from conftest import AtOnce
from posts.models import Post
from posts.testing import make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def comment(alice: User) -> Comment:
    return make_comment(make_post(alice), make_user("bob"), "Hot words.")


def state(comment: Comment) -> str:
    return Comment.objects.get(pk=comment.pk).state


@pytest.mark.parametrize(
    ("verb", "after"), [("approve", "standing"), ("hide", "hidden"), ("mark_spam", "spam")]
)
@pytest.mark.parametrize("before", ["held_at", "hidden_at", "spam_at", None])
def test_each_decision_is_recorded_and_can_be_undone(
    alice: User, verb: str, after: str, before: str | None
) -> None:
    stamps: dict[str, Any] = {before: timezone.now()} if before else {}
    comment = make_comment(make_post(alice), make_user("bob"), **stamps)
    was = comment.state
    decision = getattr(comment, verb)(by=alice, because="So it goes.")
    assert (state(comment), decision.by, decision.reason) == (after, alice, "So it goes.")
    assert decision.undo(by=alice)
    assert state(comment) == was
    assert Post.objects.get().comment_count == int(was == "standing")


def test_what_was_replaced_or_undone_is_not_undone_again(alice: User, comment: Comment) -> None:
    first = comment.hide(by=alice)
    second = comment.mark_spam(by=alice)
    assert not first.undo(by=alice)
    assert state(comment) == "spam"
    assert second.undo(by=alice)
    assert not second.undo(by=alice)
    assert first.undo(by=alice)
    assert state(comment) == "standing"


def test_a_batch_is_undone_together(alice: User, comment: Comment) -> None:
    others = [make_comment(comment.post, comment.author) for _ in range(3)]
    batch = decide([comment, *others], Action.HIDE, by=alice, because="Off topic.")
    assert Comment.objects.standing().count() == 0
    others[0].approve(by=alice)
    assert undo(batch, by=alice) == (3, 1)
    assert Comment.objects.standing().count() == 4
    assert Decision.objects.in_force().filter(batch=batch).count() == 1


def test_decisions_at_once_keep_the_count_true(at_once: AtOnce) -> None:
    alice = make_user("alice")
    comment = make_comment(make_post(alice), alice)

    def act(number: int) -> None:
        mine = Comment.objects.get(pk=comment.pk)
        (mine.hide if number % 2 else mine.approve)(by=alice)

    at_once(act, 16)
    assert Post.objects.get().comment_count == int(state(comment) == "standing")
    assert Decision.objects.count() == 16


def test_a_posts_author_hides_a_comment_under_it(
    client: Client, alice: User, comment: Comment
) -> None:
    client.force_login(alice)
    address = f"/comments/{comment.pk}/hide/"
    assert address in client.get(comment.post.get_absolute_url()).content.decode()
    assert "Hot words." in client.get(address).content.decode()
    client.post(address, {"reason": "Off topic."})
    decision = Decision.objects.get()
    assert (state(comment), decision.by, decision.reason) == ("hidden", alice, "Off topic.")
    assert "Hot words." not in client.get(comment.post.get_absolute_url()).content.decode()


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_nobody_else_hides(client: Client, comment: Comment, who: str) -> None:
    client.force_login(User.objects.filter(username=who).first() or make_user(who))
    address = f"/comments/{comment.pk}/hide/"
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    assert address not in client.get(comment.post.get_absolute_url()).content.decode()
    assert state(comment) == "standing"


@pytest.mark.parametrize(
    ("html", "is_known", "had_spam", "is_suspect"),
    [
        ("<p>Hello</p>", False, False, False),
        ('<a href="https://example.com">x</a>', True, False, False),
        ('<a href="https://example.com">x</a>', False, False, True),
        ('<a href="https://example.com">x</a>' * 6, True, False, True),
        ("<p>Hello</p>", True, True, True),
    ],
)
def test_signs_of_spam(html: str, is_known: bool, had_spam: bool, is_suspect: bool) -> None:
    assert bool(suspicion(html, is_known=is_known, had_spam=had_spam)) is is_suspect
