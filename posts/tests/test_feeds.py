"""Feeds, as a feed reader sees them."""

import json
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from posts.models import Post, Series, Tag
from posts.testing import count_queries, make_cover, make_post, make_posts, make_series

SITE = "http://127.0.0.1:8000"
XML = ["/feed/", "/feed/rss/"]
ALL = [*XML, "/feed/json/"]


def read(client: Client, address: str) -> Any:
    parsed = feedparser.parse(client.get(address).content)
    assert not parsed.bozo
    return parsed


@pytest.fixture
def beans(alice: User, bob: User) -> Post:
    """Return a post with all that a feed shows."""
    body = "A [link](/tags/food/) & ![a bean](/media/bean.png) <b>bold</b>"
    post = make_post(
        alice, title="Beans & <peas>", summary="All of it.", body=body, tags=["Food"],
        cover=make_cover(alice), cover_alt="A bean",
    )  # fmt: skip
    post.set_authors([alice, bob])
    return post


@pytest.mark.parametrize("address", XML)
def test_an_entry_holds_the_whole_post_with_whole_addresses(
    client: Client, beans: Post, address: str
) -> None:
    entry = read(client, address).entries[0]
    content = entry.content[-1].value
    assert entry.title == "Beans & <peas>" or "&lt;peas&gt;" in entry.title
    assert entry.summary == "All of it."
    assert f'href="{SITE}/tags/food/"' in content
    assert f'src="{SITE}/media/bean.png"' in content
    assert entry.link == SITE + beans.get_absolute_url()
    assert [tag.term for tag in entry.tags] == ["Food"]
    assert {author.name for author in entry.authors} >= {"Alice"}


@pytest.mark.parametrize("address", ALL)
def test_headings_come_without_their_links(client: Client, alice: User, address: str) -> None:
    make_post(alice, body="## Roses\n\nred")
    text = client.get(address).content.decode()
    assert "Roses" in text
    assert "heading-link" not in text


def test_atom_names_every_author_and_itself(client: Client, beans: Post) -> None:
    parsed = read(client, "/feed/")
    assert [author.name for author in parsed.entries[0].authors] == ["Alice", "Bob"]
    links = {link.rel: link.href for link in parsed.feed.links}
    assert links == {"alternate": f"{SITE}/", "self": f"{SITE}/feed/"}


def test_the_json_feed_says_the_same(client: Client, beans: Post) -> None:
    answer = client.get("/feed/json/")
    feed = json.loads(answer.content)
    (item,) = feed["items"]
    assert answer.headers["Content-Type"].startswith("application/feed+json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{SITE}/feed/json/"
    assert item["title"] == "Beans & <peas>"
    assert item["tags"] == ["Food"]
    assert [author["name"] for author in item["authors"]] == ["Alice", "Bob"]
    assert f'src="{SITE}/media/bean.png"' in item["content_html"]


def test_an_identifier_outlives_a_changed_address(client: Client, beans: Post) -> None:
    before = [read(client, address).entries[0].id for address in XML]
    beans.slug = "other"
    beans.save()
    assert [read(client, address).entries[0].id for address in XML] == before


def test_the_identifier_of_a_feed_outlives_a_changed_address(client: Client, beans: Post) -> None:
    tag, series = Tag.objects.get(), make_series(beans.author, beans)
    things: list[Tag | User | Series] = [tag, beans.author, series]
    before = [read(client, f"{thing.get_absolute_url()}feed/").feed.id for thing in things]
    assert before == [
        f"tag:127.0.0.1,2026:{kind}/{thing.pk}"
        for kind, thing in zip(("tag", "author", "series"), things, strict=True)
    ]
    tag.slug, series.slug, beans.author.username = "meals", "years", "alison"
    for thing in things:
        thing.save()
    assert [read(client, f"{thing.get_absolute_url()}feed/").feed.id for thing in things] == before
    assert read(client, "/feed/").feed.id == f"{SITE}/"


@pytest.mark.parametrize("address", ALL)
def test_a_reader_that_has_it_is_told_so_until_something_changes(
    client: Client, beans: Post, alice: User, address: str
) -> None:
    def ask(etag: str) -> Any:
        return client.get(address, headers={"If-None-Match": etag})

    tag = client.get(address).headers["ETag"]
    assert ask(tag).status_code == 304
    beans.publish()
    beans.title = "Other"
    beans.updated_at = timezone.now()
    beans.save()
    changed = ask(tag)
    assert changed.status_code == 200
    alice.display_name = "Alice A."
    alice.save()
    assert ask(changed.headers["ETag"]).status_code == 200


@pytest.mark.parametrize("address", ALL)
def test_what_changes_without_a_date_has_another_tag(
    client: Client, beans: Post, address: str
) -> None:
    tag = client.get(address).headers["ETag"]
    Post.objects.update(title="Set by hand")
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("address", ALL)
def test_it_holds_the_newest_twenty_public_posts(
    client: Client, charlies: Client, alice: User, address: str
) -> None:
    posts = make_posts(alice, 22)
    make_post(alice, title="Canary", visibility="members")
    make_post(alice, title="Canary", published_at=timezone.now() + timedelta(hours=1))
    for browser in (client, charlies):
        text = browser.get(address).content.decode()
        assert "Canary" not in text
        assert posts[2].get_absolute_url() in text
        assert posts[1].get_absolute_url() not in text


@pytest.mark.parametrize("kind", ["", "rss/", "json/"])
def test_tags_authors_and_series_have_their_own(
    client: Client, alice: User, bob: User, kind: str
) -> None:
    post, other = make_post(alice, tags=["Food"]), make_post(bob)
    series = make_series(alice, post)
    for page in ("/tags/food/", "/authors/alice/", series.get_absolute_url()):
        text = client.get(f"{page}feed/{kind}").content.decode()
        assert post.get_absolute_url() in text
        assert other.get_absolute_url() not in text
        assert f"{SITE}{page}feed/{kind}" in text


@pytest.mark.parametrize(
    "address", ["/tags/no/feed/", "/authors/no/feed/rss/", "/series/no/feed/json/"]
)
def test_a_feed_of_nothing_is_missing(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ALL)
def test_no_character_makes_it_unreadable(client: Client, alice: User, address: str) -> None:
    make_post(alice, title="Bell \x07 ]]> \ufffe", summary="\x0b", body="`]]>` \x0c &amp;")
    content = client.get(address).content
    assert json.loads(content) if "json" in address else not feedparser.parse(content).bozo


@pytest.mark.parametrize("address", ALL)
def test_an_empty_site_has_a_valid_feed(client: Client, db: None, address: str) -> None:
    content = client.get(address).content
    assert json.loads(content) if "json" in address else not feedparser.parse(content).bozo


@pytest.mark.parametrize("address", ALL)
def test_it_takes_the_same_queries_with_twice_the_posts(
    client: Client, alice: User, address: str
) -> None:
    make_posts(alice, 5, tags=["Food"])
    first = count_queries(client, address)
    make_posts(alice, 10, tags=["Food"])
    assert count_queries(client, address) == first <= 9


def test_the_host_that_was_asked_is_not_believed(client: Client, beans: Post) -> None:
    for address in ALL:
        content = client.get(address, headers={"host": "localhost"}).content.decode()
        assert "localhost" not in content


@pytest.mark.parametrize("page", ["/", "/tags/food/", "/authors/alice/", "/series/a-year-outside/"])
def test_a_page_says_in_words_which_feeds_there_are(client: Client, alice: User, page: str) -> None:
    make_series(alice, make_post(alice, tags=["Food"]))
    words = client.get(f"{page}feeds/").content.decode()
    for kind in ("", "rss/", "json/"):
        assert f'<a href="{page}feed/{kind}">{SITE}{page}feed/{kind}</a>' in words
    assert f'{page}feeds/"' in client.get(page).content.decode()


@pytest.mark.parametrize("page", ["/tags/no/", "/authors/no/", "/series/no/"])
def test_there_are_no_words_about_feeds_of_nothing(client: Client, db: None, page: str) -> None:
    assert client.get(f"{page}feeds/").status_code == 404


def test_a_former_address_of_the_words_leads_on(client: Client, alice: User) -> None:
    series = make_series(alice, make_post(alice))
    series.slug = "other"
    series.save()
    answer = client.get("/series/a-year-outside/feeds/")
    assert (answer.status_code, answer["Location"]) == (301, "/series/other/feeds/")
