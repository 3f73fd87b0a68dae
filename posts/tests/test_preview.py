import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.testing import make_user
from posts.models import Post
from posts.testing import make_draft, make_tag, picture_file, typed

pytestmark = pytest.mark.django_db
NEW = reverse("posts:new_preview")


def test_it_shows_a_new_post_as_readers_would_see_it_and_stores_none(desk: Client) -> None:
    response = desk.post(NEW, typed(tags="Roses, Bees", summary="In short"))
    assert "<em>roses</em>" in response.text
    assert "In short" in response.text
    assert "Bees" in response.text
    assert not Post.objects.exists()


def test_it_shows_the_changes_to_a_stored_post_and_keeps_it_as_it_was(
    desk: Client, alice: User
) -> None:
    post = make_draft(alice, tags=["Gardens"])
    address = reverse("posts:preview", args=[post.pk])
    response = desk.post(address, typed(post, body="**new**", tags="Birds", slug="another"))
    assert "<strong>new</strong>" in response.text
    stored = Post.objects.get()
    assert (stored.body, stored.slug) == (post.body, post.slug)
    assert list(stored.tags.all()) == [make_tag("Gardens")]


def test_going_back_keeps_everything_that_was_typed(desk: Client) -> None:
    sent = typed(summary="In short", tags="Roses", slug="new")
    page = desk.post(NEW, sent)
    back = desk.post(page.context["back"], dict(page.context["typed"]) | {"then": "edit"})
    assert back.context["form"]["body"].value() == sent["body"]
    assert back.context["form"]["tags"].value() == "Roses"
    assert back.context["form"]["slug"].value() == "new"
    assert not Post.objects.exists()


def test_saving_from_the_preview_saves(desk: Client) -> None:
    page = desk.post(NEW, typed())
    desk.post(page.context["back"], dict(page.context["typed"]))
    assert Post.objects.get().title == "A walk in the garden"


def test_pictures_sent_with_it_are_shown_and_kept(desk: Client, alice: User) -> None:
    page = desk.post(NEW, typed(pictures=[picture_file()]))
    assert f'src="{alice.images.get().url}"' in page.text
    assert alice.images.get().markdown in dict(page.context["typed"])["body"]


def test_a_post_without_a_title_can_be_looked_at(desk: Client) -> None:
    assert "Without a title" in desk.post(NEW, typed(title="")).text


def test_a_text_too_complex_comes_back_with_a_sentence(desk: Client) -> None:
    response = desk.post(NEW, typed(body=">" * 10_000))
    assert response.context["form"].errors["body"]


def test_scripts_in_the_text_do_not_reach_the_page(desk: Client) -> None:
    response = desk.post(NEW, typed(title="<script>a()</script>", body="<script>b()</script>"))
    assert "<script>a" not in response.text
    assert "<script>b" not in response.text


def test_others_cannot_preview_over_a_post(client: Client, alice: User) -> None:
    client.force_login(make_user("charlie"))
    address = reverse("posts:preview", args=[make_draft(alice, body="Secret").pk])
    response = client.post(address, {"title": "T"})
    assert response.status_code == 404
    assert "Secret" not in response.text


def test_it_cannot_be_asked_for_by_a_link(desk: Client) -> None:
    assert desk.get(NEW).status_code == 405


def test_it_names_each_author_once(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    make_draft(alice)
    post.set_authors([alice, make_user("bob")])
    response = desk.post(reverse("posts:preview", args=[post.pk]), typed(post))
    assert [str(person) for person in response.context["authors"]] == ["Alice", "Bob"]
