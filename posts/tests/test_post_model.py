from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.lib import markdown
from posts.models import FormerAddress, Post, Series, Tag
from posts.testing import make_draft, make_image, make_post, make_tag

pytestmark = pytest.mark.django_db


def test_saving_renders_the_text(alice: User) -> None:
    post = make_draft(alice, body="# One\n\ntwo *three*")
    stored = Post.objects.get()
    assert "<em>three</em>" in stored.html
    assert "three" in stored.text
    assert stored.renderer_version == markdown.RENDERER_VERSION
    assert stored.words == 3
    assert post.reading_minutes == 1


def test_saving_the_body_alone_stores_its_html_too(alice: User) -> None:
    post = make_draft(alice, body="old")
    post.body = "**new**"
    post.save(update_fields=["body"])
    assert "<strong>new</strong>" in Post.objects.get().html


def test_nothing_is_rendered_inside_the_transaction(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = make_draft(alice)
    post.body = "Other words"
    post.render()
    monkeypatch.setattr("posts.models.post.render_post", pytest.fail)
    post.save()
    assert "Other words" in Post.objects.get().html


def test_saving_never_takes_a_like_or_comment_back(alice: User) -> None:
    post = make_draft(alice)
    Post.objects.update(like_count=F("like_count") + 2, comment_count=F("comment_count") + 1)
    post.save()
    stored = Post.objects.get()
    assert (stored.like_count, stored.comment_count) == (2, 1)


def test_a_post_loaded_without_its_text_keeps_it(alice: User) -> None:
    make_draft(alice, body="Words")
    post = Post.objects.defer("body").get()
    post.title = "Another"
    post.save()
    stored = Post.objects.get()
    assert (stored.title, stored.body) == ("Another", "Words")


def test_a_text_too_complex_is_not_stored(alice: User) -> None:
    post = make_draft(alice, body="before")
    post.body = ">" * 10_000
    with pytest.raises(markdown.TooComplex):
        post.save()
    assert Post.objects.get().body == "before"


def test_every_slug_is_one_posts(alice: User) -> None:
    make_draft(alice, slug="same")
    with pytest.raises(IntegrityError):
        make_draft(alice, slug="same")


def test_a_slug_taken_back_leads_to_the_post_again(alice: User) -> None:
    post = make_draft(alice, slug="one")
    for slug in ("two", "one"):
        post.slug = slug
        post.save()
    assert list(FormerAddress.objects.values_list("path", flat=True)) == ["posts/two"]


def test_its_pictures_are_remembered_and_forgotten_with_the_text(alice: User) -> None:
    image = make_image(alice)
    post = make_draft(alice, body=f"See {image.markdown}")
    assert f'<img src="{image.url}" alt="" width="{image.width}"' in post.html
    assert list(post.pictures.all()) == [image]
    post.body = "None"
    post.save()
    assert not post.pictures.exists()


def test_its_status_is_what_its_timestamps_say(alice: User) -> None:
    post, now = make_draft(alice), timezone.now()
    seen = [post.status]
    for field, value in (
        ("submitted_at", now),
        ("published_at", now + timedelta(days=1)),
        ("published_at", now - timedelta(days=1)),
        ("withdrawn_at", now),
        ("submitted_at", None),
        ("deleted_at", now),
    ):
        setattr(post, field, value)
        seen.append(post.status)
    assert seen == ["draft", "review", "scheduled", "published", "review", "withdrawn", "deleted"]


def test_pinning_and_the_bin_are_no_change_of_the_text(alice: User) -> None:
    post = make_post(alice)
    before = post.updated_at
    for verb in (post.pin, post.unpin, post.bin, post.unbin):
        verb()
    assert Post.objects.get().updated_at == before


def test_who_may_change_and_publish_it(alice: User) -> None:
    post, live = make_draft(alice), make_post(alice)
    bob, charlie = make_user("bob", role=Role.EDITOR), make_user("charlie")
    assert post.editable_by(alice)
    assert post.publishable_by(bob)
    assert not post.editable_by(charlie)
    alice.assign_roles(Role.CONTRIBUTOR)
    alice = User.objects.get(pk=alice.pk)
    assert post.editable_by(alice)
    assert not post.publishable_by(alice)
    assert not live.editable_by(alice)


def test_a_co_author_may_change_it_and_stays_when_it_is_given_away(alice: User) -> None:
    bob, charlie = make_user("bob"), make_user("charlie")
    post = make_draft(alice)
    post.set_authors([alice, bob])
    assert post.editable_by(bob)
    post.give_to(charlie)
    assert [row.person for row in post.authorships.all()] == [charlie, bob]
    assert Post.objects.get().author == charlie
    assert not post.editable_by(alice)


def test_tags_are_found_by_name_in_two_queries(alice: User) -> None:
    make_tag("gardens")
    with CaptureQueriesContext(connection) as captured:
        assert [tag.name for tag in Tag.named(["Gardens"])] == ["gardens"]
    assert len(captured) <= 2


def test_c_and_its_relatives_are_different_tags(db: None) -> None:
    assert len({tag.pk for tag in Tag.named(["C", "C++", "C#"])}) == 3


def test_two_series_of_one_name_have_different_addresses(alice: User) -> None:
    mine, bobs = Series.begin(alice, "Slow"), Series.begin(make_user("bob"), "Slow")
    assert Series.begin(alice, "Slow") == mine
    assert mine.slug != bobs.slug
