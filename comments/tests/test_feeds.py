"""The feed of a conversation, as a feed reader sees it."""

import json
from time import mktime
from typing import Any

import feedparser
import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from accounts.testing import make_user
from comments.models import Comment
from comments.testing import make_comment, make_reply
from posts.models import Post
from posts.testing import count_queries, make_draft, make_post

SITE = "http://127.0.0.1:8000"
KINDS = ["", "rss/", "json/"]


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice", display_name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob", display_name="Bob")


@pytest.fixture
def alices(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def post(alice: User) -> Post:
    return make_post(alice, slug="first", title="First")


def address(kind: str = "") -> str:
    return f"/posts/first/comments/feed/{kind}"


def read(client: Client, kind: str) -> Any:
    parsed = feedparser.parse(client.get(address(kind)).content)
    assert not parsed.bozo
    return parsed


@pytest.mark.parametrize("kind", ["", "rss/"])
def test_it_holds_what_is_said_the_newest_first(
    client: Client, post: Post, bob: User, kind: str
) -> None:
    first = make_comment(post, bob, "See [the tag](/tags/food/) & *more*.")
    make_reply(first, post.author, "Thanks.")
    newer, older = read(client, kind).entries
    assert "Thanks." in newer.content[-1].value
    assert f'href="{SITE}/tags/food/"' in older.content[-1].value
    assert older.summary == "See the tag &amp; more."
    assert older.title == "Bob wrote"
    assert older.link == SITE + first.get_absolute_url()
    assert older.id.startswith("tag:127.0.0.1,")


def test_the_json_feed_says_the_same(client: Client, post: Post, bob: User) -> None:
    make_comment(post, bob, "A & B")
    feed = json.loads(client.get(address("json/")).content)
    assert feed["home_page_url"] == f"{SITE}/posts/first/"
    assert [item["summary"] for item in feed["items"]] == ["A & B"]
    assert feed["items"][0]["authors"][0]["name"] == "Bob"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", ["held_at", "hidden_at", "spam_at", "deleted_at"])
def test_it_holds_only_what_stands(
    client: Client, alices: Client, post: Post, kind: str, state: str
) -> None:
    make_comment(post, post.author, "canary", **{state: timezone.now()})
    for browser in (client, alices):
        assert "canary" not in browser.get(address(kind)).content.decode()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "fields", [{"comment_policy": "members"}, {"visibility": "members"}, {"published_at": None}]
)
def test_there_is_none_where_not_everybody_reads(
    client: Client, alices: Client, post: Post, kind: str, fields: dict[str, Any]
) -> None:
    make_comment(post, post.author, "canary")
    Post.objects.update(**fields)
    for browser in (client, alices):
        assert browser.get(address(kind)).status_code == 404
        assert "comments/feed" not in browser.get("/posts/first/").content.decode()


def test_the_posts_page_names_it(client: Client, post: Post) -> None:
    page = client.get("/posts/first/").content.decode()
    for kind in KINDS:
        assert f'href="{address(kind)}"' in page


def test_a_closed_conversation_can_still_be_read(client: Client, post: Post, bob: User) -> None:
    make_comment(post, bob, "Before it closed.")
    Post.objects.update(comment_policy="closed")
    assert len(read(client, "").entries) == 1


def test_a_former_address_leads_to_it(client: Client, post: Post) -> None:
    post.slug = "second"
    post.save()
    answer = client.get(address("rss/"))
    assert (answer.status_code, answer["Location"]) == (301, "/posts/second/comments/feed/rss/")


def test_older_words_are_on_further_pages(client: Client, post: Post, bob: User) -> None:
    for number in range(51):
        make_comment(post, bob, f"Number {number}.")
    feed = json.loads(client.get(address("json/")).content)
    assert feed["next_url"] == f"{SITE}{address('json/')}?page=2"
    (last,) = json.loads(client.get(f"{address('json/')}?page=2").content)["items"]
    assert last["summary"] == "Number 0."
    assert client.get(f"{address('json/')}?page=3").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_it_takes_the_same_queries_with_twice_the_words(
    client: Client, post: Post, bob: User, kind: str
) -> None:
    for _number in range(5):
        make_comment(post, bob)
    first = count_queries(client, address(kind))
    for _number in range(10):
        make_comment(post, post.author)
    assert count_queries(client, address(kind)) == first <= 4


def test_a_reader_that_has_it_is_told_so_until_something_changes(
    client: Client, post: Post, bob: User
) -> None:
    comment = make_comment(post, bob)
    tag = client.get(address()).headers["ETag"]
    again = {"If-None-Match": tag}
    assert client.get(address(), headers=again).status_code == 304
    Comment.objects.filter(pk=comment.pk).update(html="<p>Set by hand.</p>")
    assert client.get(address(), headers=again).status_code == 200


def test_its_identifier_outlives_a_changed_address(client: Client, post: Post) -> None:
    expected = f"tag:127.0.0.1,{post.created_at.year}:post/{post.pk}/comments"
    assert read(client, "").feed.id == expected
    post.slug = "second"
    post.save()
    answer = client.get("/posts/second/comments/feed/")
    assert feedparser.parse(answer.content).feed.id == expected


def test_a_feed_without_a_word_began_with_its_post(client: Client, post: Post) -> None:
    assert post.published_at is not None
    began = post.published_at.replace(microsecond=0)
    updated = parse_datetime(read(client, "").feed.updated)
    assert updated == began
    assert mktime(read(client, "rss/").feed.updated_parsed) == mktime(began.utctimetuple())


def test_a_draft_has_none(alices: Client, alice: User) -> None:
    draft = make_draft(alice)
    assert alices.get(f"/posts/{draft.slug}/comments/feed/").status_code == 404
    assert "comments/feed" not in alices.get(f"/posts/{draft.slug}/").content.decode()
