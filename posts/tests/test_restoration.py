"""Restoring a version: shown before it is done, nothing lost by it, nothing forced."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from posts import drafts, snapshot
from posts.forms.history import RestorationForm
from posts.models import PendingChange, Post, Revision
from posts.testing import make_draft, make_image, make_post, make_series

pytestmark = pytest.mark.django_db


def change(post: Post, by: User, **fields: Any) -> Revision:
    post.refresh_from_db()
    return drafts.write(post, snapshot.edited(snapshot.take(post)) | fields, by=by)


@pytest.fixture
def post(alice: User) -> Post:
    """Return a draft that was about roses, version 1, and is about tulips now."""
    post = make_draft(alice, title="Roses", slug="roses", body="Of roses.", tags=["Gardens"])
    Revision.objects.record(post, by=alice, cause="found")
    change(post, alice, title="Tulips", slug="tulips", body="Of tulips.", tags=["Bulbs"])
    return post


def address(post: Post, number: int = 1) -> str:
    return reverse("posts:version_restoration", args=[post.pk, number])


def restore(desk: Client, post: Post, *names: str, number: int = 1) -> HttpResponse:
    """Send what the page offers, or only those fields."""
    form = desk.get(address(post, number)).context["form"]
    sent = {"fields_wanted": names or form.names, "started_from": form["started_from"].value()}
    answer: HttpResponse = desk.post(address(post, number), sent)  # type: ignore[assignment]
    post.refresh_from_db()
    return answer


def test_it_shows_the_difference_first_and_changes_nothing(desk: Client, post: Post) -> None:
    count = Revision.objects.count()
    shown = desk.get(address(post)).content.decode()
    assert "<ins>" in shown
    assert "<del>" in shown
    post.refresh_from_db()
    assert (post.title, Revision.objects.count()) == ("Tulips", count)


def test_everything_comes_back_as_a_new_version(desk: Client, alice: User, post: Post) -> None:
    answer = restore(desk, post)
    assert answer.status_code == 302
    assert (post.title, post.slug, post.body) == ("Roses", "roses", "Of roses.")
    assert post.html == "<p>Of roses.</p>\n"
    assert list(post.tags.values_list("name", flat=True)) == ["Gardens"]
    newest = Revision.objects.head(post)
    assert newest
    assert (newest.cause, newest.by, newest.number) == ("restored", alice, 3)
    assert Revision.objects.get(post=post, number=2).fields["title"] == "Tulips"


def test_only_what_was_chosen_comes_back(desk: Client, post: Post) -> None:
    restore(desk, post, "body")
    assert (post.title, post.slug, post.body) == ("Tulips", "tulips", "Of roses.")


def test_nothing_chosen_is_a_sentence(desk: Client, post: Post) -> None:
    started_from = desk.get(address(post)).context["form"]["started_from"].value()
    answer = desk.post(address(post), {"started_from": started_from})
    assert "Choose at least one thing" in answer.content.decode()


def test_of_a_published_post_it_becomes_the_draft_over_it(desk: Client, alice: User) -> None:
    post = make_post(alice, title="Roses")
    Revision.objects.record(post, by=alice)
    change(post, alice, title="Tulips")
    answer = restore(desk, post)
    assert answer.status_code == 302
    assert post.title == "Tulips"
    assert PendingChange.objects.get(post=post).snapshot["title"] == "Roses"
    head = Revision.objects.head(post, is_draft=True)
    assert head
    assert head.cause == "restored"


def test_it_says_that_a_scheduled_change_would_wait(desk: Client, alice: User) -> None:
    post = make_post(alice, title="Roses")
    Revision.objects.record(post, by=alice)
    change(post, alice, title="Tulips")
    drafts.write_draft(post, {"title": "Lilies"}, by=alice)
    assert "does not appear by itself" not in desk.get(address(post)).content.decode()
    drafts.schedule_change(post, timezone.now() + timedelta(days=2))
    assert "does not appear by itself" in desk.get(address(post)).content.decode()
    restore(desk, post)
    assert PendingChange.objects.get().publish_at is None


def test_restoring_what_is_live_ends_the_draft_over_it(desk: Client, alice: User) -> None:
    post = make_post(alice, title="Roses")
    live = Revision.objects.record(post, by=alice)
    drafts.write_draft(post, {"title": "Tulips"}, by=alice)
    restore(desk, post, number=live.number)
    assert not PendingChange.objects.exists()
    assert post.title == "Roses"


def test_a_version_of_the_draft_comes_back(desk: Client, alice: User) -> None:
    post = make_post(alice, title="Roses")
    made = drafts.write_draft(post, {"title": "Tulips"}, by=alice)
    drafts.discard_change(post, by=alice)
    restore(desk, post, number=made.number)
    assert PendingChange.objects.get(post=post).snapshot["title"] == "Tulips"


def test_an_address_taken_meanwhile_stays_as_it_is(desk: Client, bob: User, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(slug="tulips")
    make_draft(bob, slug="other")
    Post.objects.filter(slug="other").update(slug="roses")
    assert "belongs to another post now" in desk.get(address(post)).content.decode()
    restore(desk, post)
    assert (post.title, post.slug) == ("Roses", "tulips")


def test_a_deleted_cover_and_series_do_not_come_back(desk: Client, alice: User, post: Post) -> None:
    cover, series = make_image(alice), make_series(alice)
    had = change(post, alice, cover=cover.pk, series=[series.pk], title="Covered")
    had.call_it("Covered")
    kept = make_image(alice, colour="#a3281d")
    change(post, alice, cover=kept.pk, series=[], title="Bare")
    cover.delete()
    series.delete()
    shown = desk.get(address(post, had.number)).content.decode()
    assert "cover picture of that version was deleted" in shown
    assert "in a series that is gone" in shown
    restore(desk, post, number=had.number)
    assert (post.title, post.cover) == ("Covered", kept)


def test_it_says_which_pictures_of_the_text_are_gone(desk: Client, alice: User, post: Post) -> None:
    kept, gone = make_image(alice), make_image(alice, colour="#a3281d")
    had = change(post, alice, body=f"{kept.markdown}\n\n{gone.markdown}", title="With pictures")
    had.call_it("With pictures")
    change(post, alice, body="Without.")
    assert "deleted since" not in desk.get(address(post, had.number)).content.decode()
    gone.delete()
    assert (
        "A picture in its text was deleted since."
        in desk.get(address(post, had.number)).content.decode()
    )
    restore(desk, post, number=had.number)
    assert gone.url in post.body


def test_nobody_gets_into_the_series_of_another_by_it(
    desk: Client, alice: User, bob: User, post: Post
) -> None:
    series = make_series(bob, title="Of Bob")
    had = change(post, bob, series=[series.pk], title="Shared")
    had.call_it("Shared")
    series.entries.all().delete()
    change(post, alice, title="Alone")
    restore(desk, post, number=had.number)
    assert post.title == "Shared"
    assert not series.entries.exists()


def test_the_place_in_anothers_series_is_kept(
    desk: Client, alice: User, bob: User, post: Post
) -> None:
    series = make_series(bob, post, title="Of Bob")
    restore(desk, post)
    assert post.title == "Roses"
    assert series.entries.get().post == post


def test_a_post_changed_meanwhile_is_compared_again(
    desk: Client, alice: User, bob: User, post: Post
) -> None:
    form = desk.get(address(post)).context["form"]
    sent = {"fields_wanted": form.names, "started_from": form["started_from"].value()}
    change(post, bob, body="Of lilies.")
    answer = desk.post(address(post), sent)
    shown = answer.content.decode()
    assert "The post was changed meanwhile" in shown
    assert "lilies" in shown
    post.refresh_from_db()
    assert post.body == "Of lilies."


@pytest.mark.parametrize("how", ["published", "binned", "deleted"])
def test_who_may_not_change_it_any_more_restores_nothing(
    desk: Client, alice: User, post: Post, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.assign_roles(Role.CONTRIBUTOR)
    form = desk.get(address(post)).context["form"]
    sent = {"fields_wanted": form.names, "started_from": form["started_from"].value()}
    acts: dict[str, Any] = {"published": post.publish, "binned": post.bin, "deleted": post.delete}
    save = RestorationForm.save
    monkeypatch.setattr(RestorationForm, "save", lambda form: (acts[how](), save(form))[1])
    assert desk.post(address(post), sent).status_code == 404
    assert not Revision.objects.filter(cause="restored").exists()


def test_the_version_that_is_now_has_nothing_to_restore(desk: Client, post: Post) -> None:
    shown = desk.get(address(post, 2)).content.decode()
    assert "there is nothing to restore" in shown
    assert "fields_wanted" not in shown


def test_a_text_beyond_the_limits_of_today_is_refused_in_words(desk: Client, post: Post) -> None:
    found = Revision.objects.get(post=post, number=1)
    Revision.objects.filter(pk=found.pk).update(
        snapshot=found.snapshot | {"body": ">" * 60 + " deep"}
    )
    answer = restore(desk, post)
    assert "nested too deeply" in answer.content.decode()
    assert post.body == "Of tulips."


@pytest.mark.parametrize("names", [["published_at"], ["nonsense"], ["body", "author_id"]])
def test_no_other_field_is_restored(desk: Client, post: Post, names: list[str]) -> None:
    answer = restore(desk, post, *names)
    assert answer.status_code == 200
    assert post.title == "Tulips"
    assert post.body == "Of tulips."


def test_a_version_that_is_gone_is_a_sentence(desk: Client, post: Post) -> None:
    answer = desk.post(address(post, 77), {})
    assert answer.status_code == 404
    assert "There is no such version" in answer.content.decode()
