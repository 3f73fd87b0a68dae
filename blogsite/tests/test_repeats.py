"""No page asks the database the same again for each thing it shows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.lib import queries
from comments.models import PostLike
from comments.testing import make_comment
from posts.models import Post
from posts.testing import make_draft, make_post, make_series

pytestmark = pytest.mark.django_db

MANY = 8
PUBLIC = [
    *["/", "/posts/walk-1/", "/tags/gardens/", "/authors/alice/", "/series/a-year-outside/"],
    *["/archive/", "/archive/2026/", "/archive/2026/03/", "/search/?q=first"],
    *["/feed/", "/feed/rss/", "/feed/json/", "/tags/gardens/feed/", "/authors/alice/feed/"],
    *["/sitemap.xml", "/sitemap-posts.xml", "/sitemap-tags.xml", "/sitemap-authors.xml"],
]
OWN = ["/write/", "/accounts/settings/", "/admin/", "/admin/posts/post/", "/admin/accounts/user/"]


@pytest.fixture
def alice() -> User:
    """Return the owner of a site with many of each thing."""
    alice = make_user("alice", role=Role.OWNER)
    readers = [make_user(f"bob{number}") for number in range(MANY)]
    at = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
    posts = []
    for number in range(MANY):
        tags = ["Gardens", f"Other-{number}"]
        posts.append(make_post(alice, slug=f"walk-{number}", tags=tags, published_at=at))
        Post.objects.filter(pk=posts[-1].pk).update(published_at=at + timedelta(days=number))
        make_draft(alice)
    make_series(alice, *posts)
    for reader in readers:
        top = make_comment(posts[1], reader, "A first word.")
        make_comment(posts[1], alice, "A second.", parent=top)
        PostLike.give(posts[1], reader)
    return alice


def repeats(client: Client, addresses: list[str]) -> list[str]:
    """Return what is asked again and again by which page."""
    found = []
    for address in addresses:
        with queries.watched() as told:
            assert client.get(address).status_code == 200, address
        found += [f"{address}: {line}" for line in told]
    return found


def test_pages_for_strangers_ask_once_for_all(alice: User, client: Client) -> None:
    assert not repeats(client, PUBLIC)


def test_pages_for_their_owner_ask_once_for_all(alice: User, client: Client) -> None:
    client.force_login(alice)
    assert not repeats(client, [*PUBLIC, *OWN])


def test_control_one_question_for_each_post_is_told(
    alice: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = Post.__str__
    monkeypatch.setattr(Post, "__str__", lambda post: Post.objects.get(pk=post.pk).title)
    client.force_login(alice)
    assert repeats(client, ["/admin/posts/post/"])
    monkeypatch.setattr(Post, "__str__", title)
    assert not repeats(client, ["/admin/posts/post/"])
