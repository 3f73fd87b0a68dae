"""Times on the way to publish: spelled out, in the author's own zone, and reversible."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts import drafts, due
from posts.models import PendingChange, Post
from posts.testing import make_draft, make_post
from posts.tests.test_due import HOUR, later

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 12, 6, 30, tzinfo=UTC)


@pytest.fixture
def madrid(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    alice.time_zone = "Europe/Madrid"
    alice.save()
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def page(desk: Client, post: Post) -> Any:
    return desk.get(reverse("posts:publication", args=[post.pk]))


def take(desk: Client, post: Post, step: str, **fields: str) -> Any:
    """Press a button of the page as it is shown now."""
    form = page(desk, post).context["form"]
    sent = {"step": step, "started_from": form["started_from"].value()} | fields
    return desk.post(reverse("posts:publication", args=[post.pk]), sent, follow=True)


def words(answer: Any) -> str:
    return " ".join(answer.text.replace("\xa0", " ").split())


def local(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M")


def test_times_are_of_the_authors_own_zone(desk: Client, alice: User, madrid: None) -> None:
    post = make_draft(alice)
    answer = take(desk, post, "schedule", at="2026-09-14T09:00")
    assert Post.objects.get().published_at == datetime(2026, 9, 14, 7, tzinfo=UTC)
    assert "will appear by itself Mon 14 Sep 09:00 Europe/Madrid, in 2 days." in words(answer)
    assert 'value="2026-09-14T09:00"' in page(desk, post).text


def test_a_time_is_spelled_out_before_it_is_chosen(desk: Client, alice: User, madrid: None) -> None:
    post = make_draft(alice)
    answer = take(desk, post, "look", at="2026-09-14T09:00")
    assert ">Mon 14 Sep 09:00 Europe/Madrid, in 2 days</p>" in words(answer)
    assert Post.objects.get().status == "draft"


def test_a_time_that_comes_twice_is_the_first_and_says_so(
    desk: Client, alice: User, madrid: None
) -> None:
    answer = take(desk, make_draft(alice), "schedule", at="2026-10-25T02:30")
    assert Post.objects.get().published_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    said = words(answer)
    assert "(the clocks show that hour twice, the first is meant). <a" in said
    assert "twice, the first is meant)</p>" in said


def test_a_time_that_is_skipped_names_what_the_clocks_show(
    desk: Client, alice: User, madrid: None
) -> None:
    answer = take(desk, make_draft(alice), "schedule", at="2027-03-28T02:30")
    assert "skip 02:30. Choose 03:30 or another time." in words(answer)
    assert Post.objects.get().status == "draft"


@pytest.mark.parametrize("step", ["end", "pin", "schedule"])
@pytest.mark.parametrize("time", ["1066-10-14T09:00", "9999-12-31T23:59", "0001-01-01T00:00"])
def test_an_impossible_time_gets_a_sentence(step: str, time: str, desk: Client) -> None:
    owner = make_user("bob", role=Role.OWNER)
    desk.force_login(owner)
    post = make_post(owner)
    field = {"end": "ends_at", "pin": "pinned_until", "schedule": "at"}[step]
    answer = take(desk, post, step, **{field: time})
    assert "Choose a time between 1970" in answer.text
    stored = Post.objects.get()
    assert (stored.ends_at, stored.is_pinned) == (None, False)


def test_an_end_is_set_shown_and_taken_back(desk: Client, alice: User) -> None:
    post = make_post(alice)
    at = timezone.now() + timedelta(days=3)
    answer = take(desk, post, "end", ends_at=local(at))
    assert "Readers see the post until" in answer.text
    assert Post.objects.get().ends_at == at.replace(second=0, microsecond=0)
    take(desk, post, "stay")
    assert Post.objects.get().ends_at is None


def test_an_end_that_has_passed_is_refused(desk: Client, alice: User) -> None:
    answer = take(desk, make_post(alice), "end", ends_at="2020-01-01T00:00")
    assert "That time has passed." in answer.text
    assert Post.objects.get().ends_at is None


def test_an_end_before_the_beginning_is_refused(desk: Client, alice: User) -> None:
    post = make_post(alice, published_at=timezone.now() + timedelta(days=5))
    answer = take(desk, post, "end", ends_at=local(timezone.now() + timedelta(days=2)))
    assert "appears only later" in answer.text


def test_a_mistake_in_one_part_leaves_the_others_as_they_are(desk: Client, alice: User) -> None:
    post = make_post(alice)
    post.end(timezone.now() + timedelta(days=3))
    answer = take(desk, post, "schedule", at="soon")
    form = answer.context["form"]
    assert list(form.errors) == ["at"]
    assert form["ends_at"].value() == local(post.ends_at)  # type: ignore[arg-type]


def test_editors_pin_until_a_time_and_unpin(desk: Client, bob: User) -> None:
    desk.force_login(bob)
    post = make_post(bob)
    take(desk, post, "pin", pinned_until=local(timezone.now() + timedelta(days=1)))
    assert Post.objects.get().is_pinned
    take(desk, post, "unpin")
    assert not Post.objects.get().is_pinned


def test_authors_do_not_pin(desk: Client, alice: User) -> None:
    post = make_post(alice)
    assert 'value="pin"' not in page(desk, post).text
    take(desk, post, "pin")
    assert not Post.objects.get().is_pinned


def test_going_back_to_draft_keeps_the_time_at_hand(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    at = local(timezone.now() + timedelta(days=9))
    take(desk, post, "schedule", at=at)
    assert f'value="{at}"' in take(desk, post, "draft").text


@pytest.mark.parametrize("step", ["publish", "submit"])
def test_each_step_is_recorded(desk: Client, alice: User, step: str) -> None:
    post = make_draft(alice)
    take(desk, post, step)
    newest = post.revisions.order_by("-number")[0]
    assert (newest.by, newest.cause) == (alice, "publication")
    assert newest.is_public == (step == "publish")


@pytest.fixture
def changed(alice: User) -> Post:
    """Return a post that readers see as it was, with a draft over it."""
    post = make_post(alice, body="As it was.")
    with transaction.atomic():
        drafts.write_draft(post, drafts.working_copy(post) | {"body": "As it is."}, by=alice)
    return post


def body(post: Post) -> str:
    return Post.objects.get(pk=post.pk).body


def test_a_change_is_published_now(desk: Client, changed: Post) -> None:
    assert "A change waits" in page(desk, changed).text
    answer = take(desk, changed, "publish_change")
    assert "Readers see the changed post." in answer.text
    assert body(changed) == "As it is."
    assert not PendingChange.objects.exists()


def test_a_change_is_published_at_a_time_without_a_worker(
    desk: Client, changed: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(desk, changed, "schedule_change", change_at=local(timezone.now() + 2 * HOUR))
    assert "As it was." in Client().get(changed.get_absolute_url()).text
    later(monkeypatch, 3 * HOUR)
    assert "As it is." in Client().get(changed.get_absolute_url()).text
    assert changed.revisions.order_by("-number")[0].cause == "publication"


def test_a_change_that_was_put_off_meanwhile_does_not_appear(
    desk: Client, changed: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(desk, changed, "schedule_change", change_at=local(timezone.now() + 2 * HOUR))
    take(desk, changed, "keep_change")
    later(monkeypatch, 3 * HOUR)
    assert "As it was." in Client().get(changed.get_absolute_url()).text
    assert PendingChange.objects.get().publish_at is None


def test_a_change_that_cannot_appear_by_itself_is_kept_and_its_author_reads_so(
    desk: Client, changed: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts.schedule_change(changed, timezone.now() + HOUR)
    Post.objects.filter(pk=changed.pk).update(body="As somebody else had it.")
    later(monkeypatch, 2 * HOUR)
    assert due.apply_due() == 1
    assert body(changed) == "As somebody else had it."
    pending = PendingChange.objects.get()
    assert (pending.publish_at, pending.snapshot["body"]) == (None, "As it is.")
    assert due.next_due() is None
    assert "It could not appear by itself" in page(desk, changed).text
    take(desk, changed, "schedule_change", change_at=local(timezone.now() + HOUR))
    assert "could not appear" not in page(desk, changed).text


def test_a_change_can_be_compared_with_what_readers_see(desk: Client, changed: Post) -> None:
    shown = page(desk, changed)
    address = f"/write/{changed.pk}/history/{shown.context['live'].number}/?with=unpublished"
    assert address in shown.text
    assert desk.get(address).context["comparison"].is_text_changed


def test_a_change_is_discarded(desk: Client, changed: Post) -> None:
    take(desk, changed, "discard_change")
    assert body(changed) == "As it was."
    assert not PendingChange.objects.exists()


def test_a_change_that_was_edited_meanwhile_is_not_published_unseen(
    desk: Client, changed: Post
) -> None:
    answer = take(desk, changed, "publish_change", started_from="another")
    assert "changed meanwhile" in answer.text
    assert body(changed) == "As it was."


def test_a_change_that_was_edited_meanwhile_is_not_discarded_unseen(
    desk: Client, changed: Post
) -> None:
    answer = take(desk, changed, "discard_change", started_from="another")
    assert "changed meanwhile" in answer.text
    assert PendingChange.objects.exists()


def test_a_sign_that_no_browser_sends_is_a_sentence(desk: Client, changed: Post) -> None:
    answer = take(desk, changed, "publish_change", started_from="\0")
    assert answer.status_code == 200
    assert body(changed) == "As it was."


def test_lists_of_ones_own_posts_show_times_in_ones_own_zone(
    desk: Client, alice: User, madrid: None
) -> None:
    make_post(alice, published_at=datetime(2026, 9, 14, 7, tzinfo=UTC))
    shown = words(desk.get(reverse("posts:write")))
    assert "Mon 14 Sep 09:00 Europe/Madrid, in 2 days</time>" in shown


def test_readers_are_shown_dates_of_the_site(desk: Client, alice: User, madrid: None) -> None:
    post = make_post(alice, published_at=datetime(2026, 9, 11, 23, 30, tzinfo=UTC))
    for browser in (desk, Client()):
        assert "11 September 2026" in words(browser.get(post.get_absolute_url()))
