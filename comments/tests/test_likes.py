from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.testing import make_user
from comments.models import Comment, CommentLike, PostLike, Sanction
from comments.testing import make_comment
from comments.tests.test_sanctions import tomorrow
from conftest import AtOnce
from posts.models import Post
from posts.testing import make_draft, make_post

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Requested-With": "fetch"}
PRESSED = 'value="unlike" aria-pressed="true"'


@pytest.fixture
def bob(client: Client) -> User:
    bob = make_user("bob")
    client.force_login(bob)
    return bob


@pytest.fixture
def post() -> Post:
    return make_post(make_user("alice"))


def likes(post: Post) -> tuple[int, int]:
    return Post.objects.values_list("like_count", flat=True).get(pk=post.pk), post.likes.count()


def test_a_like_is_given_and_taken_back_without_script(
    client: Client, post: Post, bob: User
) -> None:
    answer = client.post(f"/posts/{post.slug}/like/")
    assert answer["Location"] == post.get_absolute_url()
    assert likes(post) == (1, 1)
    client.post(f"/posts/{post.slug}/like/")
    assert likes(post) == (0, 0)


@pytest.mark.parametrize(("want", "count"), [("like", 1), ("unlike", 0)])
def test_what_is_wanted_holds_however_often_it_is_sent(
    client: Client, post: Post, bob: User, want: str, count: int
) -> None:
    PostLike.give(post, bob)
    for _ in range(3):
        client.post(f"/posts/{post.slug}/like/", {"want": want})
    assert likes(post) == (count, count)


def test_a_script_gets_the_button_alone(client: Client, post: Post, bob: User) -> None:
    comment = make_comment(post, bob)
    for address in (f"/posts/{post.slug}/like/", f"/comments/{comment.pk}/like/"):
        html = client.post(address, headers=SCRIPT).content.decode()
        assert 'aria-pressed="true"' in html
        assert '<span class="num">1</span>' in html
        assert "<html" not in html


def test_the_page_shows_what_one_likes(client: Client, post: Post, bob: User) -> None:
    comment = make_comment(post, bob)
    assert client.get(post.get_absolute_url()).content.decode().count(PRESSED) == 0
    CommentLike.give(comment, bob)
    PostLike.give(post, bob)
    assert client.get(post.get_absolute_url()).content.decode().count(PRESSED) == 2


def test_liking_a_comment_leads_back_to_it(client: Client, post: Post, bob: User) -> None:
    comment = make_comment(post, bob)
    answer = client.post(f"/comments/{comment.pk}/like/")
    assert answer["Location"] == f"{post.get_absolute_url()}#comment-{comment.pk}"
    comment.refresh_from_db()
    assert comment.like_count == 1


def test_a_stranger_is_led_to_sign_in_and_back(post: Post) -> None:
    html = Client().get(post.get_absolute_url()).content.decode()
    assert f'<a class="like" href="/accounts/login/?next=%2Fposts%2F{post.slug}%2F"' in html
    answer = Client().post(f"/posts/{post.slug}/like/")
    assert answer["Location"].startswith("/accounts/login/?next=")
    assert Client().post(f"/posts/{post.slug}/like/", headers=SCRIPT).status_code == 403
    assert likes(post) == (0, 0)


def test_a_suspended_person_does_not_like(client: Client, post: Post, bob: User) -> None:
    Sanction.impose(bob, by=post.author, because="Insults.", until=tomorrow())
    answer = client.post(f"/posts/{post.slug}/like/", headers=SCRIPT)
    assert (answer.status_code, likes(post)) == (403, (0, 0))
    assert "Insults." in answer.content.decode()


def test_what_one_may_not_see_is_not_liked(client: Client, bob: User) -> None:
    draft = make_draft(make_user("alice"))
    hidden = make_comment(make_post(bob), draft.author)
    hidden.hide(by=bob)
    for address in (f"/posts/{draft.slug}/like/", f"/comments/{hidden.pk}/like/"):
        assert client.post(address).status_code == 404
    assert client.get(f"/posts/{draft.slug}/like/").status_code == 405


@pytest.mark.parametrize("kind", [PostLike, CommentLike])
def test_one_like_comes_of_thirty_two_at_once(at_once: AtOnce, kind: Any) -> None:
    post = make_post(make_user("alice"))
    thing = make_comment(post, post.author) if kind is CommentLike else post
    for _ in range(5):
        assert sum(at_once(lambda _: kind.give(thing, post.author), 32)) == 1
        assert sum(at_once(lambda _: kind.take(thing, post.author), 32)) == 1
    thing.refresh_from_db()
    assert (thing.like_count, thing.likes.count()) == (0, 0)


def test_the_count_is_true_after_thirty_two_people_at_once(at_once: AtOnce) -> None:
    people = [make_user(f"person{number}") for number in range(32)]
    post = make_post(people[0])

    def like(number: int) -> None:
        PostLike.give(post, people[number])
        if number % 2:
            PostLike.take(post, people[number])
            Comment.objects.create(post=post, author=people[number], body="Hello.")

    for _ in range(3):
        at_once(like, 32)
    assert likes(post) == (16, 16)
    post.refresh_from_db()
    assert post.comment_count == 48
