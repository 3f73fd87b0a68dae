from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from comments.models import Comment
from comments.testing import make_comment
from posts.models import Post
from posts.testing import make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(client: Client) -> Comment:
    bob = make_user("bob")
    client.force_login(bob)
    return make_comment(make_post(make_user("alice")), bob, "Canary words.")


def test_deleting_asks_first(client: Client, comment: Comment) -> None:
    html = client.get(f"/comments/{comment.pk}/delete/").content.decode()
    assert "Canary words." in html
    comment.refresh_from_db()
    assert comment.deleted_at is None


def test_a_deleted_comment_is_gone_for_all_and_can_come_back(
    client: Client, comment: Comment
) -> None:
    answer = client.post(f"/comments/{comment.pk}/delete/", follow=True).content.decode()
    assert "Canary words." not in answer
    assert f'href="/comments/{comment.pk}/restore/"' in answer
    assert client.get(comment.get_absolute_url()).status_code == 404
    client.post(f"/comments/{comment.pk}/restore/")
    assert "Canary words." in client.get(comment.post.get_absolute_url()).content.decode()
    assert Post.objects.get().comment_count == 1


def test_coming_back_does_not_undo_a_moderator(client: Client, comment: Comment) -> None:
    comment.hide(by=comment.post.author)
    client.post(f"/comments/{comment.pk}/delete/")
    client.post(f"/comments/{comment.pk}/restore/")
    comment.refresh_from_db()
    assert comment.state == "hidden"


@pytest.mark.parametrize("verb", ["delete", "restore"])
def test_only_its_author_deletes_and_restores(comment: Comment, verb: str) -> None:
    for person in (make_user("charlie"), comment.post.author):
        client = Client()
        client.force_login(person)
        assert client.get(f"/comments/{comment.pk}/{verb}/").status_code == 404
        assert client.post(f"/comments/{comment.pk}/{verb}/").status_code == 404


def test_one_may_always_take_ones_words_back(client: Client, comment: Comment) -> None:
    User.objects.filter(pk=comment.author_id).update(
        suspended_until=timezone.now() + timedelta(days=1)
    )
    Post.objects.update(comment_policy="closed")
    client.post(f"/comments/{comment.pk}/delete/")
    comment.refresh_from_db()
    assert comment.state == "deleted"


@pytest.mark.parametrize("ask", ["get", "post"])
def test_who_is_suspended_brings_nothing_back(client: Client, comment: Comment, ask: str) -> None:
    comment.bin()
    comment.author.suspend(until=timezone.now() + timedelta(days=1))
    answer = getattr(client, ask)(f"/comments/{comment.pk}/restore/")
    comment.refresh_from_db()
    assert (answer.status_code, comment.state) == (403, "deleted")
