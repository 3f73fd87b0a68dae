from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User
from blogsite.lib import markdown
from posts import upkeep
from posts.models import Post
from posts.rendering import render_post
from posts.testing import make_image, make_post

pytestmark = pytest.mark.django_db


def age(post: Post, **fields: object) -> None:
    """Make the row look as if an earlier renderer had made it."""
    Post.objects.filter(pk=post.pk).update(html="<p>old</p>", renderer_version=0, **fields)


def run(*options: str) -> str:
    out = StringIO()
    call_command("render_posts", *options, stdout=out, verbosity=0)
    return out.getvalue()


def test_it_brings_old_html_up_to_date_and_touches_nothing_else(alice: User) -> None:
    post = make_post(author=alice, body="*new*")
    age(post)
    before = Post.objects.values("updated_at", "body", "slug").get(pk=post.pk)
    assert "1 posts" in run()
    post.refresh_from_db()
    assert post.html == "<p><em>new</em></p>\n"
    assert post.renderer_version == markdown.RENDERER_VERSION
    assert Post.objects.values("updated_at", "body", "slug").get(pk=post.pk) == before
    assert run().startswith("All are up to date")


def test_it_finds_the_pictures_of_a_text_again(alice: User) -> None:
    picture = make_image(owner=alice)
    post = make_post(author=alice, body=picture.markdown)
    post.pictures.clear()
    age(post)
    run()
    assert list(post.pictures.all()) == [picture]


def test_a_text_that_is_edited_meanwhile_keeps_its_new_html(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = make_post(author=alice, body="first")
    age(post)

    def slowly(found: Post) -> dict[int, str]:
        pictures = render_post(found)
        edited = Post.objects.get(pk=post.pk)
        edited.body = "second"
        edited.save()
        return pictures

    monkeypatch.setattr("posts.upkeep.render_post", slowly)
    run()
    post.refresh_from_db()
    assert post.html == "<p>second</p>\n"


def test_a_text_that_is_refused_today_keeps_what_readers_see(alice: User) -> None:
    post = make_post(author=alice)
    age(post, body="> " * 60 + "deep")
    run()
    post.refresh_from_db()
    assert post.html == "<p>old</p>"
    assert upkeep.outdated() == []


def test_the_worker_does_some_at_a_time(alice: User) -> None:
    for _number in range(3):
        age(make_post(author=alice))
    assert [upkeep.render_some(2), upkeep.render_some(2), upkeep.render_some(2)] == [2, 1, 0]


def test_all_renders_every_post(alice: User) -> None:
    post = make_post(author=alice, body="*new*")
    Post.objects.filter(pk=post.pk).update(html="")
    assert "up to date" in run()
    assert "1 posts" in run("--all")
    post.refresh_from_db()
    assert "<em>" in post.html
