"""A tag's page."""

import pytest
from django.test import Client

from accounts.models import User
from posts import drafts
from posts.models import Tag
from posts.testing import count_queries, make_draft, make_post, make_posts, make_tag


def test_it_shows_its_description_and_posts(client: Client, alice: User) -> None:
    post, other = make_post(alice, tags=["Food"]), make_post(alice, tags=["Gardens"])
    tag = Tag.objects.get(slug="food")
    tag.description = "What *to* eat."
    tag.save()
    page = client.get("/tags/food/").content.decode()
    assert "<p>What <em>to</em> eat.</p>" in page
    assert '<meta name="description" content="What to eat.' in page
    assert post.get_absolute_url() in page
    assert other.get_absolute_url() not in page
    assert '"/tags/food/feed/rss/"' in page


@pytest.mark.parametrize("name", ["園芸", "हिन्दी", "بستنة"])
def test_a_tag_of_any_script_has_a_page(client: Client, alice: User, name: str) -> None:
    make_post(alice, tags=[name])
    assert client.get(make_tag(name).get_absolute_url()).status_code == 200


@pytest.mark.parametrize("address", ["", "feed/", "feed/rss/", "feed/json/"])
def test_a_tag_of_drafts_alone_is_missing_for_others(
    client: Client, charlies: Client, desk: Client, alice: User, address: str
) -> None:
    make_draft(alice, tags=["Food"])
    make_post(alice, tags=["Gardens"], visibility="members")
    food, gardens = f"/tags/food/{address}", f"/tags/gardens/{address}"
    assert Client().get(food).status_code == charlies.get(food).status_code == 404
    assert Client().get(gardens).status_code == 404
    assert charlies.get(gardens).status_code == desk.get(food).status_code == 200


def test_a_tag_without_posts_says_so(client: Client, bob: User) -> None:
    make_tag("Food")
    client.force_login(bob)
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
        assert count_queries(browser, "/tags/food/") == first <= 12


def test_a_tag_that_is_called_otherwise_than_its_address_is_found_by_both(alice: User) -> None:
    tag = Tag.objects.create(slug="bees", name="Honey bees")
    assert Tag.named(["Honey bees"]) == Tag.named(["bees"]) == Tag.named(["Bees"]) == [tag]
    assert Tag.known_names(["bees", "Ants"]) == ["Ants", "Honey bees"]
    post = make_post(alice)
    post.tags.add(tag)
    drafts.write(post, drafts.working_copy(post) | {"title": "Another"}, by=alice)
    assert list(Tag.objects.filter(posts=post)) == [tag]


def test_of_two_tags_of_one_name_the_address_decides(db: None) -> None:
    Tag.objects.create(slug="honey", name="Bees")
    tag = Tag.objects.create(slug="bees", name="Bees")
    assert Tag.named(["Bees"]) == [tag]
