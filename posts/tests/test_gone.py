"""What was deleted says so; what was never open to readers does not show."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from posts.models import FormerAddress, Post, Series, Tag
from posts.testing import make_draft, make_post, make_posts, make_series, make_tag


def status(client: Client, address: str) -> int:
    """Return the status; an answer for what is gone must help on."""
    answer = client.get(address)
    if answer.status_code == 410:
        assert 'role="search"' in answer.text
        assert "no-cache" in answer["Cache-Control"]
    return answer.status_code


def delete_by_row(post: Post) -> None:
    post.delete()


def delete_by_query(post: Post) -> None:
    Post.objects.filter(pk=post.pk).delete()


@pytest.mark.parametrize("delete", [delete_by_row, delete_by_query])
def test_a_deleted_post_is_gone_at_all_its_addresses(
    client: Client, alice: User, delete: Any
) -> None:
    post = make_post(alice, slug="one")
    post.slug = "two"
    post.save()
    FormerAddress.objects.create(path="2021/one.html", post=post)
    delete(post)
    for address in ("/posts/two/", "/posts/one/", "/posts/one.md", "/2021/one.html"):
        assert status(client, address) == 410
    assert status(client, "/posts/three/") == 404


def test_the_page_shows_where_else_to_look(client: Client, alice: User) -> None:
    make_post(alice, slug="one").delete()
    make_post(alice, title="Beans", tags=["Food"])
    make_draft(alice, title="A secret")
    page = client.get("/posts/one/").text
    assert "Beans" in page
    assert "/tags/food/" in page
    assert "A secret" not in page
    first = _queries(client, "/posts/one/")
    make_posts(alice, 8, tags=["Birds", "Bees"])
    assert _queries(client, "/posts/one/") == first


def test_the_bin_is_gone_until_restored(client: Client, alice: User) -> None:
    post = make_post(alice, slug="one")
    FormerAddress.objects.create(path="posts/before", post=post)
    post.bin()
    assert status(client, "/posts/one/") == status(client, "/posts/before/") == 410
    post.unbin()
    assert status(client, "/posts/one/") == 200
    assert status(client, "/posts/before/") == 301


HIDDEN: list[dict[str, Any]] = [
    {"published_at": None},
    {"published_at": timezone.now() + timedelta(days=1)},
    {"visibility": "members"},
]


@pytest.mark.parametrize("fields", HIDDEN)
def test_what_was_never_open_is_missing_when_it_goes(
    client: Client, alice: User, fields: dict[str, Any]
) -> None:
    post = make_post(alice, slug="one", tags=["Secret"], **fields)
    series = make_series(alice, post)
    FormerAddress.objects.create(path="before", post=post)
    post.bin()
    assert status(client, "/posts/one/") == status(client, "/before/") == 404
    Tag.objects.all().delete()
    post.delete()
    series.delete()
    for address in ("/posts/one/", "/before/", "/tags/secret/", series.get_absolute_url()):
        assert status(client, address) == 404


def test_what_is_withdrawn_is_missing(client: Client, alice: User) -> None:
    post = make_post(alice, slug="one")
    post.withdraw(by=alice)
    assert status(client, "/posts/one/") == 404


@pytest.mark.parametrize("way", ["one", "many"])
def test_deleted_tags_and_series_are_gone_with_their_feeds(
    client: Client, alice: User, way: str
) -> None:
    series = make_series(alice, make_post(alice, tags=["Garden"]))
    tag = Tag.objects.get()
    tag.slug = "gardens"
    tag.save()
    addresses = ["/tags/garden/", "/tags/gardens/", series.get_absolute_url()]
    if way == "one":
        tag.delete()
        series.delete()
    else:
        Tag.objects.all().delete()
        Series.objects.all().delete()
    for address in addresses:
        for rest in ("", "feed/", "feed/rss/", "feed/json/"):
            assert status(client, f"{address}{rest}") == 410


def test_what_comes_back_under_the_name_answers_again(client: Client, alice: User) -> None:
    make_post(alice, slug="one").delete()
    draft = make_draft(alice, slug="one")
    assert status(client, "/posts/one/") == 410
    draft.publish()
    assert status(client, "/posts/one/") == 200
    draft.withdraw(by=alice)
    assert status(client, "/posts/one/") == 404


def test_a_draft_takes_no_address_that_leads_elsewhere(client: Client, alice: User) -> None:
    post = make_post(alice, slug="one")
    post.slug = "two"
    post.save()
    make_draft(alice, slug="one")
    assert client.get("/posts/one/")["Location"] == "/posts/two/"


def test_renamed_and_merged_over_and_over_is_one_hop(client: Client, alice: User) -> None:
    make_post(alice, tags=["One"])
    other = make_tag("Other")
    for slug in ("two", "three", "one", "four"):
        tag = Tag.objects.get(name="One")
        tag.slug = slug
        tag.save()
    tag.merge_into(other)
    other.slug = "others"
    other.save()
    for slug in ("one", "two", "three", "four", "other"):
        answer = client.get(f"/tags/{slug}/")
        assert (answer.status_code, answer["Location"]) == (301, "/tags/others/")


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)
