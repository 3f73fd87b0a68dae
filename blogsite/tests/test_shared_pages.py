"""Pages shared by members are what each would be shown without sharing, and that at once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.backends import MemberBackend
from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.content_versions import SITE
from blogsite.lib import pieces
from blogsite.lib.pagecache.page import CSRF_FIELD
from blogsite.models import SiteSettings
from blogsite.shared_pages import SHARED, SharedPages
from comments.models import Comment, CommentLike, PostLike
from comments.testing import make_comment, make_reply
from posts.models import Post
from posts.testing import make_cover, make_draft, make_post, make_posts, make_series

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("keeping")]

PAGES = [
    *("/", "/posts/first/", "/posts/members/", "/posts/unlisted/", "/posts/closed/"),
    *("/posts/draft/", "/posts/none/", "/posts/first/?thread_after=1", "/posts/first/?a=b"),
    *("/tags/gardens/", "/tags/secret/", "/authors/alice/", "/series/a-year-outside/"),
    *("/archive/", "/?before=20200101T000000000000-1"),
]
# What is another each time somebody asks.
_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')


@pytest.fixture
def people() -> dict[str, User]:
    """Return one of each role and standing; all is there for them to see."""
    roles = (Role.READER, Role.EDITOR, Role.MODERATOR, Role.OWNER)
    people = {role.value: make_user(f"alice-{role.value}", role=role) for role in roles}
    people |= {name: make_user(name) for name in ("alice", "bob", "charlie")}
    people["reader"].suspend(until=timezone.now() + timedelta(days=1))
    _fill(people)
    return people


def _fill(people: dict[str, User]) -> None:
    alice, bob, charlie = people["alice"], people["bob"], people["charlie"]
    post = make_post(alice, slug="first", tags=["Gardens"], cover=make_cover(alice), title="First")
    post.set_authors([alice, people["editor"]])
    make_series(alice, post, *make_posts(alice, 2))
    make_post(alice, slug="members", visibility="members", tags=["Gardens"])
    make_post(alice, slug="unlisted", visibility="unlisted")
    make_post(alice, slug="closed", comment_policy="closed")
    make_draft(alice, slug="draft", tags=["Secret"])
    top = make_comment(post, bob, "Bob stands.")
    deep = make_reply(make_reply(make_reply(make_reply(top, alice), charlie), bob), alice)
    make_comment(post, bob, "Bob waits.", held_at=timezone.now())
    make_comment(post, charlie, "Charlie was hidden.").hide(by=alice, because="Please stay kind.")
    make_reply(top, bob, "Bob went.").bin()
    CommentLike.give(deep, charlie)
    CommentLike.give(top, charlie)
    PostLike.give(post, bob)


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown(client: Client, address: str) -> tuple[int, Any, bytes]:
    """Return what must not differ: all but the token of a form."""
    answer = client.get(address)
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    return answer.status_code, headers, _TOKEN.sub(rb"\1", answer.content)


def unkept(client: Client, address: str) -> tuple[int, Any, bytes]:
    """Return the same while nothing is kept, and nothing kept is used."""
    with override_settings(KEPT_PIECES=False):
        return shown(client, address)


@pytest.fixture
def unshared(people: dict[str, User]) -> dict[str, Client]:
    """Return everybody's browser at a site that shares nothing."""
    browsers = {name: browser(person) for name, person in people.items()}
    with override_settings(KEPT_PIECES=False):
        for each in browsers.values():
            each.handler.load_middleware()  # which looks at the switch once
    return browsers


@pytest.fixture
def shared(people: dict[str, User]) -> dict[str, Client]:
    """Return everybody's browser at one site that shares: one handler for all of them."""
    browsers = {name: browser(person) for name, person in people.items()}
    first = browsers["charlie"].handler
    first.load_middleware()
    for each in browsers.values():
        each.handler = first
    return browsers


def layer(client: Client) -> SharedPages:
    """Return the middleware of the browser's site."""
    handler: Any = client.handler
    found = handler._view_middleware[-1]
    layer: SharedPages = found.__self__
    return layer


Browsers = dict[str, Client]


def test_it_is_byte_for_byte_what_each_is_shown_without(
    shared: Browsers, unshared: Browsers
) -> None:
    for address in PAGES:
        expected = {name: unkept(client, address) for name, client in unshared.items()}
        for name in [*shared, *list(shared)[:2]]:
            assert shown(shared[name], address) == expected[name], (name, address)


def test_an_empty_site_is_too(shared: Browsers, unshared: Browsers) -> None:
    Post.objects.update(deleted_at=timezone.now())
    for name in ("charlie", "owner", "reader"):
        assert shown(shared[name], "/") == unkept(unshared[name], "/"), name


def test_every_page_that_should_be_is_shared(shared: Browsers) -> None:
    pages = layer(shared["charlie"]).pages
    for address in ("/", "/posts/first/", "/tags/gardens/", "/authors/alice/", "/archive/"):
        before = len(pages)
        shared["charlie"].get(address)
        assert len(pages) == before + 1, address
        shared["alice"].get(address)
        assert len(pages) == before + 1, address
    assert {"posts:list", "posts:detail", "posts:tag", "posts:author", "posts:series"} <= SHARED


def test_no_kept_byte_is_anybodys_own(shared: Browsers) -> None:
    """What is kept names no reader, holds no token, and nothing that waits or was hidden."""
    for name in ("bob", "charlie", "owner", "alice"):
        shared[name].get("/posts/first/")
    for page in layer(shared["bob"]).pages._pages.values():
        text = "".join(page.text.parts)
        assert "Sign out" not in text
        assert "csrfmiddlewaretoken" not in text
        assert "Bob waits" not in text
    assert b"Bob waits." in shared["bob"].get("/posts/first/").content
    assert b"Bob waits." not in shared["charlie"].get("/posts/first/").content
    assert b"Please stay kind." in shared["charlie"].get("/posts/first/").content
    assert b"Please stay kind." not in shared["owner"].get("/posts/first/").content


def test_every_form_has_the_token_of_who_is_shown_it(shared: Browsers) -> None:
    for name in ("bob", "charlie"):
        answer = shared[name].get("/posts/first/")
        tokens = re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', answer.content.decode())
        assert len(tokens) >= 3
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = shared[name].cookies
        sent = {"want": "like", "csrfmiddlewaretoken": tokens[-1]}
        assert strict.post("/posts/first/like/", sent).status_code == 302


def test_a_message_is_shown_to_one_once(shared: Browsers, people: dict[str, User]) -> None:
    comment = Comment.objects.get(body="Bob stands.")
    for name in ("bob", "charlie", "alice"):
        shared[name].get("/posts/first/")
    shared["bob"].post(f"/comments/{comment.pk}/delete/")
    assert b"Your comment is deleted." not in shared["charlie"].get("/posts/first/").content
    assert b"Your comment is deleted." in shared["bob"].get("/posts/first/").content
    assert b"Your comment is deleted." not in shared["bob"].get("/posts/first/").content


CHANGES: dict[str, Callable[[Post], object]] = {
    "title": lambda post: Post.objects.filter(pk=post.pk).update(title="New"),
    "tag": lambda post: post.tags.clear(),
    "comment": lambda post: make_comment(post, post.author, "Newest."),
    "edit": lambda post: Comment.objects.get(body="Bob stands.").edit("Other words."),
    "hide": lambda post: Comment.objects.get(body="Other words.").hide(by=post.author),
    "approve": lambda post: Comment.objects.get(body="Bob waits.").approve(by=post.author),
    "like": lambda post: PostLike.give(post, User.objects.get(username="charlie")),
    "a comment's like": lambda post: CommentLike.give(
        Comment.objects.get(body="Bob waits."), User.objects.get(username="bob")
    ),
    "name": lambda post: User.objects.filter(username="bob").update(display_name="New"),
    "role": lambda post: User.objects.get(username="charlie").assign_roles(Role.MODERATOR),
    "rights": lambda post: Group.objects.get(name=Role.AUTHOR).permissions.remove(
        Permission.objects.get(codename="add_post")
    ),
    "suspension": lambda post: User.objects.get(username="charlie").suspend(
        until=timezone.now() + timedelta(days=1)
    ),
    "site": lambda post: SiteSettings.objects.update(title="New"),
    "policy": lambda post: SiteSettings.objects.update(comment_policy="closed"),
    "withdrawal": lambda post: post.withdraw(by=post.author),
    "bin": lambda post: post.bin(),
}


def differing(shared: Browsers, unshared: Browsers) -> list[tuple[str, str]]:
    return [
        (name, address)
        for address in ("/posts/first/", "/")
        for name in ("alice", "bob", "charlie")
        if shown(shared[name], address) != unkept(unshared[name], address)
    ]


def test_everybody_sees_every_change_at_once(shared: Browsers, unshared: Browsers) -> None:
    SiteSettings.load()
    assert not differing(shared, unshared)
    for what, change in CHANGES.items():
        change(Post.objects.get(slug="first"))
        assert not differing(shared, unshared), what


def test_a_comment_goes_to_the_address_that_the_post_has_now(
    shared: Browsers, unshared: Browsers
) -> None:
    shown(shared["charlie"], "/posts/first/")
    Post.objects.filter(slug="first").update(slug="second")
    page = shown(shared["charlie"], "/posts/second/")
    assert b'action="/posts/second/comments/"' in page[2]
    assert page == unkept(unshared["charlie"], "/posts/second/")


def test_control_without_proof_no_change_is_seen(
    shared: Browsers, unshared: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    SiteSettings.load()
    reader = layer(shared["bob"]).blog.reader
    monkeypatch.setattr(
        type(reader), "versions", lambda reader, scope: [(at, 1) for at in sorted({SITE, scope})]
    )
    for what in ("comment", "rights"):
        layer(shared["bob"]).pages._pages.clear()
        MemberBackend.people._known.clear()
        MemberBackend.rights._known.clear()
        assert not differing(shared, unshared), what
        CHANGES[what](Post.objects.get(slug="first"))
        assert differing(shared, unshared), what


def test_a_scheduled_post_appears_by_its_time(
    shared: Browsers, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = timezone.now() + timedelta(hours=1)
    make_post(people["alice"], title="Comes soon", published_at=soon)
    assert b"Comes soon" not in shared["bob"].get("/").content
    monkeypatch.setattr(timezone, "now", lambda: soon + timedelta(seconds=1))
    monkeypatch.setattr("blogsite.shared_pages.time.time", lambda: soon.timestamp() + 1)
    assert b"Comes soon" in shared["bob"].get("/").content


def test_control_a_hole_that_is_none_would_be_everybodys(
    shared: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were a personal place rendered into the page, the page would say so and not be kept."""
    monkeypatch.setattr(pieces.Holes, "add", lambda holes, fill: SafeString(CSRF_FIELD.decode()))
    shared["bob"].get("/")
    assert not len(layer(shared["bob"]).pages)


def test_what_is_kept_takes_few_queries(shared: Browsers) -> None:
    # The session; on a post also whether they like it, and which of its liked comments.
    for address, most in (("/posts/first/", 3), ("/posts/closed/", 2), ("/", 1), ("/archive/", 1)):
        shared["bob"].get(address)
        shared["owner"].get(address)
        with CaptureQueriesContext(connection) as queries:
            shared["owner"].get(address)
        assert len(queries) == most, address
