from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from comments.models import Comment
from comments.testing import make_comment
from posts.models import Post
from posts.testing import make_post

pytestmark = pytest.mark.django_db
LINK = "See [this](https://example.com/)."


@pytest.fixture
def alice() -> User:
    return make_user("alice")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def say(user: User, post: Post, body: str = "Hello there.") -> Comment | None:
    signed_in(user).post(f"/posts/{post.slug}/comments/", {"body": body})
    return Comment.objects.filter(author=user).order_by("pk").last()


def test_under_review_a_first_comment_waits_and_later_ones_do_not(alice: User) -> None:
    post, bob = make_post(alice, comment_policy="review"), make_user("bob")
    first = say(bob, post)
    assert first is not None
    assert (first.state, first.held_because) == ("waiting", "A first comment.")
    second = say(bob, post, "Still unknown.")
    assert second is not None
    assert second.state == "waiting"
    first.approve(by=alice)
    third = say(bob, post, "Known by now.")
    assert third is not None
    assert third.state == "standing"


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.OWNER])
def test_staff_do_not_wait(alice: User, role: Role) -> None:
    comment = say(make_user("bob", role=role), make_post(alice, comment_policy="review"), LINK)
    assert comment is not None
    assert comment.state == "standing"


def test_the_posts_authors_do_not_wait(alice: User) -> None:
    bob = make_user("bob")
    post = make_post(alice, comment_policy="review")
    post.set_authors([alice, bob])
    comment = say(bob, post, LINK)
    assert comment is not None
    assert comment.state == "standing"


def test_a_members_conversation_is_hidden_from_strangers(alice: User, client: Client) -> None:
    post = make_post(alice, comment_policy="members")
    comment = make_comment(post, make_user("bob"), "Canary words.")
    html = client.get(post.get_absolute_url()).content.decode()
    assert "Canary" not in html
    assert "Bob" not in html
    assert "Sign in to read it" in html
    assert client.get(comment.get_absolute_url()).status_code == 404
    assert client.post(f"/comments/{comment.pk}/like/").status_code == 404
    assert "Canary" in signed_in(make_user("charlie")).get(post.get_absolute_url()).content.decode()


def test_a_closed_conversation_is_read_only_and_keeps_the_words(alice: User) -> None:
    post, bob = make_post(alice, comment_policy="closed"), make_user("bob")
    make_comment(post, bob, "From before.")
    client = signed_in(bob)
    html = client.get(post.get_absolute_url()).content.decode()
    assert "From before." in html
    assert "comment-form" not in html
    assert "reply-link" not in html
    answer = client.post(f"/posts/{post.slug}/comments/", {"body": "Too late, alas."})
    assert answer.status_code == 403
    assert "Too late, alas." in answer.content.decode()
    assert Comment.objects.count() == 1


def test_the_sites_policy_holds_where_the_post_has_none(
    alice: User, site_settings: Callable[..., None]
) -> None:
    site_settings(comment_policy="closed")
    assert say(make_user("bob"), make_post(alice)) is None
    assert say(alice, make_post(alice, comment_policy="open")) is not None


def test_a_suspended_person_reads_why_and_keeps_the_words(alice: User) -> None:
    from comments.models import Sanction

    post, bob = make_post(alice), make_user("bob")
    until = timezone.now() + timedelta(days=3)
    Sanction.impose(bob, by=alice, because="Too many insults.", until=until)
    client = signed_in(bob)
    assert "Too many insults." in client.get(post.get_absolute_url()).content.decode()
    answer = client.post(f"/posts/{post.slug}/comments/", {"body": "But my words!"})
    assert answer.status_code == 403
    assert "But my words!" in answer.content.decode()
    assert "Too many insults." in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_first_comment_with_a_link_waits(alice: User) -> None:
    post, bob = make_post(alice), make_user("bob")
    comment = say(bob, post, LINK)
    assert comment is not None
    assert comment.held_because == "A first comment, with a link."
    comment.approve(by=alice)
    later = say(bob, post, f"{LINK} Again.")
    assert later is not None
    assert later.state == "standing"


def test_after_spam_everything_waits_for_a_while(alice: User) -> None:
    post, bob = make_post(alice), make_user("bob")
    make_comment(post, bob)
    make_comment(post, bob).mark_spam(by=alice)
    comment = say(bob, post)
    assert comment is not None
    assert comment.state == "waiting"
    Comment.objects.update(spam_at=timezone.now() - timedelta(days=31))
    assert say(bob, post, "A month later.").state == "standing"  # type: ignore[union-attr]


def test_what_waits_is_neither_answered_nor_liked(alice: User) -> None:
    post, bob = make_post(alice), make_user("bob")
    waiting = make_comment(post, bob, held_at=timezone.now())
    client = signed_in(bob)
    client.post(f"/posts/{post.slug}/comments/", {"body": "Me too", "reply": waiting.pk})
    client.post(f"/comments/{waiting.pk}/like/")
    waiting.refresh_from_db()
    assert waiting.like_count == 0
    assert Comment.objects.count() == 1
