from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.forms.post import PostForm
from posts.models import Autosave, FormerAddress, Post, Series
from posts.testing import (
    make_draft,
    make_image,
    make_post,
    make_tag,
    picture_bytes,
    picture_file,
    typed,
)

pytestmark = pytest.mark.django_db


def edit(client: Client, post: Post, **fields: Any) -> Any:
    return client.post(reverse("posts:edit", args=[post.pk]), typed(post, **fields))


def test_it_makes_a_draft_with_an_address_from_the_title(desk: Client, alice: User) -> None:
    response = desk.post(reverse("posts:new"), typed())
    post = Post.objects.get()
    assert response["Location"] == reverse("posts:edit", args=[post.pk])
    assert (post.slug, post.author, post.status) == ("a-walk-in-the-garden", alice, "draft")
    assert "<em>roses</em>" in post.html


def test_the_publish_button_saves_and_leads_to_publication(desk: Client) -> None:
    response = desk.post(reverse("posts:new"), typed(then="publication"))
    assert response["Location"] == reverse("posts:publication", args=[Post.objects.get().pk])
    assert Post.objects.get().status == "draft"


def test_pressing_the_button_twice_makes_one_post(desk: Client) -> None:
    page = desk.get(reverse("posts:new"))
    key = page.context["form"]["key"].value()
    for _press in range(2):
        response = desk.post(reverse("posts:new"), typed(key=key))
    assert response["Location"] == reverse("posts:edit", args=[Post.objects.get().pk])


@pytest.mark.parametrize("title", ["🌻🌻", "🌻"])
def test_a_title_without_letters_gets_an_address(desk: Client, title: str) -> None:
    desk.post(reverse("posts:new"), typed(title=title))
    assert Post.objects.get().slug


def test_a_title_of_arabic_letters_gets_an_address_and_a_page(desk: Client) -> None:
    desk.post(reverse("posts:new"), typed(title="حديقة الورد"))
    assert desk.get(Post.objects.get().get_absolute_url()).status_code == 200


def test_the_same_title_gets_another_address(desk: Client) -> None:
    for _time in range(3):
        desk.post(reverse("posts:new"), typed())
    assert Post.objects.values("slug").distinct().count() == 3


@pytest.mark.parametrize("slug", ["new", "Feed", "taken"])
def test_it_says_why_an_address_cannot_be_had_and_keeps_the_text(
    desk: Client, alice: User, slug: str
) -> None:
    make_draft(alice, slug="taken")
    response = desk.post(reverse("posts:new"), typed(slug=slug, body="My long text"))
    assert response.context["form"].errors["slug"]
    assert "My long text" in response.text
    assert Post.objects.count() == 1


def test_who_loses_the_race_for_an_address_gets_a_sentence(
    desk: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = PostForm.save

    def save_late(form: PostForm) -> Post:
        make_draft(alice, slug="mine")
        return save(form)

    monkeypatch.setattr(PostForm, "save", save_late)
    response = desk.post(reverse("posts:new"), typed(slug="mine", body="My long text"))
    assert "Somebody just took that address" in response.text
    assert "My long text" in response.text


def test_a_missing_title_comes_back_with_a_sentence_and_the_text(desk: Client) -> None:
    response = desk.post(reverse("posts:new"), typed(title=" \u200b ", body="My long text"))
    assert response.context["form"].errors["title"]
    assert "My long text" in response.text


def test_control_characters_are_cleaned_away(desk: Client) -> None:
    desk.post(reverse("posts:new"), typed(title="A\x00 b\x07", body="one\x00\r\ntwo\x08"))
    post = Post.objects.get()
    assert (post.title, post.body) == ("A b", "one\ntwo")


def test_a_text_over_a_million_characters_is_refused_with_a_sentence(desk: Client) -> None:
    response = desk.post(reverse("posts:new"), typed(body="a" * 1_000_001))
    assert "1000000" in str(response.context["form"].errors["body"])


def test_a_text_too_complex_to_render_is_refused_beside_the_text(desk: Client) -> None:
    response = desk.post(reverse("posts:new"), typed(body=">" * 10_000))
    assert response.context["form"].errors["body"]
    assert not Post.objects.exists()


def test_tags_are_matched_without_regard_to_case_and_made_when_new(desk: Client) -> None:
    known = make_tag("Gardens")
    desk.post(reverse("posts:new"), typed(tags="gardens, Birds, birds , #birds"))
    names = {tag.name: tag for tag in Post.objects.get().tags.all()}
    assert names.keys() == {"Gardens", "Birds"}
    assert names["Gardens"] == known


@pytest.mark.parametrize("tags", ["🌻", "a" * 61, ",".join(f"tag{n}" for n in range(21))])
def test_impossible_tags_get_a_sentence(desk: Client, tags: str) -> None:
    response = desk.post(reverse("posts:new"), typed(tags=tags))
    assert response.context["form"].errors["tags"]


def test_a_new_address_keeps_the_old_one_answering(desk: Client, alice: User) -> None:
    post = make_post(alice, slug="before")
    edit(desk, post, slug="after")
    assert FormerAddress.objects.get(path="posts/before").post == post


def test_it_changes_nothing_that_the_form_does_not_hold(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    Post.objects.filter(pk=post.pk).update(like_count=3, comment_count=2)
    row = Post.objects.filter(pk=post.pk)
    protected = {"author", "like_count", "comment_count", "created_at", "renderer_version", "id"}
    protected |= {"published_at", "withdrawn_at", "pinned_at", "submitted_at", "deleted_at"}
    before = row.values(*protected).get()
    hostile = dict.fromkeys(protected - {"author"}, "2020-01-01 00:00") | {"like_count": 99}
    hostile |= {"author": make_user("charlie").pk, "html": "<script>", "words": 99, "pinned": "on"}
    edit(desk, post, title="Another", **hostile)
    assert row.values(*protected).get() == before
    stored = row.get()
    assert (stored.title, stored.words, stored.html) == ("Another", 2, post.html)
    assert list(stored.authors.all()) == [alice]


def test_publishing_or_a_like_meanwhile_is_no_conflict(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    sent = typed(post, body="New")
    Post.objects.filter(pk=post.pk).update(like_count=1)
    Post.objects.get(pk=post.pk).publish()
    desk.post(reverse("posts:edit", args=[post.pk]), sent)
    stored = Post.objects.get()
    assert (stored.body, stored.like_count, stored.status) == ("New", 1, "published")


def test_a_series_is_begun_joined_and_left(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    edit(desk, post, new_series="Slow gardens")
    series = Series.objects.get(owner=alice, title="Slow gardens")
    assert list(series.posts.all()) == [post]
    edit(desk, post, series="")
    assert not series.posts.exists()


def test_somebody_elses_series_cannot_be_joined(desk: Client, alice: User) -> None:
    series = Series.begin(make_user("bob"), "Bob's")
    response = edit(desk, make_draft(alice), series=series.pk)
    assert response.context["form"].errors["series"]


def test_only_editors_pin(client: Client, alice: User) -> None:
    post = make_post(alice)
    client.force_login(make_user("bob", role=Role.EDITOR))
    edit(client, post, pinned="on")
    assert Post.objects.get().pinned_at
    edit(client, post)  # a form that is older than the pin
    assert Post.objects.get().pinned_at
    edit(client, post, was_pinned="True")
    assert Post.objects.get().pinned_at is None


def test_a_paste_of_any_length_reaches_the_sentence_about_it(desk: Client) -> None:
    page = desk.get(reverse("posts:new"))
    assert "maxlength" not in page.context["form"]["body"].as_widget()
    response = desk.post(reverse("posts:new"), typed(body="x" * 1_000_001))
    assert response.context["form"].errors["body"]
    assert "x" * 1_000_001 in response.text


def test_a_form_sent_again_with_more_in_it_is_the_same_post(desk: Client) -> None:
    key = desk.get(reverse("posts:new")).context["form"]["key"].value()
    desk.post(reverse("posts:new"), typed(key=key, body="one"))
    desk.post(reverse("posts:new"), typed(key=key, body="one and two", title="Another", slug=""))
    stored = Post.objects.get()
    assert (stored.title, stored.body) == ("Another", "one and two")


def test_it_is_merged_with_what_became_of_the_post(desk: Client) -> None:
    key = desk.get(reverse("posts:new")).context["form"]["key"].value()
    desk.post(reverse("posts:new"), typed(key=key, body="one\n\ntwo"))
    post = Post.objects.get()
    edit(desk, post, body="one\n\ntwo\n\nthree")
    desk.post(reverse("posts:new"), typed(key=key, body="zero\n\none\n\ntwo"))
    assert Post.objects.get().body == "zero\n\none\n\ntwo\n\nthree"


def test_rights_are_asked_again_when_it_is_stored(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = make_user("bob", role=Role.CONTRIBUTOR)
    client.force_login(bob)
    post = make_draft(bob, body="Seen by an editor.")
    sent = typed(post, body="Seen by nobody.")
    save = PostForm.save

    def late(form: PostForm, commit: bool = True) -> Post:
        Post.objects.get().publish()
        return save(form, commit)

    monkeypatch.setattr(PostForm, "save", late)
    page = client.post(reverse("posts:edit", args=[post.pk]), sent)
    assert "You can change this post no more." in page.text
    assert "Seen by nobody." in page.text
    assert Post.objects.get().body == "Seen by an editor."
    assert Autosave.objects.count() == 0 or Autosave.objects.get().text("body")


def test_pictures_are_put_into_the_text_and_remembered(desk: Client, alice: User) -> None:
    desk.post(reverse("posts:new"), typed(pictures=[picture_file(), picture_file(colour="red")]))
    post = Post.objects.get()
    assert post.body.count("![](/media/images/") == 2
    assert set(post.pictures.all()) == set(alice.images.all())
    assert 'width="900"' in post.html


def test_a_file_that_is_no_picture_gets_a_sentence_and_the_text_stays(desk: Client) -> None:
    fake = SimpleUploadedFile("a.jpg", picture_bytes()[:20], "image/jpeg")
    response = desk.post(reverse("posts:new"), typed(body="My text", pictures=[fake]))
    assert "a.jpg" in str(response.context["form"].errors["pictures"])
    assert "My text" in response.text


def test_a_cover_survives_a_form_that_comes_back(desk: Client, alice: User) -> None:
    response = desk.post(reverse("posts:new"), typed(title="", cover_file=picture_file()))
    assert response.context["cover"] == alice.images.get()
    desk.post(reverse("posts:new"), typed(cover=alice.images.get().pk, cover_alt="Roses"))
    assert Post.objects.get().cover == alice.images.get()


def test_a_description_goes_to_the_picture_and_into_the_text(desk: Client, alice: User) -> None:
    picture = make_image(alice)
    post = make_draft(alice, body=picture.markdown)
    edit(desk, post, **{f"alt-{picture.pk}": "Roses"})
    assert f"![Roses]({picture.url})" in Post.objects.get().body


def test_somebody_elses_picture_is_no_cover_and_keeps_its_description(
    desk: Client, alice: User
) -> None:
    picture = make_image(make_user("bob"))
    response = desk.post(
        reverse("posts:new"), typed(cover=picture.pk) | {f"alt-{picture.pk}": "Mine"}
    )
    assert response.context["form"].errors["cover"]
    picture.refresh_from_db()
    assert picture.alt == ""


@pytest.mark.parametrize("title", ["हिन्दी लेख", "ไทย น้ำ", "مقالة عربية", "🌱🌱🌱", "नमस्ते" * 30])
def test_a_title_of_any_script_gets_an_address_that_works(
    client: Client, desk: Client, alice: User, title: str
) -> None:
    sent = typed(title=title, tags="" if title[0] == "🌱" else title[:12])
    answer = desk.post(reverse("posts:new"), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    post = Post.objects.get()
    post.publish()
    tags = [tag.get_absolute_url() for tag in post.tags.all()]
    for address in (post.get_absolute_url(), *tags, *(f"{tag}feed/" for tag in tags)):
        assert Client().get(address).status_code == 200
