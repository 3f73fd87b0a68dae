from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.models import Post
from posts.querysets.post import PostQuerySet
from posts.testing import count_queries, make_draft, make_post

pytestmark = pytest.mark.django_db
BIN = reverse("posts:bin")


def test_a_binned_post_is_gone_for_everybody_and_can_be_undone(desk: Client, alice: User) -> None:
    post = make_post(alice, title="Roses")
    desk.post(reverse("posts:put_in_bin", args=[post.pk]))
    assert Client().get(post.get_absolute_url()).status_code == 410
    page = desk.get(reverse("posts:write"))
    undo = reverse("posts:restoration", args=[post.pk])
    assert f'action="{undo}"' in page.text
    desk.post(undo)
    assert Client().get(post.get_absolute_url()).status_code == 200


def test_what_is_published_meanwhile_is_not_its_contributors_to_bin(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = make_user("alice", role=Role.CONTRIBUTOR)
    client.force_login(alice)
    post = make_draft(alice)
    lock = PostQuerySet.select_for_update

    def late(posts: PostQuerySet, **options: Any) -> PostQuerySet:
        post.publish()
        return lock(posts, **options)

    monkeypatch.setattr(PostQuerySet, "select_for_update", late)
    assert client.post(reverse("posts:put_in_bin", args=[post.pk])).status_code == 404
    assert Post.objects.get().deleted_at is None


def test_the_undo_is_offered_once(desk: Client, alice: User) -> None:
    desk.post(reverse("posts:put_in_bin", args=[make_post(alice).pk]))
    desk.get(reverse("posts:write"))
    assert "Undo" not in desk.get(reverse("posts:write")).text


def test_it_lists_ones_own_bin_only(desk: Client, alice: User) -> None:
    make_draft(alice, title="Mine in the bin").bin()
    make_draft(alice, title="Mine still here")
    make_draft(make_user("bob"), title="Not mine").bin()
    page = desk.get(reverse("posts:bin")).text
    assert "Mine in the bin" in page
    assert "Mine still here" not in page
    assert "Not mine" not in page


def test_deleting_for_good_asks_first(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    post.bin()
    address = reverse("posts:deletion", args=[post.pk])
    assert "cannot be undone" in desk.get(address).text
    assert Post.objects.exists()
    desk.post(address)
    assert not Post.objects.exists()


def test_only_what_is_in_the_bin_can_be_deleted_for_good(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    assert desk.post(reverse("posts:deletion", args=[post.pk])).status_code == 404
    assert Post.objects.exists()


def test_emptying_deletes_what_was_there_when_it_asked(desk: Client, alice: User) -> None:
    kept, shown, late = make_draft(alice), make_draft(alice), make_draft(alice)
    shown.bin()
    page = desk.get(reverse("posts:emptying"))
    late.bin()
    desk.post(reverse("posts:emptying"), {"latest": page.context["latest"]})
    assert set(Post.objects.all()) == {kept, late}


def test_emptying_leaves_what_is_taken_out_meanwhile(
    desk: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_draft(alice), make_draft(alice)
    first.bin()
    second.bin()
    page = desk.get(reverse("posts:emptying"))
    delete = Post.delete

    def taking_out(post: Post) -> Any:
        Post.objects.exclude(pk=post.pk).update(deleted_at=None)
        return delete(post)

    monkeypatch.setattr(Post, "delete", taking_out)
    desk.post(reverse("posts:emptying"), {"latest": page.context["latest"]})
    assert Post.objects.count() == 1


def test_emptying_leaves_the_bins_of_others(client: Client, alice: User) -> None:
    make_draft(alice).bin()
    client.force_login(make_user("bob", role=Role.EDITOR))
    page = client.get(reverse("posts:emptying"))
    client.post(reverse("posts:emptying"), {"latest": page.context["latest"] or "9999"})
    assert Post.objects.exists()


@pytest.mark.parametrize("name", ["put_in_bin", "restoration", "deletion"])
def test_strangers_reach_nothing(client: Client, alice: User, name: str) -> None:
    post = make_draft(alice)
    if name != "put_in_bin":
        post.bin()
    client.force_login(make_user("charlie"))
    assert client.post(reverse(f"posts:{name}", args=[post.pk])).status_code == 404
    assert Post.objects.get().deleted_at == post.deleted_at


@pytest.mark.parametrize("name", ["put_in_bin", "restoration"])
def test_a_link_changes_nothing(desk: Client, alice: User, name: str) -> None:
    post = make_draft(alice)
    assert desk.get(reverse(f"posts:{name}", args=[post.pk])).status_code == 405


def test_suspended_people_cannot_use_the_bin(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    alice.suspend(until=timezone.now() + timedelta(days=1))
    assert desk.post(reverse("posts:put_in_bin", args=[post.pk])).status_code == 403
    assert Post.objects.get().deleted_at is None


def test_editors_find_everybodys_bin(client: Client, alice: User) -> None:
    make_draft(alice, title="Of Alice").bin()
    client.force_login(make_user("bob", role=Role.EDITOR))
    assert "Of Alice" not in client.get(BIN).text
    assert "Of Alice" in client.get(BIN, {"of": "all"}).text


def test_authors_find_their_own_bin_alone(desk: Client) -> None:
    make_draft(make_user("bob"), title="Of Bob").bin()
    assert "Of Bob" not in desk.get(BIN, {"of": "all"}).text


def test_an_editor_puts_back_and_deletes_what_is_not_theirs(client: Client, alice: User) -> None:
    kept, gone = make_draft(alice), make_draft(alice)
    kept.bin()
    gone.bin()
    client.force_login(make_user("bob", role=Role.EDITOR))
    back = client.post(reverse("posts:restoration", args=[kept.pk]) + "?of=all")
    assert back["Location"] == reverse("posts:write") + "?of=all"
    back = client.post(reverse("posts:deletion", args=[gone.pk]) + "?of=all")
    assert back["Location"] == BIN + "?of=all"
    assert list(Post.objects.not_deleted()) == [kept] == list(Post.objects.all())


def test_who_edits_but_may_not_delete_only_puts_back(client: Client, alice: User) -> None:
    post = make_draft(alice)
    post.bin()
    bob = make_user("bob")
    bob.user_permissions.add(Permission.objects.get(codename="edit_any_post"))
    client.force_login(bob)
    deletion = reverse("posts:deletion", args=[post.pk])
    assert deletion not in client.get(BIN, {"of": "all"}).text
    assert client.post(deletion).status_code == 404
    client.post(reverse("posts:restoration", args=[post.pk]))
    assert Post.objects.get().deleted_at is None


def test_the_bin_costs_the_same_whatever_the_number_of_posts(desk: Client, alice: User) -> None:
    counts = []
    for _time in range(2):
        for _number in range(5):
            make_draft(alice).bin()
        counts.append(count_queries(desk, BIN))
    assert counts[0] == counts[1]


def test_who_cannot_publish_empties_no_published_post_out_of_the_bin(client: Client) -> None:
    helper = make_user("bob", role=Role.CONTRIBUTOR)
    published, draft = make_post(helper), make_draft(helper)
    published.bin()
    draft.bin()
    client.force_login(helper)
    latest = timezone.now().isoformat()
    client.post(reverse("posts:emptying"), {"latest": latest})
    assert list(Post.objects.all()) == [published]


def test_a_contributors_bin_holds_only_what_they_may_take_out(client: Client) -> None:
    bob = make_user("bob", role=Role.CONTRIBUTOR)
    make_post(bob, title="Readers saw it").bin()
    make_draft(bob, title="Nobody saw it").bin()
    client.force_login(bob)
    page = client.get(BIN).text
    assert "Nobody saw it" in page
    assert "Readers saw it" not in page
