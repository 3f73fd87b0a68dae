"""What is not for everybody shows up nowhere: a walk over all links, feeds and searches."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import reduce
from html import escape, unescape
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.models import SiteSettings
from comments.models import Comment
from comments.testing import make_comment, make_reply
from posts import drafts
from posts.models import FormerAddress, Note, Post, ShareLink
from posts.snapshot import edited, take
from posts.testing import make_cover, make_post, make_series

pytestmark = pytest.mark.django_db
LINK = re.compile(r"""(?:href|src|action|content)="([^"]+)"|<(?:loc|id|link)>([^<]+)</""")
WORD = re.compile("canary[a-z]+", re.IGNORECASE)
STARTS = (
    *("/", "/feed/", "/feed/rss/", "/feed/json/", "/sitemap.xml", "/archive/", "/robots.txt"),
    "/llms.txt",
)
SEARCHES = ("canary", "words", '"some words"', "-nothing canary", "Ca")


def hidden_posts() -> dict[str, dict[str, Any]]:
    """Return the fields of a post for each state that is not for everybody."""
    now, day = timezone.now(), timedelta(days=1)
    return {
        "draft": {"published_at": None},
        "review": {"published_at": None, "submitted_at": now},
        "scheduled": {"published_at": now + day},
        "withdrawn": {"withdrawn_at": now},
        "binned": {"deleted_at": now},
        "members": {"visibility": "members"},
        "unlisted": {"visibility": "unlisted"},
    }


def hide_posts(author: User, seen: Post) -> Iterator[Post]:
    """Make the posts, each with its word wherever a post has words, beside one that is seen."""
    year = make_series(author, seen)
    for state, fields in hidden_posts().items():
        word = f"canary{state}"
        texts = dict.fromkeys(("title", "summary", "cover_alt", "cover_caption"), word)
        body = f"Some words, ## {word}\n\n![{word}](/media/{word}.png) <{word}>"
        cover = make_cover(author)
        words = {**texts, "slug": word, "body": body, "tags": [word], "cover": cover}
        post = make_post(author, pinned_at=timezone.now(), **(words | fields))
        make_series(author, post, title=word)
        year.append(post)
        FormerAddress.objects.create(path=f"before/{state}", post=post)
        make_comment(post, author, f"canarycomment{state}")
        yield post


def hide_versions(post: Post, author: User) -> None:
    """Make an earlier version of the post with a name, and a draft over it."""
    now = edited(take(post))
    words = dict.fromkeys(("title", "summary", "body", "cover_alt"), "canaryversion")
    with transaction.atomic():
        drafts.write(post, {**now, **words, "tags": ["canaryversion"]}, by=author).call_it("canary")
        drafts.write(post, now, by=author)
        drafts.write_draft(post, {"title": "canarypending", "body": "canarypending"}, by=author)


def hide_comments(post: Post, author: User) -> None:
    """Make a comment in each state, and one whose words were taken out."""
    now = timezone.now()
    for state in ("held", "hidden", "spam", "deleted"):
        gone = make_comment(post, author, f"canary{state}", **{f"{state}_at": now})
        make_reply(gone, author, "An answer to it.")
    make_comment(post, author, "canaryedited").edit("Better words.")
    post.body, before = "Some words.", post.body
    post.save()
    assert "canarytakenout" in before


def walk(client: Client, extra: list[str]) -> Iterator[tuple[str, str]]:
    """Yield every page that can be reached, with its address; and what is asked for besides."""
    waiting, known = [*STARTS, *extra], set()
    while waiting:
        address = waiting.pop().replace("http://testserver", "").partition("#")[0]
        if address in known or not re.match(r"/(?!/|media/|static/)", address):
            continue
        known.add(address)
        answer = client.get(address)
        text = "" if answer.streaming else answer.content.decode()
        text += answer.headers.get("Location", "")
        yield address, text
        waiting += [unescape(one or two) for one, two in LINK.findall(text)]
    assert len(known) > 40


def asked_besides() -> list[str]:
    names = [f"canary{state}" for state in hidden_posts()]
    rooms = ("posts", "tags", "series")
    found = [f"/{room}/{name}/" for room in rooms for name in names]
    found += [f"/tags/{name}/feed/" for name in names] + [f"/series/{name}/feed/" for name in names]
    for name in names:
        found += [f"/posts/{name}.md", f"/oembed?url={settings.SITE_URL}/posts/{name}/"]
        found += [f"/posts/{name}/comments/feed/{kind}" for kind in ("", "rss/", "json/")]
    found += [f"/before/{state}/" for state in hidden_posts()]
    found += [f"/share/{name}/{'0' * 16}.png" for name in names]
    found += [
        reverse("comments:permalink", args=[pk]) for (pk,) in Comment.objects.values_list("pk")
    ]
    history = f"/write/{Post.objects.get(slug='seen').pk}/history/"
    found += [history + rest for rest in ("", "2/", "2/restoration/", "2/?with=unpublished")]
    return found + [f"/search/?q={typed}" for typed in SEARCHES]


def sightings(client: Client) -> dict[str, set[str]]:
    """Return the canary words that are seen, each with where; a typed address is no sighting."""
    seen: dict[str, set[str]] = {}
    for address, text in walk(client, asked_besides()):
        typed = (f"next={address}", f'name="next" value="{escape(address)}"')
        for word in WORD.findall(reduce(lambda rest, said: rest.replace(said, ""), typed, text)):
            seen.setdefault(word.lower(), set()).add(address)
    return seen


@pytest.fixture
def alice() -> User:
    alice = make_user("alice")
    seen = make_post(alice, body="canarytakenout", tags=["Gardens"], slug="seen")
    for _post in hide_posts(alice, seen):
        pass
    hide_comments(seen, alice)
    hide_versions(seen, alice)
    Post.objects.filter(slug="seen").update(title="Seen")
    SiteSettings.objects.update_or_create(pk=1, defaults={"llms_txt": True})
    return alice


@pytest.mark.parametrize("name", ["stranger", "charlie", "bob"])
def test_only_what_is_theirs_is_seen(alice: User, name: str) -> None:
    client, allowed = Client(), {"canaryunlisted", "canarycommentunlisted"}
    if name != "stranger":
        role = Role.AUTHOR if name == "bob" else Role.READER
        client.force_login(make_user(name, role=role))
        allowed |= {"canarymembers", "canarycommentmembers"}
    seen = sightings(client)
    assert seen.keys() == allowed
    unlisted = seen["canaryunlisted"] | seen["canarycommentunlisted"]
    rest = re.compile(
        r"/(posts|tags|series|before|comments|share)/|/accounts/login/\?next=%2Fposts"
    )
    assert not [address for address in unlisted if not rest.match(address)]


def test_what_only_a_share_link_shows_is_nowhere_else(alice: User) -> None:
    draft = make_post(alice, published_at=None, title="Canaryshared", body="canarybody")
    link, token = ShareLink.objects.make(draft, alice, lasts=timedelta(days=1), label="canarylabel")
    Note.objects.create(post=draft, number=1, digest="", body="canarynote", share_link=link)
    guest = Client()
    shown = guest.get(reverse("posts:shared", args=[token])).content.decode()
    assert {"canaryshared", "canarybody"} <= set(WORD.findall(shown.lower()))
    bob = Client()
    bob.force_login(make_user("bob"))
    for client in (guest, bob):
        seen = sightings(client)
        assert not {"canaryshared", "canarybody", "canarylabel", "canarynote"} & seen.keys()


def test_the_author_sees_them(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    assert {f"canary{state}" for state in hidden_posts()} - {"canarybinned"} <= sightings(
        client
    ).keys()
