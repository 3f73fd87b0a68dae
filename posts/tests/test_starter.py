"""The posts a fresh site starts with."""

import pytest
from django.test import Client

from accounts.testing import make_user
from posts.models import Post
from posts.starter.plant import TEXTS, plant
from posts.testing import make_post

pytestmark = pytest.mark.django_db


def test_a_fresh_site_gets_them_all_and_their_links_lead_to_each_other(client: Client) -> None:
    assert plant() == len(list(TEXTS.glob("*.md")))
    for post in Post.objects.all():
        assert post.cover is not None, post.slug
        response = client.get(post.get_absolute_url())
        assert response.status_code == 200
        html = response.content.decode()
        assert post.title in html
        assert "@/" not in html
    welcome = client.get("/posts/welcome/").content.decode()
    assert 'href="/posts/everything-your-text-can-do/"' in welcome


def test_they_are_planted_once() -> None:
    plant()
    Post.objects.all().delete()
    make_post(make_user("alice"))
    assert plant() == 0
    assert Post.objects.count() == 1
