import pytest
from django.db.models import RestrictedError
from django.test import Client
from django.urls import reverse

from accounts.testing import make_user
from comments.models import Comment
from comments.testing import make_comment, make_reply
from posts.models import Post
from posts.testing import make_draft, make_post

pytestmark = pytest.mark.django_db


def test_a_conversation_goes_with_its_post(client: Client) -> None:
    alice = make_user("alice")
    post, other = make_post(alice), make_draft(alice)
    make_reply(make_reply(make_comment(post, alice), alice), alice)
    post.bin()
    client.force_login(alice)
    client.post(reverse("posts:deletion", args=[post.pk]))
    assert list(Post.objects.all()) == [other]
    assert not Comment.objects.exists()


def test_a_comment_with_replies_cannot_go_alone() -> None:
    alice = make_user("alice")
    comment = make_comment(make_post(alice), alice)
    make_reply(comment, alice)
    with pytest.raises(RestrictedError):
        comment.delete()
