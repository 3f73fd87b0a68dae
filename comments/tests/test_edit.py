from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from comments.models import Comment
from comments.testing import make_comment
from posts.testing import make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(client: Client) -> User:
    bob = make_user("bob")
    client.force_login(bob)
    return bob


@pytest.fixture
def comment(bob: User) -> Comment:
    make_comment(make_post(bob), bob)
    return make_comment(make_post(make_user("alice")), bob, "First words.")


def edit(client: Client, comment: Comment, **data: str) -> Any:
    return client.post(f"/comments/{comment.pk}/edit/", data)


def test_one_changes_ones_own_words(client: Client, comment: Comment) -> None:
    assert "First words." in client.get(f"/comments/{comment.pk}/edit/").content.decode()
    answer = edit(client, comment, body="Better **words**.")
    assert answer["Location"].endswith(f"#comment-{comment.pk}")
    comment.refresh_from_db()
    assert "<strong>words</strong>" in comment.html
    assert comment.edited_at is not None


def test_a_preview_of_a_change_stores_nothing(client: Client, comment: Comment) -> None:
    html = edit(client, comment, body="New *words*", preview="1").content.decode()
    assert "<em>words</em>" in html
    comment.refresh_from_db()
    assert comment.body == "First words."


def test_a_refused_change_keeps_what_was_typed(client: Client, comment: Comment) -> None:
    html = edit(client, comment, body="> " * 60 + "typed").content.decode()
    assert "typed" in html
    assert "invalid-feedback" in html
    comment.refresh_from_db()
    assert comment.body == "First words."


@pytest.mark.parametrize("who", ["alice", "charlie", "boss"])
def test_nobody_changes_anothers_words(client: Client, comment: Comment, who: str) -> None:
    person = User.objects.filter(username=who).first()
    role = Role.OWNER if who == "boss" else Role.AUTHOR
    client.force_login(person or make_user(who, role=role))
    assert client.get(f"/comments/{comment.pk}/edit/").status_code == 404
    assert edit(client, comment, body="Stolen").status_code == 404


def test_words_under_a_closed_post_stay(client: Client, comment: Comment) -> None:
    comment.post.comment_policy = "closed"
    comment.post.save()
    answer = edit(client, comment, body="Too late")
    assert answer.status_code == 403
    assert "Too late" in answer.content.decode()
    comment.refresh_from_db()
    assert comment.body == "First words."


@pytest.mark.parametrize("verb", ["hide", "mark_spam"])
def test_what_was_taken_out_is_not_changed_back_in(
    client: Client, comment: Comment, verb: str
) -> None:
    getattr(comment, verb)(by=comment.post.author)
    edit(client, comment, body="Sneaky")
    comment.refresh_from_db()
    assert comment.body == "First words."


def test_a_change_full_of_links_waits(client: Client, comment: Comment) -> None:
    edit(client, comment, body=" ".join(f"[a](https://example.com/{n})" for n in range(9)))
    comment.refresh_from_db()
    comment.post.refresh_from_db()
    assert comment.state == "waiting"
    assert comment.held_because == "It has 9 links."
    assert comment.post.comment_count == 0


def test_a_stranger_is_sent_to_sign_in(comment: Comment) -> None:
    answer = Client().get(f"/comments/{comment.pk}/edit/")
    assert answer["Location"].startswith("/accounts/login/")
