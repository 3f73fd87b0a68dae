"""A canary word in what is hidden sings nowhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from posts.models import Post
from posts.testing import make_draft, make_post, make_series

CANARY = "Kanarienvogel"
SERIES = "/series/a-year-outside/"
PAGES = [
    *("/", "/tags/food/", "/authors/alice/", SERIES, "/posts/seen/"),
    *("/archive/", "/archive/{year}/", "/archive/{year}/{month}/"),
    *("/search/?q=kanarienvogel", "/search/?q=words"),
    *("/feed/", "/feed/rss/", "/feed/json/"),
    *("/tags/food/feed/", "/authors/alice/feed/rss/", f"{SERIES}feed/json/"),
    *("/sitemap.xml", "/sitemap-posts.xml", "/sitemap-tags.xml", "/sitemap-authors.xml"),
]


def hide(kind: str, alice: User) -> Post:
    """Return a post hidden in that way, the word in all its parts."""
    now = timezone.now()
    fields = {
        "title": CANARY, "slug": CANARY.lower(), "summary": CANARY, "body": f"words {CANARY}",
        "cover_alt": CANARY, "cover_caption": CANARY, "tags": ["Food"],
        "published_at": now - timedelta(hours=2),
    }  # fmt: skip
    if kind == "draft":
        return make_draft(alice, **fields | {"published_at": None})
    if kind == "scheduled":
        return make_post(alice, **fields | {"published_at": now + timedelta(hours=1)})
    if kind in {"withdrawn", "deleted"}:
        return make_post(alice, **fields, **{f"{kind}_at": now})
    return make_post(alice, **fields, visibility=kind)


def sightings(client: Client) -> list[str]:
    now = timezone.localtime()
    addresses = [page.format(year=now.year, month=f"{now:%m}") for page in PAGES]
    # What was asked for is shown again in the search field; only its small letters may be there.
    return [one for one in addresses if CANARY in client.get(one).content.decode()]


def arrange(kind: str, alice: User) -> Post:
    hidden = hide(kind, alice)
    seen = make_post(alice, slug="seen", tags=["Food"], body="words")
    make_series(alice, hidden, seen)
    return hidden


@pytest.mark.parametrize(
    "kind", ["draft", "scheduled", "withdrawn", "deleted", "members", "unlisted"]
)
def test_it_hides_what_is_not_public_from_strangers(client: Client, alice: User, kind: str) -> None:
    hidden = arrange(kind, alice)
    assert sightings(client) == []
    reached = client.get(hidden.get_absolute_url()).status_code
    assert reached == {"unlisted": 200, "deleted": 410}.get(kind, 404)


@pytest.mark.parametrize("kind", ["draft", "scheduled", "withdrawn", "deleted", "unlisted"])
def test_it_hides_from_members_what_is_not_for_them(
    charlies: Client, alice: User, kind: str
) -> None:
    arrange(kind, alice)
    assert sightings(charlies) == []


def test_a_public_post_is_seen_everywhere(client: Client, alice: User) -> None:
    """The control: the word would be found where it may be."""
    arrange("public", alice)
    assert len(sightings(client)) >= 13


def test_the_count_of_the_archive_leaves_hidden_posts_out(client: Client, alice: User) -> None:
    for kind in ("draft", "unlisted"):
        Post.objects.filter(pk=hide(kind, alice).pk).update(slug=f"{kind}-{CANARY}")
    assert "Nothing has been published yet" in client.get("/archive/").content.decode()
