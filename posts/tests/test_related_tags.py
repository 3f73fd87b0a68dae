"""Tags that stand beside a tag: counted over posts that everybody sees, when they change."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from posts.models import Post, RelatedTag, Tag
from posts.relating import work
from posts.testing import count_queries, make_draft, make_post


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a queue that learned nothing from another test."""
    monkeypatch.setattr(work, "QUEUE", work.Queue())


def beside(client: Client, slug: str) -> list[str]:
    """Return the names on the tag's page, after the worker has done its part."""
    work.relate_due(seconds=60)
    return [tag.name for tag in client.get(f"/tags/{slug}/").context["related"]]


def test_a_page_shows_the_tags_that_stand_beside_it_most(client: Client, alice: User) -> None:
    for names in (["Food", "Soup"], ["Food", "Soup", "Bread"], ["Food", "Bread"], ["Food", "Soup"]):
        make_post(alice, tags=names)
    make_post(alice, tags=["Trains"])
    assert beside(client, "food") == ["Soup", "Bread"]
    assert 'href="/tags/soup/"' in client.get("/tags/food/").text.split('class="related-tags"')[1]
    assert beside(client, "trains") == []


def test_it_follows_every_change(client: Client, alice: User) -> None:
    post = make_post(alice, tags=["Food", "Soup"])
    make_post(alice, tags=["Food"])
    assert beside(client, "food") == ["Soup"]
    post.tags.set(Tag.named(["Food", "Bread"]))
    assert beside(client, "food") == ["Bread"]
    Tag.objects.get(slug="bread").merge_into(Tag.named(["Cake"])[0])
    assert beside(client, "food") == ["Cake"]
    post.withdraw(by=alice)
    assert beside(client, "food") == []
    Tag.objects.get(slug="food").delete()
    assert not RelatedTag.objects.exists()


HIDDEN: list[dict[str, Any]] = [
    {"published_at": None},
    {"published_at": timezone.now() + timedelta(days=1)},
    {"visibility": "members"},
    {"visibility": "unlisted"},
    {"withdrawn_at": timezone.now()},
]


@pytest.mark.parametrize("fields", HIDDEN)
def test_nothing_that_is_hidden_counts(client: Client, alice: User, fields: dict[str, Any]) -> None:
    make_post(alice, tags=["Food"])
    make_post(alice, tags=["Food", "Secret"], **fields)
    assert beside(client, "food") == []


def test_what_was_hidden_since_is_not_shown(client: Client, alice: User) -> None:
    make_post(alice, tags=["Food"])
    hidden = make_post(alice, tags=["Food", "Secret"])
    assert beside(client, "food") == ["Secret"]
    Post.objects.filter(pk=hidden.pk).update(deleted_at=timezone.now())
    assert "/tags/secret/" not in client.get("/tags/food/").text  # the worker has not seen it yet


def test_it_takes_as_many_queries_whatever_the_number(client: Client, alice: User) -> None:
    make_post(alice, tags=["Food", "One"])
    make_draft(alice, tags=["Food"])
    beside(client, "food")
    first = count_queries(client, "/tags/food/")
    for number in range(10):
        make_post(alice, tags=["Food", f"Tag{number}", f"Tag{number + 1}"])
    beside(client, "food")
    assert count_queries(client, "/tags/food/") == first
