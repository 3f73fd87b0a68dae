from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.testing import make_user
from comments import forms
from comments.forms import CommentForm
from comments.models import Comment
from comments.testing import make_comment
from conftest import AtOnce
from posts.models import Post
from posts.testing import make_draft, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Post:
    return make_post(make_user("alice"))


@pytest.fixture
def bob(client: Client) -> User:
    bob = make_user("bob")
    client.force_login(bob)
    return bob


def send(client: Client, under: Post, body: str, **data: Any) -> Any:
    return client.post(f"/posts/{under.slug}/comments/", {"body": body, **data})


def test_a_member_comments_and_lands_on_the_comment(client: Client, post: Post, bob: User) -> None:
    answer = send(client, post, "Well *said*.")
    comment = Comment.objects.get()
    assert answer["Location"] == f"{post.get_absolute_url()}#comment-{comment.pk}"
    assert (comment.author, comment.state) == (bob, "standing")
    assert "<em>said</em>" in client.get(post.get_absolute_url()).content.decode()


def test_an_answer_takes_its_place(client: Client, post: Post, bob: User) -> None:
    parent = make_comment(post, bob)
    form = client.get(f"/posts/{post.slug}/comments/new/?reply={parent.pk}").content.decode()
    assert f'name="reply" value="{parent.pk}"' in form
    send(client, post, "Indeed.", reply=parent.pk)
    answer = Comment.objects.latest("pk")
    assert (answer.parent, answer.root, answer.depth) == (parent, parent, 1)


def test_the_fragment_is_the_form_alone(client: Client, post: Post, bob: User) -> None:
    parent = make_comment(post, bob)
    address = f"/posts/{post.slug}/comments/new/?reply={parent.pk}&fragment=1"
    html = client.get(address).content.decode()
    assert html.lstrip().startswith("<form")
    assert f'id="reply-{parent.pk}-body"' in html


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 10_001, "> " * 60 + "deep"])
def test_a_refused_text_stays_with_a_sentence_beside_it(
    client: Client, post: Post, bob: User, body: str
) -> None:
    html = send(client, post, body).content.decode()
    assert not Comment.objects.exists()
    assert "invalid-feedback" in html
    assert body.strip()[:500] in html.replace("&gt;", ">")


def test_a_preview_stores_nothing_and_keeps_the_words(
    client: Client, post: Post, bob: User
) -> None:
    html = send(client, post, "So **bold**", preview="1").content.decode()
    assert "<strong>bold</strong>" in html
    assert "So **bold**" in html
    assert not Comment.objects.exists()


def test_the_same_words_within_a_minute_are_one_comment(
    client: Client, post: Post, bob: User
) -> None:
    answers = [send(client, post, "Once.")["Location"] for _ in range(3)]
    assert Comment.objects.count() == 1
    assert len(set(answers)) == 1
    send(client, make_post(bob), "Once.")
    assert Comment.objects.count() == 2


def test_many_comments_in_a_short_time_meet_a_sentence(
    client: Client, post: Post, bob: User
) -> None:
    for number in range(forms.LIMIT):
        assert send(client, post, f"Word {number}").status_code == 302
    answer = send(client, post, "One more word")
    assert answer.status_code == 429
    assert "One more word" in answer.content.decode()
    assert "wait a few minutes" in answer.content.decode()
    assert Comment.objects.count() == forms.LIMIT


def test_an_answer_to_what_is_gone_keeps_the_words(client: Client, post: Post, bob: User) -> None:
    parent = make_comment(post, bob)
    parent.bin()
    html = send(client, post, "My answer", reply=parent.pk).content.decode()
    assert "My answer" in html
    assert "no longer there" in html
    assert 'name="reply" value' not in html


def test_nobody_answers_across_posts(client: Client, post: Post, bob: User) -> None:
    elsewhere = make_comment(make_post(bob), bob)
    send(client, post, "Astray", reply=elsewhere.pk)
    assert Comment.objects.count() == 1


def test_a_stranger_is_asked_to_sign_in_and_keeps_the_words(client: Client, post: Post) -> None:
    answer = send(client, post, "Canary words")
    assert answer.status_code == 403
    assert "Canary words" in answer.content.decode()
    assert not Comment.objects.exists()


def test_what_one_may_not_see_cannot_be_commented(client: Client, bob: User) -> None:
    draft = make_draft(make_user("alice"))
    assert send(client, draft, "Hello").status_code == 404
    assert client.get(f"/posts/{draft.slug}/comments/new/").status_code == 404


def test_an_unpublished_post_is_not_commented_even_by_its_author(client: Client) -> None:
    alice = make_user("alice")
    client.force_login(alice)
    assert send(client, make_draft(alice), "Hello").status_code == 403


def test_forged_fields_change_nothing(client: Client, post: Post, bob: User) -> None:
    forged = {"author": post.author_id, "post": 0, "like_count": 9, "held_at": "", "html": "<b>"}
    send(client, post, "Plain", **forged)
    comment = Comment.objects.get()
    assert (comment.author, comment.post, comment.like_count) == (bob, post, 0)
    assert comment.html == "<p>Plain</p>\n" or "<b>" not in comment.html


def test_the_form_demands_a_token(post: Post) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user("bob"))
    assert send(strict, post, "Forged").status_code == 403
    assert not Comment.objects.exists()


def test_one_comment_comes_of_many_sendings_at_once(at_once: AtOnce) -> None:
    post, bob = make_post(make_user("alice")), make_user("bob")

    def save(_: int) -> int:
        form = CommentForm({"body": "Once."}, post=post, author=bob)
        form.is_valid()
        return form.save().pk

    assert len(set(at_once(save, 16))) == 1
    assert Comment.objects.count() == 1
