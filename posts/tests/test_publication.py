from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.models import Post
from posts.testing import make_draft, make_post

pytestmark = pytest.mark.django_db


def take(client: Client, post: Post, step: str, **fields: str) -> Any:
    """Press one of the buttons of the page as it is shown now."""
    sent = {"step": step, "started_from": Post.objects.get(pk=post.pk).fingerprint()}
    return client.post(reverse("posts:publication", args=[post.pk]), sent | fields)


def status(post: Post) -> str:
    return Post.objects.get(pk=post.pk).status


def test_it_publishes_at_once(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    take(desk, post, "publish")
    assert Client().get(post.get_absolute_url()).status_code == 200


def test_publishing_at_once_is_offered_before_a_date(desk: Client, alice: User) -> None:
    html = desk.get(reverse("posts:publication", args=[make_draft(alice).pk])).content.decode()
    assert -1 < html.find('value="publish"') < html.find('value="schedule"')


def test_a_scheduled_post_appears_by_its_time_alone(
    desk: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = make_draft(alice)
    moment = timezone.now() + timedelta(days=2)
    take(desk, post, "schedule", at=moment.strftime("%Y-%m-%dT%H:%M"))
    assert status(post) == "scheduled"
    assert Client().get(post.get_absolute_url()).status_code == 404
    monkeypatch.setattr(timezone, "now", lambda: moment + timedelta(minutes=1))
    assert Client().get(post.get_absolute_url()).status_code == 200


def test_a_time_that_has_passed_publishes_under_that_date(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    take(desk, post, "schedule", at="2019-05-04T10:00")
    stored = Post.objects.get()
    assert stored.is_published
    assert stored.published_at is not None
    assert stored.published_at.year == 2019


def test_times_are_of_the_sites_own_zone(desk: Client, alice: User, settings: LazySettings) -> None:
    settings.TIME_ZONE = "Europe/Madrid"
    with timezone.override("Europe/Madrid"):
        post = make_draft(alice)
        page = desk.get(reverse("posts:publication", args=[post.pk]))
        assert "Europe/Madrid" in page.text
        take(desk, post, "schedule", at="2019-07-04T10:00")
    expected = datetime(2019, 7, 4, 10, tzinfo=ZoneInfo("Europe/Madrid"))
    assert Post.objects.get().published_at == expected


@pytest.mark.parametrize(
    "at", ["", "soon", "1066-10-14T09:00", "9999-12-31T23:59", "2027-02-30T10:00", "\0"]
)
def test_an_impossible_time_gets_a_sentence(desk: Client, alice: User, at: str) -> None:
    post = make_draft(alice)
    response = take(desk, post, "schedule", at=at)
    assert response.context["form"].errors["at"]
    assert status(post) == "draft"


def test_an_hour_that_daylight_saving_skips_gets_a_sentence(desk: Client, alice: User) -> None:
    with timezone.override("Europe/Madrid"):
        response = take(desk, make_draft(alice), "schedule", at="2027-03-28T02:30")
    assert response.context["form"].errors["at"]


def test_it_withdraws_and_publishes_again_under_the_old_date(desk: Client, alice: User) -> None:
    post = make_post(alice)
    take(desk, post, "withdraw")
    assert Client().get(post.get_absolute_url()).status_code == 404
    take(desk, post, "publish")
    assert Post.objects.get().published_at == post.published_at
    assert status(post) == "published"


@pytest.mark.parametrize("before", ["review", "scheduled", "withdrawn"])
def test_it_goes_back_to_draft(desk: Client, alice: User, before: str) -> None:
    post = make_draft(alice)
    if before == "review":
        post.submit()
    else:
        post.publish(at=timezone.now() + timedelta(days=1) if before == "scheduled" else None)
    if before == "withdrawn":
        post.withdraw(by=alice)
    assert post.status == before
    take(desk, post, "draft")
    assert status(post) == "draft"


def test_a_contributor_sends_for_review_and_an_editor_publishes(client: Client) -> None:
    bob = make_user("bob", role=Role.CONTRIBUTOR)
    post = make_draft(bob)
    client.force_login(bob)
    take(client, post, "submit")
    assert status(post) == "review"
    client.force_login(make_user("alice", role=Role.EDITOR))
    take(client, post, "publish")
    assert status(post) == "published"


def test_an_editor_sends_back(client: Client, alice: User) -> None:
    post = make_draft(alice)
    post.submit()
    client.force_login(make_user("bob", role=Role.EDITOR))
    take(client, post, "draft", because="Too short")
    assert status(post) == "draft"


@pytest.mark.parametrize("step", ["publish", "schedule", "withdraw"])
def test_a_contributor_cannot_publish(client: Client, step: str) -> None:
    bob = make_user("bob", role=Role.CONTRIBUTOR)
    post = make_draft(bob)
    client.force_login(bob)
    take(client, post, step, at="2019-05-04T10:00")
    assert status(post) == "draft"
    page = client.get(reverse("posts:publication", args=[post.pk]))
    assert 'value="submit"' in page.text
    assert f'value="{step}"' not in page.text


def test_a_text_that_changed_meanwhile_is_not_published_unseen(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    response = take(desk, post, "publish", started_from="another")
    assert "changed meanwhile" in response.text
    assert status(post) == "draft"


def test_a_step_that_is_not_open_any_more_gets_a_sentence(desk: Client, alice: User) -> None:
    post = make_post(alice)
    assert "not possible any more" in take(desk, post, "submit").text
    assert status(post) == "published"


@pytest.mark.parametrize("role", [Role.READER, Role.CONTRIBUTOR, Role.AUTHOR, Role.MODERATOR])
def test_others_find_nothing(client: Client, alice: User, role: Role) -> None:
    post = make_draft(alice)
    client.force_login(make_user("charlie", role=role))
    assert client.get(reverse("posts:publication", args=[post.pk])).status_code == 404
    assert take(client, post, "publish").status_code == 404
    assert status(post) == "draft"


def test_suspended_people_cannot_publish(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    alice.suspend(until=timezone.now() + timedelta(days=1))
    assert take(desk, post, "publish").status_code == 403
    assert status(post) == "draft"


def test_asking_for_the_page_changes_nothing(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    desk.get(reverse("posts:publication", args=[post.pk]), {"step": "publish"})
    assert status(post) == "draft"
