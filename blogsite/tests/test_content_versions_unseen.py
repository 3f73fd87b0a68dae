"""What no reader can see throws no page away; what one could, does, whatever the way there."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from accounts.backends import MemberBackend
from accounts.models import User
from accounts.testing import make_user
from blogsite import content_versions, preparation
from blogsite.content_versions import FORM, LISTS, RIGHTS, SITE
from blogsite.lib import triggers
from blogsite.tests.caching import Moved, NewCache, ask, versions_are_there
from posts.models import FormerAddress, Post, RelatedPost, RelatedTag, Tag
from posts.testing import make_draft, make_post, make_series, make_tag

pytestmark = pytest.mark.django_db

Change = Callable[[Post], object]


@pytest.fixture
def alice() -> User:
    return make_user("alice")


MEMBERSHIPS: dict[str, Change] = {
    "tag": lambda post: post.tags.add(make_tag("Gardens")),
    "new tag": lambda post: post.tags.add(make_tag("Bees")),
    "untagged": lambda post: post.tags.clear(),
    "other tag": lambda post: post.tags.through.objects.update(tag=make_tag("Food")),
    "author": lambda post: post.set_authors([post.author, make_user("charlie")]),
    "no author": lambda post: post.authorships.all().delete(),
    "series": lambda post: make_series(post.author, title="Other").append(post),
    "no series": lambda post: post.series_entries.all().delete(),
    "place": lambda post: post.series_entries.update(position=7),
    "raw": lambda post: connection.cursor().execute("DELETE FROM posts_post_tags"),
}
# Strangers see them, or will, or could while something kept is older than the change.
SEEN = {
    "public": {},
    "unlisted": {"visibility": "unlisted"},
    "members": {"visibility": "members"},
    "withdrawn": {"withdrawn_at": "2026-01-01T00:00:00Z"},
}


def around(post: Post, moved: Moved) -> None:
    """Let the post have of everything; nothing has moved yet."""
    for name in ("Gardens", "Bees", "Food"):
        make_tag(name)
    post.tags.add(make_tag("Soil"))
    make_series(post.author, title="A year outside").append(post)
    make_series(post.author, title="Other")
    moved()


def joined(way: str, post: Post) -> None:
    if way == "series":  # the series itself is no membership
        series = post.author.series.get(title="Other")
        series.append(post)
    else:
        MEMBERSHIPS[way](post)


@pytest.mark.parametrize("way", MEMBERSHIPS)
def test_memberships_of_a_draft_move_no_page(way: str, alice: User, moved: Moved) -> None:
    draft = make_draft(alice)
    around(draft, moved)
    joined(way, draft)
    assert moved() <= {RIGHTS}


@pytest.mark.parametrize("kind", SEEN)
@pytest.mark.parametrize("way", MEMBERSHIPS)
def test_memberships_of_what_is_seen_move_the_site(
    way: str, kind: str, alice: User, moved: Moved
) -> None:
    post = make_post(alice)
    around(post, moved)
    Post.objects.filter(pk=post.pk).update(**SEEN[kind])
    moved()
    joined(way, post)
    assert SITE in moved()


def test_a_membership_that_leaves_what_is_seen_for_a_draft_moves_the_site(
    alice: User, moved: Moved
) -> None:
    post, draft = make_post(alice, tags=["Gardens"]), make_draft(alice)
    for now, to in ((post, draft), (draft, post)):
        moved()
        now.tags.through.objects.update(post=to)
        assert SITE in moved()


def test_a_draft_that_comes_and_goes_moves_nothing(alice: User, moved: Moved) -> None:
    moved()
    draft = make_draft(alice, tags=["Gardens"])
    draft.delete()
    with connection.cursor() as cursor:
        make_draft(alice)
        cursor.execute("DELETE FROM posts_authorship")
        cursor.execute("DELETE FROM posts_post")
    assert not moved()


@pytest.mark.parametrize("kind", SEEN)
def test_a_post_that_comes_or_goes_moves_the_site(kind: str, alice: User, moved: Moved) -> None:
    moved()
    post = make_post(alice, **SEEN[kind])
    assert SITE in moved()
    post.delete()
    assert SITE in moved()


def test_a_memberships_post_that_is_missing_moves_the_site(alice: User, moved: Moved) -> None:
    """In doubt, it does."""
    post = make_post(alice, tags=["Gardens"])
    moved()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE posts_post_tags SET post_id = post_id + 1000")
        assert SITE in moved()
        cursor.execute("DELETE FROM posts_post_tags")
        assert SITE in moved()
        transaction.set_rollback(True)
    assert post.tags.count() == 1


def test_a_sign_up_moves_the_rights_alone(moved: Moved) -> None:
    moved()
    User.objects.create_user("bob", "bob@example.org", "a long password")
    assert moved() == {RIGHTS}
    make_user("charlie")
    assert moved() == {RIGHTS}


def test_a_sign_up_where_an_address_leads_elsewhere_moves_the_site(
    alice: User, moved: Moved
) -> None:
    FormerAddress.objects.create(path="authors/bob", post=make_post(alice))
    moved()
    make_user("bob")
    assert SITE in moved()


def test_somebody_who_goes_moves_the_site(moved: Moved) -> None:
    """Their own page was there, though they wrote nothing."""
    bob = make_user("bob")
    moved()
    bob.delete()
    assert moved() == {SITE, RIGHTS}


@pytest.mark.django_db(transaction=True)
def test_the_page_of_somebody_new_is_there_and_of_who_went_gone(new_cache: NewCache) -> None:
    alice = make_user("alice")
    FormerAddress.objects.create(path="authors/bob", post=make_post(alice, slug="first"))
    versions_are_there()
    cache = new_cache()
    for _ in range(2):
        assert ask(cache, "/authors/bob/").status == 301
        assert ask(cache, "/authors/charlie/").status == 404
    bob, charlie = make_user("bob"), make_user("charlie")
    for address in ("/authors/bob/", "/authors/charlie/"):
        assert [ask(cache, address).status for _ in range(2)] == [200, 200]
    bob.delete()
    charlie.delete()
    assert ask(cache, "/authors/bob/").status == 301
    assert ask(cache, "/authors/charlie/").status == 410


@pytest.mark.django_db(transaction=True)
def test_a_sign_up_and_a_draft_leave_every_page_kept(new_cache: NewCache) -> None:
    alice = make_user("alice")
    make_post(alice, slug="first", tags=["Gardens"])
    versions_are_there()
    cache = new_cache()
    addresses = ["/", "/posts/first/", "/tags/gardens/", "/authors/alice/", "/sitemap.xml"]
    before = [ask(cache, address).body for address in addresses]
    make_user("bob")
    make_draft(alice, tags=["Gardens", "Bees"]).delete()
    make_draft(alice, tags=["Gardens", "Bees"])
    replies = [ask(cache, address) for address in addresses]
    assert [reply.cached for reply in replies] == ["hit"] * len(addresses)
    assert [reply.body for reply in replies] == before
    assert [Client().get(address).content for address in addresses] == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("keeping")
def test_who_was_asked_for_too_early_is_known_at_once() -> None:
    """Nobody is kept as nobody once they are there, nor as somebody once they went."""
    backend, bob = MemberBackend(), make_user("bob")
    key = bob.pk
    assert backend.get_user(key) == bob
    bob.delete()
    assert [backend.get_user(key) for _ in range(2)] == [None, None]
    make_user("bob", pk=key)
    assert backend.get_user(key) is not None


def triggers_there() -> set[tuple[str, str]]:
    return set(triggers.named(connection, "content_"))


def old_release() -> None:
    """Leave the database as another version of the code would."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE content_version SET stamp = 1 WHERE scope = %s", [FORM])
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE TRIGGER content_older AFTER UPDATE ON posts_tag BEGIN SELECT 1; END"
            )
        else:
            cursor.execute(
                "CREATE TRIGGER content_older AFTER UPDATE ON posts_tag FOR EACH ROW"
                " EXECUTE FUNCTION content_posts_tag_removed()"
            )


@pytest.mark.parametrize(
    "start", [preparation.migrate, lambda: call_command("migrate", verbosity=0)]
)
def test_a_start_without_migrations_brings_the_triggers_of_this_release(
    start: Callable[[], object], moved: Moved
) -> None:
    content_versions.install(connection)
    own = triggers_there()
    old_release()
    start()
    assert triggers_there() == own
    moved()
    Tag.objects.create(name="B", slug="b").delete()
    assert moved() == {SITE}


def test_a_start_with_the_triggers_of_this_release_changes_nothing() -> None:
    content_versions.install(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE content_version SET stamp = 5 WHERE scope = %s", [SITE])
        preparation.migrate()
        cursor.execute("SELECT stamp FROM content_version WHERE scope = %s", [SITE])
        assert cursor.fetchall() == [(5,)]


def test_what_is_alike_moves_the_pages_that_show_it_alone(alice: User, moved: Moved) -> None:
    post, other = make_post(alice, tags=["Gardens"]), make_post(alice, tags=["Bees"])
    moved()
    RelatedPost.objects.create(post=post, other=other, score=0.5)
    assert moved() == {post.pk}
    RelatedTag.objects.create(tag=post.tags.get(), other=other.tags.get(), position=0)
    assert moved() == {LISTS}
