"""A copy of a post: a new draft of whoever asks, with the text and nothing of its life."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from posts import drafts
from posts.models import FormerAddress, Post, Revision, Snippet
from posts.models.copied import COPIED, TWICE
from posts.testing import make_cover, make_draft, make_post, make_series


def press(client: Client, post: Post) -> Any:
    return client.post(reverse("posts:duplicate", args=[post.pk]))


def copy_of(post: Post) -> Post:
    return Post.objects.exclude(pk=post.pk).get()


def test_a_copy_has_the_text_the_pictures_and_the_tags(desk: Client, alice: User) -> None:
    cover = make_cover(alice)
    texts = {"title": "Beans", "summary": "Short.", "body": "Sown **early**.", "cover_alt": "Rows"}
    post = make_post(alice, **texts, cover=cover, tags=["Gardens", "Food"], language="de")
    answer = press(desk, post)
    copy = copy_of(post)
    assert answer["Location"] == reverse("posts:edit", args=[copy.pk])
    assert "Copy of Beans" in desk.get(answer["Location"]).text
    assert [getattr(copy, name) for name in COPIED] == [getattr(post, name) for name in COPIED]
    assert copy.html == post.html
    assert set(copy.tags.all()) == set(post.tags.all())
    assert Revision.objects.filter(post=copy).count() == 1


def test_what_the_editor_shows_is_copied_not_what_readers_see(desk: Client, alice: User) -> None:
    post = make_post(alice, title="Beans", body="Live", tags=["Food"])
    draft = {"title": "Peas", "body": "Drafted", "tags": ["Gardens"], "cover": make_cover(alice).pk}
    drafts.write_draft(post, draft, by=alice)
    press(desk, post)
    copy = copy_of(post)
    assert (copy.title, copy.body, copy.cover_id) == ("Copy of Peas", "Drafted", draft["cover"])
    assert [tag.name for tag in copy.tags.all()] == ["Gardens"]
    desk.post(reverse("posts:save_as_template", args=[post.pk]))
    template = Snippet.objects.get()
    assert (template.title, template.body, template.tags) == ("Peas", "Drafted", ["Gardens"])


def test_a_copy_has_nothing_of_the_posts_life(client: Client, alice: User) -> None:
    bob = make_user("bob")
    life = {"canonical_url": "https://example.net/", "pinned_at": timezone.now()}
    post = make_post(alice, title="Peas", **life, like_count=3, comment_count=2)
    post.set_authors([alice, bob])
    make_series(alice, post)
    client.force_login(bob)
    press(client, post)
    copy = copy_of(post)
    assert (copy.status, copy.author, copy.named_authors()) == ("draft", bob, [bob])
    assert (copy.slug, copy.canonical_url, copy.pinned_at) == ("copy-of-peas", "", None)
    assert (copy.like_count, copy.comment_count, copy.series.count()) == (0, 0, 0)
    assert Client().get(copy.get_absolute_url()).status_code == 404


def test_pressing_twice_makes_one_and_later_another(desk: Client, alice: User) -> None:
    post = make_post(alice)
    assert press(desk, post)["Location"] == press(desk, post)["Location"]
    assert Post.objects.count() == 2
    Post.objects.exclude(pk=post.pk).update(created_at=timezone.now() - TWICE - timedelta(1))
    press(desk, post)
    slugs = set(Post.objects.exclude(pk=post.pk).values_list("slug", flat=True))
    assert len(slugs) == 2


def test_a_copy_that_was_changed_is_not_taken_for_a_second_press(desk: Client, alice: User) -> None:
    post = make_post(alice)
    press(desk, post)
    Post.objects.exclude(pk=post.pk).update(body="Other")
    press(desk, post)
    assert Post.objects.count() == 3


def test_a_copys_address_was_never_another_posts(desk: Client, alice: User) -> None:
    post, other = make_post(alice, title="Beans"), make_draft(alice, slug="copy-of-beans")
    FormerAddress.objects.create(path="posts/copy-of-beans-2", post=other)
    press(desk, post)
    assert Post.objects.latest("pk").slug == "copy-of-beans-3"


def test_a_long_title_is_cut(desk: Client, alice: User) -> None:
    post = make_draft(alice, title="x" * 200)
    press(desk, post)
    assert len(copy_of(post).title) == 200


def test_others_copy_nothing(charlies: Client, client: Client, alice: User) -> None:
    post = make_post(alice)
    client.force_login(make_user("bob"))
    for browser in (charlies, client):
        assert press(browser, post).status_code == 404
    assert Post.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_presses_at_once_make_one(
    at_once: Callable[[Callable[[int], Any], int], list[Any]], alice: User
) -> None:
    post = make_post(alice)
    keys = at_once(lambda _number: Post.objects.get(pk=post.pk).duplicate(alice).pk, 6)
    assert len(set(keys)) == 1
    assert Post.objects.count() == 2
