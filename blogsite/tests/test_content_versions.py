"""Content versions: every change that readers can see moves one, however it is made."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import send_mail
from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import Attempt, FormerUsername, User
from accounts.testing import make_user
from blogsite import content_versions
from blogsite.content_versions import COUNTERS, LISTS, RIGHTS, SITE
from blogsite.models import SiteSettings
from blogsite.tests.caching import Moved
from blogsite.watched import WATCHED
from comments.models import Comment, CommentLike, PostLike
from comments.testing import make_comment, make_reply
from posts.models import FormerAddress, Image, PendingChange, Post, RelatedPost, RelatedTag, Tag
from posts.testing import make_cover, make_draft, make_post, make_series, make_tag

pytestmark = pytest.mark.django_db

WRITERS_OWN = "Autosave Note Presence Review Revision ShareLink CoAuthorInvitation"
WRITERS_OWN += " SeriesInvitation SeriesAuthor Snippet"
# Models that no stranger reads anything of, and why.
UNSEEN = {
    "admin.LogEntry": "the desk's own record",
    "auth.Group": "a role's name is on no page; what it allows is in its permissions",
    "contenttypes.ContentType": "changes in migrations alone, which move everything",
    "sessions.Session": "whoever has one is no stranger",
    "accounts.Attempt": "a limit's counter",
    **dict.fromkeys(("accounts.Invitation", "accounts.OutgoingEmail"), "a letter"),
    "posts.MissingAddress": "for the desk",
    "posts.FeedTopic": "what a hub is told of",
    "posts.FormerPicture": "what replaces it moves the picture",
    "posts.PictureMention": "for the library",
    "posts.TagSynonym": "for the editor; its address is a former one",
    "posts.PostTerm": "for finding what is alike",
    "posts.RelatingWork": "for the worker",
    "posts.ImportedPost": "where a post came from",
    **dict.fromkeys((f"posts.{name}" for name in WRITERS_OWN.split()), "for those who write"),
    **dict.fromkeys(("comments.PostLike", "comments.CommentLike"), "pages show the counters"),
    **dict.fromkeys((f"comments.{n}" for n in ("Report", "Decision", "Sanction")), "moderation"),
}
# Columns that a constraint lets change together only, and the change.
TOGETHER = {
    "posts_formeraddress.tag_id": "tag_id = 1, post_id = NULL",
    "posts_formeraddress.series_id": "series_id = 1, post_id = NULL",
    "posts_formeraddress.post_id": "post_id = 987654",
    "posts_formeraddress.person_id": "person_id = 1, post_id = NULL",
    "posts_formeraddress.target": "target = '/archive/', post_id = NULL",
    "posts_formeraddress.gone_at": "gone_at = '2026-01-01 00:00:00+00:00', post_id = NULL",
    "posts_post.withdrawn_at": "withdrawn_at = '2026-01-01 00:00:00+00:00'",
    **{
        f"{table}.slug": f"slug = 'other' WHERE id = (SELECT min(id) FROM {table})"
        for table in ("posts_post", "posts_tag")
    },
    **{
        f"comments_comment.{name}": f"{name} = {name} + 987 WHERE depth > 0"
        for name in ("parent_id", "root_id", "depth")
    },
    "auth_permission.codename": "codename = codename || 'x'",
    "posts_image.sha256": "sha256 = 'x' || substr(sha256, 2)",
    "blogsite_sitesettings.id": "",  # a constraint allows one value only
}


@pytest.fixture
def content(moved: Moved) -> Post:
    """Return a post with all that can stand around it; nothing has moved yet."""
    alice = make_user("alice")
    post = make_post(alice, slug="first", tags=["Gardens"], cover=make_cover(alice))
    make_series(alice, post)
    post.slug = "second"
    post.save()
    post.pictures.add(make_cover(alice))
    make_reply(make_comment(post, make_user("bob")), alice)
    SiteSettings.load()
    FormerUsername.objects.keep("alix", alice)
    PendingChange.objects.create(post=post, snapshot={}, publish_at=post.published_at)
    RelatedPost.objects.create(post=post, other=make_post(alice), score=0.5)
    RelatedTag.objects.create(tag=make_tag(), other=make_tag("Bees"), position=0)
    alice.user_permissions.add(Permission.objects.all()[0])
    moved()
    return post


def every_model() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def test_every_model_is_watched_or_has_a_reason() -> None:
    labels = {model._meta.label for model in every_model()}
    assert labels == WATCHED.keys() | UNSEEN.keys()
    assert not WATCHED.keys() & UNSEEN.keys()


def test_unseen_columns_are_columns() -> None:
    for label, watch in WATCHED.items():
        columns = {field.column for field in apps.get_model(label)._meta.concrete_fields}
        assert watch.unseen <= columns, label


def other(field: Any) -> str:
    """Return SQL for a value that the column does not have."""
    kind = field.get_internal_type()
    if "DateTime" in kind:
        return "'2001-02-03 04:05:06+00:00'"
    if "Boolean" in kind:
        return f"NOT {field.column}"
    if "Float" in kind or "Integer" in kind or "Auto" in kind or "Key" in kind:
        return f"coalesce({field.column}, 0) + 987"
    return "'[1]'" if "JSON" in kind else "'other'"


def changes(label: str) -> list[str]:
    """Return what changes each column that readers see, one at a time."""
    meta = apps.get_model(label)._meta
    unseen = WATCHED[label].unseen - COUNTERS
    seen = [field for field in meta.concrete_fields if field.column not in unseen]
    plain = {field.column: f"{field.column} = {other(field)}" for field in seen}
    named = {column: f"{meta.db_table}.{column}" for column in plain}
    return [TOGETHER.get(named[column], change) for column, change in plain.items()]


@pytest.mark.parametrize("label", WATCHED)
def test_a_change_of_any_column_moves_one(label: str, content: Post, moved: Moved) -> None:
    table = apps.get_model(label)._meta.db_table
    assert changes(label)
    for change in filter(None, changes(label)):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change}")
            assert cursor.rowcount > 0, change
            assert moved(), change
            transaction.set_rollback(True)


@pytest.mark.parametrize("label", WATCHED)
def test_an_update_that_changes_nothing_moves_nothing(
    label: str, content: Post, moved: Moved
) -> None:
    meta = apps.get_model(label)._meta
    columns = ", ".join(f"{field.column} = {field.column}" for field in meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {meta.db_table} SET {columns}")
        assert cursor.rowcount > 0
    assert not moved()


@pytest.mark.parametrize("label", WATCHED)
def test_rows_gone_by_raw_sql_move_one(label: str, content: Post, moved: Moved) -> None:
    table = apps.get_model(label)._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
        assert moved()
        transaction.set_rollback(True)


CHANGES: dict[str, Callable[[Post], object]] = {
    "save": lambda post: post.save(),
    "update": lambda post: Post.objects.update(title="New"),
    "bulk_update": lambda post: Post.objects.bulk_update(
        [Post(pk=post.pk, summary="New")], ["summary"]
    ),
    "delete": lambda post: post.delete(),
    "queryset delete": lambda post: Comment.objects.all().delete(),
    "tags": lambda post: post.tags.add(make_tag("Bees")),
    "untagged": lambda post: post.tags.clear(),
    "bulk_create": lambda post: FormerAddress.objects.bulk_create(
        [FormerAddress(path="old/b.html", post=post)]
    ),
    "upsert": lambda post: Tag.objects.bulk_create(
        [Tag(name="Other", slug="gardens")],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=["name"],
    ),
    "authors": lambda post: post.set_authors([User.objects.get(username="bob")]),
    "name": lambda post: User.objects.filter(username="bob").update(display_name="Bob B."),
    "site": lambda post: SiteSettings.objects.update(title="New"),
    "address": lambda post: FormerAddress.objects.create(path="old/a.html", post=post),
    "picture": lambda post: Image.objects.update(width=1),
    "bin": lambda post: post.bin(),
    "withdrawal": lambda post: post.withdraw(by=post.author),
    "schedule": lambda post: post.publish(at=timezone.now() + timedelta(days=1)),
}


@pytest.mark.parametrize("way", CHANGES)
def test_every_way_of_writing_moves_one(way: str, content: Post, moved: Moved) -> None:
    content.title = "Changed"
    CHANGES[way](content)
    assert moved()


def test_a_comment_moves_its_post_and_the_lists(content: Post, moved: Moved) -> None:
    comment = make_comment(content, make_user("charlie"))
    moved()
    comment.hide(by=content.author)
    assert moved() == {content.pk, LISTS}
    comment.edit("Other words.")
    assert moved() == {content.pk}
    CommentLike.give(comment, content.author)
    assert moved() == {content.pk}


def test_a_like_moves_its_post_and_the_lists(content: Post, moved: Moved) -> None:
    assert PostLike.give(content, content.author)
    assert moved() == {content.pk, LISTS}


def test_a_change_of_rights_moves_them_and_no_page(moved: Moved) -> None:
    alice, write = make_user("alice"), Permission.objects.get(codename="add_post")
    moved()
    for change in (alice.groups.clear, lambda: alice.user_permissions.add(write), write.delete):
        change()
        assert moved() == {RIGHTS}


def test_work_on_a_draft_moves_nothing(content: Post, moved: Moved) -> None:
    draft = make_draft(content.author)
    moved()
    draft.body = "More words."
    draft.save()
    draft.submit()
    assert not moved()
    draft.publish()
    assert moved() == {SITE}


UNNOTICED: dict[str, Callable[[Post], object]] = {
    "sign in": lambda post: User.objects.update(last_login=timezone.now()),
    "password": lambda post: User.objects.update(password="x"),
    "suspension": lambda post: post.author.suspend(until=timezone.now()),
    "session": lambda post: SessionStore().save(),
    "letter": lambda post: send_mail("Hello", "Alice", None, ["alice@example.org"]),
    "attempt": lambda post: Attempt.objects.create(scope="a", key="b", window=1),
    "role": lambda post: Group.objects.filter(name="author").update(name="x"),
    "upload": lambda post: make_cover(post.author),
}


@pytest.mark.parametrize("what", UNNOTICED)
def test_what_strangers_cannot_see_moves_nothing(what: str, content: Post, moved: Moved) -> None:
    settings.EMAIL_BACKEND = "accounts.outbox.EmailBackend"
    UNNOTICED[what](content)
    assert moved() <= {RIGHTS}


def test_a_change_of_anything_about_a_person_moves_the_rights(content: Post, moved: Moved) -> None:
    table, alice = User._meta.db_table, content.author_id
    for field in User._meta.concrete_fields:
        change = f"{field.column} = {other(field)}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change} WHERE id = {alice}")
            assert RIGHTS in moved(), field.column
            transaction.set_rollback(True)


def test_what_is_taken_back_moves_nothing(content: Post, moved: Moved) -> None:
    with transaction.atomic():
        Post.objects.update(title="New")
        transaction.set_rollback(True)
    assert not moved()


def test_control_without_triggers_nothing_moves(content: Post, moved: Moved) -> None:
    content_versions.drop_triggers(connection)
    Post.objects.update(title="New")
    assert not moved()


class Step:
    app_label = "posts"


def test_while_migrations_run_the_site_has_no_version() -> None:
    plan: Any = [(Step(), False)]
    content_versions.before_migrations("default", plan)
    Post.objects.create(author=make_user("alice"), title="A", slug="a")
    assert versions(SITE) == []
    content_versions.after_migrations("default", [])
    (stamp,) = versions(SITE)
    content_versions.after_migrations("default", [])
    assert versions(SITE) == [stamp]


def versions(scope: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT stamp FROM content_version WHERE scope = %s", [scope])
        return [row[0] for row in cursor.fetchall()]
