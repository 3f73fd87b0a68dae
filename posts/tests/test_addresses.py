"""Addresses that once answered lead to where their content is now."""

import pytest
from django.test import Client

from accounts.models import User
from posts.models import FormerAddress, Post
from posts.testing import make_draft, make_post, make_series, make_tag


def leads(client: Client, address: str) -> str | None:
    """Return where the address redirects for good, None for a missing page."""
    answer = client.get(address)
    assert answer.status_code in {301, 404}
    return answer.headers.get("Location")


def rename(post: Post, slug: str) -> None:
    post.slug = slug
    post.save()


def test_a_renamed_post_is_found_by_every_former_name(client: Client, alice: User) -> None:
    post = make_post(alice, slug="one")
    rename(post, "two")
    rename(post, "three")
    assert leads(client, "/posts/one/") == leads(client, "/posts/two/") == "/posts/three/"
    assert leads(client, "/posts/one") == "/posts/three/"


def test_a_name_taken_back_or_by_another_post_is_a_page_again(client: Client, alice: User) -> None:
    post = make_post(alice, slug="one")
    rename(post, "two")
    rename(post, "one")
    assert client.get("/posts/one/").status_code == 200
    assert leads(client, "/posts/two/") == "/posts/one/"
    make_post(alice, slug="two")
    assert client.get("/posts/two/").status_code == 200


def test_an_imported_address_leads_to_its_post(client: Client, alice: User) -> None:
    post = make_post(alice, slug="beans")
    FormerAddress.objects.create(path="2021/08/03/Beans.html", post=post)
    assert leads(client, "/2021/08/03/Beans.html") == "/posts/beans/"
    assert leads(client, "/2021/08/03/Beans.html/") == "/posts/beans/"


def test_the_query_comes_along(client: Client, alice: User) -> None:
    rename(make_post(alice, slug="one"), "two")
    assert leads(client, "/posts/one/?a=b&c=%0d%0aX:y") == "/posts/two/?a=b&c=%0d%0aX:y"


@pytest.mark.parametrize("kind", ["", "feed/", "feed/rss/", "feed/json/"])
def test_renamed_and_merged_tags_and_series_lead_on_with_their_feeds(
    client: Client, alice: User, kind: str
) -> None:
    post = make_post(alice, tags=["Food"])
    tag, series = make_tag("Food"), make_series(alice, post, title="One")
    tag.slug, series.slug = "meals", "two"
    tag.save()
    series.save()
    tag.merge_into(make_tag("Kitchen"))
    assert leads(client, f"/tags/food/{kind}") == f"/tags/kitchen/{kind}"
    assert leads(client, f"/tags/meals/{kind}") == f"/tags/kitchen/{kind}"
    assert leads(client, f"/series/one/{kind}") == f"/series/two/{kind}"


def test_what_the_visitor_may_not_see_stays_missing(
    client: Client, charlies: Client, alice: User
) -> None:
    for post in (make_draft(alice), make_post(alice, visibility="members")):
        FormerAddress.objects.create(path=f"old/{post.pk}", post=post)
    draft, members = FormerAddress.objects.order_by("pk")
    assert leads(client, f"/{draft.path}/") is None
    assert leads(charlies, f"/{draft.path}/") is None
    assert leads(client, f"/{members.path}/") is None
    assert leads(charlies, f"/{members.path}/") is not None


@pytest.mark.parametrize(
    "path", ["//evil.example/", "/\\evil.example", "/\0", "/a\r\nb", "///", "/" + "x" * 9000]
)
def test_no_address_leads_off_the_site_or_breaks(client: Client, alice: User, path: str) -> None:
    FormerAddress.objects.create(path="evil.example", post=make_post(alice, slug="fine"))
    answer = client.get("/", PATH_INFO=path)
    assert answer.status_code in {301, 404}
    assert answer.headers.get("Location", "/posts/fine/") == "/posts/fine/"


def test_only_reading_is_redirected(client: Client, alice: User) -> None:
    rename(make_post(alice, slug="one"), "two")
    assert client.post("/posts/one/").status_code in {403, 404, 405}
