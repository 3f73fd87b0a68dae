from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from posts.models import Post
from posts.testing import make_draft, make_post
from posts.tests.test_post_admin import act
from posts.tests.test_publication import status, take

pytestmark = pytest.mark.django_db
WRITE = reverse("posts:write")


def open_as(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def taken_down(alice: User, bob: User) -> Post:
    """Return a post of Alice that Bob, an editor, withdrew."""
    post = make_post(alice, title="Roses")
    post.withdraw(by=bob, because="Names a child")
    return post


@pytest.mark.parametrize("step", ["publish", "schedule", "draft"])
def test_its_author_cannot_bring_it_back(desk: Client, taken_down: Post, step: str) -> None:
    page = desk.get(reverse("posts:publication", args=[taken_down.pk])).text
    assert f'value="{step}"' not in page
    assert "not possible any more" in take(desk, taken_down, step, at="2019-05-04T10:00").text
    assert status(taken_down) == "withdrawn"


def test_the_author_changes_it_and_an_editor_decides(
    desk: Client, taken_down: Post, bob: User
) -> None:
    assert desk.get(reverse("posts:edit", args=[taken_down.pk])).status_code == 200
    take(desk, taken_down, "submit")
    assert status(taken_down) == "review"
    take(desk, taken_down, "publish")
    assert status(taken_down) == "review"
    editors = open_as(bob)
    assert "Roses" in editors.get(WRITE, {"of": "all", "state": "review"}).text
    take(editors, taken_down, "publish")
    stored = Post.objects.get()
    assert (stored.status, stored.withdrawn_by, stored.withdrawal_reason) == ("published", None, "")


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_out_of_review_it_is_still_taken_down(
    desk: Client, taken_down: Post, bob: User, who: str
) -> None:
    take(desk, taken_down, "submit")
    take(desk if who == "alice" else open_as(bob), taken_down, "draft", because="No")
    stored = Post.objects.get()
    assert (stored.status, stored.is_taken_down) == ("withdrawn", True)


def test_a_contributor_may_change_it_and_send_it_for_review(
    desk: Client, alice: User, taken_down: Post
) -> None:
    alice.assign_roles(Role.CONTRIBUTOR)
    assert reverse("posts:edit", args=[taken_down.pk]) in desk.get(WRITE).text
    assert list(Post.objects.editable_by(User.objects.get(pk=alice.pk))) == [taken_down]
    take(desk, taken_down, "submit")
    assert status(taken_down) == "review"


@pytest.mark.parametrize("name", ["write", "publication"])
def test_alice_reads_why_and_charlie_does_not(
    desk: Client, charlies: Client, charlie: User, taken_down: Post, name: str
) -> None:
    charlie.assign_roles(Role.AUTHOR)
    address = reverse(f"posts:{name}", args=[] if name == "write" else [taken_down.pk])
    assert "Names a child" in desk.get(address).text
    assert "Names a child" not in charlies.get(address).text
    assert charlies.get(taken_down.get_absolute_url()).status_code == 404


def test_what_an_author_withdrew_any_author_brings_back(desk: Client, alice: User) -> None:
    post = make_post(alice)
    take(desk, post, "withdraw")
    assert "An editor withdrew" not in desk.get(WRITE).text
    assert Post.objects.get().withdrawn_by == alice
    take(desk, post, "publish")
    assert status(post) == "published"


def test_an_editor_gives_the_reason_on_the_publication_page(alice: User, bob: User) -> None:
    post, editors = make_post(alice), open_as(bob)
    assert "Please tell the authors why" in take(editors, post, "withdraw").text
    assert status(post) == "published"
    take(editors, post, "withdraw", because=" Names\na child ")
    stored = Post.objects.get()
    assert (stored.withdrawn_by, stored.withdrawal_reason) == (bob, "Names\na child")


def test_the_desk_says_who_and_why_and_gives_it_back(alice: User, bob: User) -> None:
    post, editors = make_post(alice), open_as(bob)
    act(editors, "withdraw", post, answered="1", reason="Names a child")
    stored = Post.objects.get()
    assert (stored.withdrawn_by, stored.withdrawal_reason) == (bob, "Names a child")
    change = editors.get(reverse("admin:posts_post_change", args=[post.pk])).text
    assert "Names a child" in change
    act(editors, "restore", post)
    assert Post.objects.get().published_at == post.published_at


def test_a_scheduled_one_is_taken_down_and_keeps_its_time(alice: User, bob: User) -> None:
    post = make_post(alice, published_at=timezone.now() + timedelta(days=1))
    editors = open_as(bob)
    act(editors, "withdraw", post, answered="1", reason="Names a child")
    assert Post.objects.get().is_taken_down
    act(editors, "restore", post)
    assert status(post) == "scheduled"


def test_it_stays_taken_down_when_the_editors_account_goes(
    desk: Client, taken_down: Post, bob: User
) -> None:
    bob.delete()
    take(desk, taken_down, "publish")
    assert status(taken_down) == "withdrawn"


def test_the_bin_is_no_way_round(desk: Client, taken_down: Post) -> None:
    desk.post(reverse("posts:put_in_bin", args=[taken_down.pk]))
    desk.post(reverse("posts:restoration", args=[taken_down.pk]))
    assert Post.objects.get().is_taken_down


def test_only_withdrawn_posts_have_a_reason(alice: User) -> None:
    with pytest.raises(IntegrityError, match="only_withdrawn_posts_say_who_and_why"):
        make_draft(alice, withdrawal_reason="Because")
