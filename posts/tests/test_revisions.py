"""What is kept of each change of a post."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts import drafts, snapshot
from posts.models import Cause, Post, Revision, Series
from posts.querysets.post import PostQuerySet
from posts.testing import (
    make_draft,
    make_image,
    make_invitation,
    make_post,
    make_series,
    typed,
)

pytestmark = pytest.mark.django_db


def save(desk: Client, post: Post, **fields: Any) -> None:
    sent = typed(post, started_from=drafts.version_of(Post.objects.get(pk=post.pk))) | fields
    assert desk.post(reverse("posts:edit", args=[post.pk]), sent).status_code == 302


def shown() -> list[tuple[str, bool]]:
    """Return the cause of each revision, the oldest first, and whether it is folded."""
    return [(row.cause, row.folded) for row in Revision.objects.order_by("number")]


def aged(**ago: int) -> None:
    """Make all revisions older."""
    for row in Revision.objects.all():
        row.created_at -= timedelta(**ago)
        row.began_at -= timedelta(**ago)
        row.save()


def test_every_field_is_kept_and_comes_back(alice: User) -> None:
    picture = make_image(alice)
    post = make_post(alice, tags=["Gardens"], cover=picture, share_image=picture, language="de")
    series = make_series(alice, post)
    names = {field.name for field in Post._meta.get_fields()}
    assert names & set(snapshot.FIELDS) == set(snapshot.FIELDS)
    taken = snapshot.take(post)
    other = make_draft(alice)
    drafts.write(other, snapshot.edited(taken) | {"slug": "another"}, by=alice)
    again = snapshot.edited(snapshot.take(Post.objects.get(pk=other.pk)))
    assert again == snapshot.edited(taken) | {"slug": "another"}
    assert Series.objects.get().entries.count() == 2
    assert series.pk in again["series"]


def test_nothing_that_the_form_holds_is_left_out(desk: Client, alice: User) -> None:
    form = desk.get(reverse("posts:edit", args=[make_draft(alice).pk])).context["form"]
    passing = {"started_from", "key", "pictures", "new_series", "pinned", "was_pinned", "template"}
    passing |= {name for name in form.fields if name.startswith("remove_") or "_file" in name}
    assert set(form.fields) - passing == set(snapshot.FIELDS)


def test_a_new_post_has_its_first_version(desk: Client) -> None:
    desk.post(reverse("posts:new"), typed(tags="Bees"))
    revision = Revision.objects.get()
    assert (revision.number, revision.snapshot["tags"], str(revision.by)) == (1, ["Bees"], "Alice")


def test_what_was_there_before_is_kept_too(desk: Client, alice: User) -> None:
    save(desk, make_draft(alice, body="Before"), body="After")
    bodies = [row.snapshot["body"] for row in Revision.objects.order_by("number")]
    assert bodies == ["Before", "After"]
    assert Revision.objects.order_by("number")[0].by is None


def test_saves_that_follow_each_other_are_one_step(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    for number in range(3):
        save(desk, post, body=f"Text {number}")
    assert shown() == [("found", False), ("saved", True), ("saved", True), ("saved", False)]


def test_ten_minutes_later_a_new_step_begins(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    save(desk, post, body="One")
    aged(minutes=6)
    save(desk, post, body="Two")
    aged(minutes=6)
    save(desk, post, body="Three")
    assert shown() == [("found", False), ("saved", True), ("saved", False), ("saved", False)]


def test_somebody_else_begins_a_new_step(desk: Client, alice: User, bob: User) -> None:
    post, bobs = make_draft(alice), Client()
    bobs.force_login(bob)
    save(desk, post, body="One")
    save(bobs, post, body="Two")
    assert shown() == [("found", False), ("saved", False), ("saved", False)]


def test_a_named_version_is_not_folded(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    save(desk, post, body="One")
    Revision.objects.filter(cause=Cause.SAVED).update(name="As sent to Bob")
    save(desk, post, body="Two")
    assert not Revision.objects.filter(folded=True).exists()


def test_the_last_of_a_discarded_draft_is_not_folded(alice: User) -> None:
    post = make_post(alice)
    last = drafts.write_draft(post, {"body": "Two hours of work."}, by=alice)
    drafts.discard_change(post, by=alice)
    drafts.write_draft(post, {"body": "Another idea."}, by=alice)
    assert not Revision.objects.get(pk=last.pk).folded


def test_what_readers_saw_is_not_folded(desk: Client, alice: User) -> None:
    post = make_post(alice)
    for number in range(2):
        save(desk, post, body=f"Text {number}")
    assert [row.is_public for row in Revision.objects.all()] == [True] * 3
    assert not Revision.objects.filter(folded=True).exists()


def test_a_pin_is_of_the_version_that_was_saved_with_it(bob: User) -> None:
    bobs = Client()
    bobs.force_login(bob)
    save(bobs, make_post(bob), body="On top", pinned="on")
    assert shown() == [("found", False), ("saved", False)]
    assert Revision.objects.get(cause=Cause.SAVED).snapshot["pinned_at"]


def test_a_save_that_changes_nothing_keeps_nothing(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    save(desk, post)
    save(desk, post)
    assert shown() == [("found", False)]


def test_a_change_past_the_editor_is_found(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    save(desk, post, body="One")
    Post.objects.filter(pk=post.pk).update(title="By a command")
    save(desk, post, body="Two")
    titles = [(row.cause, row.snapshot["title"]) for row in Revision.objects.order_by("number")]
    assert titles[2] == ("found", "By a command")


def test_what_staff_do_at_the_desk_is_kept(client: Client, alice: User) -> None:
    client.force_login(make_user("bob", role=Role.OWNER))
    post = make_post(alice)
    client.post(
        reverse("admin:posts_post_changelist"), {"action": "pin", "_selected_action": [post.pk]}
    )
    found, made = Revision.objects.order_by("number")
    assert (found.snapshot["pinned_at"], made.cause) == (None, "bulk")
    assert made.snapshot["pinned_at"]


def test_what_an_import_overwrites_is_kept(tmp_path: Any) -> None:
    make_user("bob", role=Role.OWNER)
    file = tmp_path / "roses.md"
    for text in ("First import.", "Second import."):
        file.write_text(f"---\ntitle: Roses\ndate: 2020-01-01\n---\n{text}\n")
        call_command("import_markdown", str(tmp_path), verbosity=0)
    bodies = [row.snapshot["body"] for row in Revision.objects.order_by("number")]
    assert bodies == ["First import.", "Second import."]


def test_a_scheduled_post_that_came_out_was_seen(desk: Client, alice: User) -> None:
    post = make_draft(alice, published_at=timezone.now() + timedelta(hours=1))
    save(desk, post, body="Soon")
    Post.objects.filter(pk=post.pk).update(published_at=timezone.now() - timedelta(minutes=1))
    save(desk, post, body="Out")
    assert Revision.objects.filter(is_public=True, snapshot__body="Soon").exists()


def test_versions_go_with_their_post(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    save(desk, post, body="One")
    Post.objects.get().delete()
    assert not Revision.objects.exists()


@pytest.mark.parametrize("act", ["accepted", "removed"])
def test_what_is_written_while_authors_change_stays(
    client: Client, alice: User, bob: User, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, lock = make_draft(alice, title="Old"), PostQuerySet.select_for_update
    if act == "accepted":
        address = make_invitation(post, bob).get_absolute_url()
    else:
        post.add_author(bob)
        place = post.authorships.get(person=bob)
        address = reverse("posts:author_removal", args=[post.pk, place.pk])

    def late(posts: PostQuerySet, **options: Any) -> PostQuerySet:
        Post.objects.filter(pk=post.pk).update(title="New")
        return lock(posts, **options)

    monkeypatch.setattr(PostQuerySet, "select_for_update", late)
    client.force_login(bob if act == "accepted" else alice)
    assert client.post(address, {"answer": "accepted"}).status_code == 302
    assert {one.snapshot["title"] for one in Revision.objects.all()} == {"New"}
    assert Revision.objects.count() == 2
