"""The page cache before the whole site: true at once, never early, gone when switched off."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.testing import make_user
from blogsite import content_versions, pagecache
from blogsite.lib.pagecache import layer
from blogsite.lib.pagecache.layer import PageCache
from blogsite.lib.pagecache.walindex import WalIndex
from blogsite.models import SiteSettings
from blogsite.tests.caching import NewCache, ask, versions_are_there
from blogsite.watched import WATCHED
from comments.models import PostLike
from comments.testing import make_comment
from posts.models import Post, Tag
from posts.testing import make_post, make_series

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [
    "/",
    "/posts/first/",
    "/posts/first.md",
    "/posts/first/comments/feed/",
    "/llms.txt",
    "/tags/gardens/",
    "/authors/alice/",
    "/series/a-year-outside/",
    "/archive/",
    "/archive/2026/",
    "/archive/2026/03/",
    "/feed/",
    "/feed/rss/",
    "/feed/json/",
    "/tags/gardens/feed/",
    "/share/first/former.png",
    "/share/former.png",
    "/sitemap.xml",
    "/sitemap-posts.xml",
    "/sitemap-tags.xml",
    "/sitemap-authors.xml",
    "/sitemap-series.xml",
]
NOT_KEPT = ["/search/?q=words", "/accounts/login/", "/none/", "/robots.txt", "/health/live"]


@pytest.fixture
def post(moment: datetime) -> Post:
    alice = make_user("alice")
    post = make_post(alice, slug="first", title="First", tags=["Gardens"], published_at=moment)
    make_series(alice, post)
    make_comment(post, make_user("bob"), "A first word.")
    SiteSettings.load()
    SiteSettings.objects.update(llms_txt=True)
    versions_are_there()
    return post


@pytest.fixture
def moment() -> datetime:
    return datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def test_every_page_is_kept_and_equal_to_a_live_one(post: Post, new_cache: NewCache) -> None:
    cache, site = new_cache(), WSGIHandler()
    for address in PAGES:
        first, second, live = ask(cache, address), ask(cache, address), ask(site, address)
        assert (first.cached, second.cached) == ("miss", "hit"), address
        assert first.body == second.body == live.body, address
        ours = {"X-Cache", "Vary", "ETag", "Content-Length"}
        assert {name: live.headers[name] for name in live.headers.keys() - ours} == {
            name: second.headers[name] for name in second.headers.keys() - ours
        }, address


def test_every_declared_page_is_tried_here(post: Post) -> None:
    from django.urls import resolve

    tried = {resolve(address.partition("?")[0]).view_name for address in PAGES}
    kinds = {name for name in pagecache.PAGES if "feed" not in name}
    assert kinds <= tried | {"posts:sitemap_page"}


@pytest.mark.parametrize("address", NOT_KEPT)
def test_what_is_not_declared_is_not_kept(address: str, post: Post, new_cache: NewCache) -> None:
    cache = new_cache()
    assert [ask(cache, address).cached for _ in range(2)] == ["pass", "pass"]


def test_no_kept_page_holds_a_token_or_sets_a_cookie(post: Post, new_cache: NewCache) -> None:
    cache = new_cache()
    for address in PAGES:
        reply = ask(cache, address)
        assert "Set-Cookie" not in reply.headers
        assert b"csrf" not in reply.body.lower()


def test_pages_for_strangers_read_watched_tables_only(post: Post) -> None:
    from django.apps import apps

    watched = {apps.get_model(label)._meta.db_table for label in WATCHED}
    Post.objects.filter(pk=post.pk).update(slug="moved")
    Post.objects.get(pk=post.pk).save()
    for address in [*PAGES, "/posts/moved/", "/posts/gone/"]:
        with CaptureQueriesContext(connection) as queries:
            Client().get(address)
        named = {
            name for query in queries for name in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])
        }
        assert named, address
        assert named <= watched, address


WRITES: dict[str, tuple[Callable[[Post], object], list[str], bytes]] = {
    "title": (
        lambda post: Post.objects.update(title="Quite other"),
        ["/", "/posts/first/", "/tags/gardens/", "/feed/", "/feed/json/", "/authors/alice/"],
        b"Quite other",
    ),
    "comment": (
        lambda post: make_comment(post, User.objects.get(username="bob"), "Quite other"),
        ["/posts/first/"],
        b"Quite other",
    ),
    "counter": (
        lambda post: make_comment(post, User.objects.get(username="bob")),
        ["/", "/archive/2026/03/", "/series/a-year-outside/"],
        b"2 comments",
    ),
    "like": (
        lambda post: PostLike.give(post, User.objects.get(username="bob")),
        ["/", "/posts/first/", "/tags/gardens/"],
        b"1",
    ),
    "name": (
        lambda post: User.objects.filter(username="bob").update(display_name="Quite other"),
        ["/posts/first/"],
        b"Quite other",
    ),
    "site": (
        lambda post: SiteSettings.objects.update(title="Quite other"),
        ["/", "/posts/first/", "/archive/", "/feed/rss/"],
        b"Quite other",
    ),
    "tag": (
        lambda post: Tag.objects.bulk_update(
            [Tag(pk=tag.pk, name="Quite other") for tag in Tag.objects.all()], ["name"]
        ),
        ["/", "/posts/first/", "/tags/gardens/"],
        b"Quite other",
    ),
    "raw": (
        lambda post: connection.cursor().execute(
            "UPDATE comments_comment SET html = 'Quite other'"
        ),
        ["/posts/first/"],
        b"Quite other",
    ),
}


@pytest.mark.parametrize("way", WRITES)
def test_the_next_read_is_new_in_every_process(way: str, post: Post, new_cache: NewCache) -> None:
    write, addresses, words = WRITES[way]
    caches = [new_cache(), new_cache()]
    before = {address: ask(cache, address).body for cache in caches for address in addresses}
    write(post)
    for cache in caches:
        for address in addresses:
            reply = ask(cache, address)
            assert reply.cached == "miss", address
            assert words in reply.body, address
            assert reply.body != before[address], address
            assert reply.body == ask(WSGIHandler(), address).body, address


def test_control_without_triggers_it_is_old(post: Post, new_cache: NewCache) -> None:
    cache = new_cache()
    before = ask(cache, "/")
    content_versions.drop_triggers(connection)
    try:
        Post.objects.update(title="Quite other")
        assert ask(cache, "/").body == before.body
        assert b"Quite other" in ask(cache, "/?live=1").body
    finally:
        with transaction.atomic():
            content_versions.install(connection)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="for SQLite")
def test_control_by_a_wal_index_that_never_moves_it_is_old(
    post: Post, new_cache: NewCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = new_cache()
    monkeypatch.setattr(WalIndex, "mark", lambda index: b"always")
    before = ask(cache, "/")
    Post.objects.update(title="Quite other")
    assert ask(cache, "/").body == before.body


def test_a_like_throws_only_its_post_and_the_lists_away(post: Post, new_cache: NewCache) -> None:
    other = make_post(post.author, slug="other")
    cache = new_cache()
    addresses = ["/posts/first/", "/", "/posts/other/", "/feed/", "/sitemap.xml"]
    for address in addresses:
        ask(cache, address)
    PostLike.give(post, User.objects.get(username="bob"))
    assert [ask(cache, address).cached for address in addresses] == ["miss"] * 2 + ["hit"] * 3
    make_comment(other, post.author)
    assert ask(cache, "/posts/first/").cached == "hit"


def test_a_post_that_is_gone_is_gone_at_once(post: Post, new_cache: NewCache) -> None:
    cache = new_cache()
    ask(cache, "/posts/first/")
    post.withdraw(by=post.author)
    assert ask(cache, "/posts/first/").status == 404
    post.publish()
    assert ask(cache, "/posts/first/").status == 200


def test_an_address_that_leads_elsewhere_leads_there(post: Post, new_cache: NewCache) -> None:
    cache = new_cache()
    assert ask(cache, "/posts/first/").status == 200
    post.slug = "second"
    post.save()
    replies = [ask(cache, "/posts/first/") for _ in range(2)]
    assert [(reply.status, reply.cached) for reply in replies] == [(301, "miss"), (301, "hit")]
    assert replies[1].headers["Location"] == "/posts/second/"
    make_post(post.author, slug="first", title="New here")
    assert b"New here" in ask(cache, "/posts/first/").body


def test_a_post_with_a_new_address_still_hears_of_its_comments(
    post: Post, new_cache: NewCache
) -> None:
    """The scope of a page follows its post, not the post that was there when it was first made."""
    cache = new_cache()
    ask(cache, "/posts/first/")
    Post.objects.filter(pk=post.pk).update(slug="away")
    other = make_post(post.author, slug="first")
    ask(cache, "/posts/first/")
    make_comment(other, post.author, "Under the other")
    assert b"Under the other" in ask(cache, "/posts/first/").body


def test_without_a_version_of_the_site_nothing_is_kept(post: Post, new_cache: NewCache) -> None:
    cache = new_cache()
    ask(cache, "/")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM content_version")
    assert [ask(cache, "/").cached for _ in range(2)] == ["pass", "pass"]
    versions_are_there()
    assert [ask(cache, "/").cached for _ in range(2)] == ["miss", "hit"]


def test_a_lost_connection_costs_one_live_page(post: Post, new_cache: NewCache) -> None:
    cache = new_cache()
    ask(cache, "/")
    cache.reader.connection().close()  # type: ignore[attr-defined]
    SessionStore().save()  # until a commit, SQLite need not be asked
    assert [ask(cache, "/").cached for _ in range(2)] == ["pass", "hit"]


def test_the_reader_cannot_write(post: Post, new_cache: NewCache) -> None:
    cache = new_cache()
    with pytest.raises(layer.Unreadable):
        cache.reader.rows("DELETE FROM posts_post WHERE id <> ?", (0,))  # type: ignore[attr-defined]
    assert Post.objects.exists()


def test_switched_off_it_is_not_there(settings: LazySettings, post: Post) -> None:
    handler = WSGIHandler()
    settings.PAGE_CACHE = False
    assert pagecache.before(handler) is handler
    settings.PAGE_CACHE = True
    assert isinstance(pagecache.before(handler), PageCache)
