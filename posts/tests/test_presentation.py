import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from posts.models import Post
from posts.testing import make_draft, picture_bytes, typed

pytestmark = pytest.mark.django_db

SAID = {
    "language": "he",
    "has_math": "on",
    "canonical_url": "https://elsewhere.example/first/",
    "meta_title": "For engines",
    "meta_description": "What engines say.",
}


def test_it_keeps_what_machines_are_told(desk: Client, alice: User) -> None:
    post = make_draft(author=alice)
    desk.post(reverse("posts:edit", args=[post.pk]), typed(post, **SAID))
    post.refresh_from_db()
    assert {name: getattr(post, name) for name in SAID} == SAID | {"has_math": True}
    assert post.direction == "rtl"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://a.example/", "no address"])
def test_it_refuses_a_first_address_that_is_none(desk: Client, alice: User, address: str) -> None:
    post = make_draft(author=alice)
    response = desk.post(reverse("posts:edit", args=[post.pk]), typed(post, canonical_url=address))
    assert "canonical_url" in response.context["form"].errors


def test_a_picture_for_links_comes_and_goes(desk: Client, alice: User) -> None:
    post = make_draft(author=alice)
    address = reverse("posts:edit", args=[post.pk])
    file = SimpleUploadedFile("a.png", picture_bytes(), "image/png")
    desk.post(address, typed(post, share_image_file=file))
    post.refresh_from_db()
    picture = post.share_image
    assert picture is not None
    assert picture.is_used
    assert list(Post.objects.showing(picture)) == [post]
    desk.post(address, typed(post, remove_share_image="on"))
    post.refresh_from_db()
    assert post.share_image is None


def test_a_change_of_language_by_two_people_is_a_conflict(desk: Client, alice: User) -> None:
    post = make_draft(author=alice)
    sent = typed(post, language="de")
    Post.objects.filter(pk=post.pk).update(language="fr")
    response = desk.post(reverse("posts:edit", args=[post.pk]), sent)
    assert response.status_code == 409
    assert [choice.name for choice in response.context["choices"]] == ["language"]
    post.refresh_from_db()
    assert post.language == "fr"
