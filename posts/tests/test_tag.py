"""A tag's page."""

from django.test import Client

from accounts.models import User
from posts.models import Tag
from posts.testing import count_queries, make_post, make_posts, make_tag


def test_it_shows_its_description_and_posts(client: Client, alice: User) -> None:
    post, other = make_post(alice, tags=["Food"]), make_post(alice, tags=["Gardens"])
    Tag.objects.filter(slug="food").update(description="What to eat.")
    page = client.get("/tags/food/").content.decode()
    assert "What to eat." in page
    assert post.get_absolute_url() in page
    assert other.get_absolute_url() not in page
    assert '"/tags/food/feed/rss/"' in page


def test_a_tag_of_any_script_has_a_page(client: Client, db: None) -> None:
    tag = make_tag("園芸")
    assert client.get(tag.get_absolute_url()).status_code == 200


def test_a_tag_without_posts_says_so(client: Client, db: None) -> None:
    make_tag("Food")
    page = client.get("/tags/food/").content.decode()
    assert "No posts yet" in page
    assert "noindex" in page


def test_an_unknown_tag_is_missing(client: Client, db: None) -> None:
    assert client.get("/tags/unknown/").status_code == 404


def test_it_takes_the_same_queries_with_twice_the_posts(
    client: Client, charlies: Client, alice: User
) -> None:
    for browser in (client, charlies):
        make_posts(alice, 10, tags=["Food"])
        first = count_queries(browser, "/tags/food/")
        make_posts(alice, 10, tags=["Food"])
        assert count_queries(browser, "/tags/food/") == first <= 11
