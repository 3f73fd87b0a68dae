from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.testing import make_user
from comments.models import Comment, CommentLike, PostLike
from comments.testing import make_comment, make_reply
from posts.models import Post
from posts.testing import make_post

pytestmark = pytest.mark.django_db


def count_of(post: Post) -> int:
    return Post.objects.values_list("comment_count", flat=True).get(pk=post.pk)


def test_what_stands_is_counted_and_what_waits_is_not() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    post = make_post(alice)
    first = make_comment(post, bob)
    make_reply(first, alice)
    make_comment(post, bob, held_at=first.created_at)
    assert count_of(post) == 2


@pytest.mark.parametrize("verb", ["hide", "mark_spam"])
def test_each_decision_and_its_undoing_is_counted_once(verb: str) -> None:
    alice, bob = make_user("alice"), make_user("bob")
    post = make_post(alice)
    comment = make_comment(post, bob)
    decision = getattr(comment, verb)(by=alice)
    getattr(comment, verb)(by=alice)
    assert count_of(post) == 0
    comment.decisions.latest("pk").undo(by=alice)
    assert count_of(post) == 0
    decision.refresh_from_db()
    assert decision.undo(by=alice)
    assert count_of(post) == 1


def test_deleting_twice_counts_once() -> None:
    alice = make_user("alice")
    post = make_post(alice)
    comment = make_comment(post, alice)
    stale = Comment.objects.get(pk=comment.pk)
    comment.bin()
    stale.bin()
    assert count_of(post) == 0
    comment.unbin()
    assert count_of(post) == 1


def test_recount_finds_and_repairs_every_wrong_count() -> None:
    alice = make_user("alice")
    post = make_post(alice)
    comment = make_comment(post, alice)
    PostLike.give(post, alice)
    CommentLike.give(comment, alice)
    Post.objects.update(comment_count=7, like_count=9)
    Comment.objects.update(like_count=4)
    with pytest.raises(CommandError, match="3 counts"):
        call_command("recount", "--check", stdout=StringIO())
    out = StringIO()
    call_command("recount", stdout=out)
    assert "comment_count said 7, is 1" in out.getvalue()
    post.refresh_from_db()
    comment.refresh_from_db()
    assert (post.comment_count, post.like_count, comment.like_count) == (1, 1, 1)
    call_command("recount", "--check", stdout=StringIO())
