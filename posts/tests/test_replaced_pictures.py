"""Pictures that get other bytes: posts show the new ones, addresses go on answering."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from accounts.testing import make_user
from blogsite.lib.renditions import Maker
from posts import picture_files, picture_work
from posts.checklist import findings
from posts.models import FormerPicture, Image, PictureMention, Post, Revision
from posts.models.replacing import KEPT_FOR, ReplacedMeanwhile
from posts.snapshot import edited, take
from posts.testing import make_image, make_post, picture_bytes
from posts.upkeep import render_some

pytestmark = pytest.mark.django_db


def replace(image: Image, colour: str = "red", **look: int) -> None:
    image.replace(picture_bytes(colour=colour, **look), by=image.owner, name="new.jpg")


def test_posts_show_the_new_picture_with_their_text_as_it_was(client: Client, alice: User) -> None:
    image = make_image(alice)
    before, post = image.url, make_post(alice, body=image.markdown)
    replace(image, width=300)
    render_some(5)
    page = client.get(post.get_absolute_url()).text
    assert image.url != before
    assert f'src="{image.url}"' in page
    assert 'width="300"' in page
    assert before not in page
    assert Post.objects.get().body == f"![]({before})"


def test_the_former_address_leads_on_for_now(client: Client, alice: User) -> None:
    image = make_image(alice)
    first = image.url
    replace(image)
    second = image.url
    replace(image, "blue")
    for address in (first, second, first.replace("900", "480")):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, image.url)
    assert client.get(image.url).getvalue()


def test_what_was_replaced_comes_back_at_its_own_address(client: Client, alice: User) -> None:
    image = make_image(alice)
    first, data = image.url, picture_files.read(image.path)
    replace(image)
    second = image.url
    image.put_back(by=alice)
    assert image.url == first
    assert image.name == "garden.jpg"
    assert picture_files.read(image.path) == data
    assert client.get(second)["Location"] == first
    image.put_back(by=alice)
    assert image.name == "new.jpg"


def test_the_former_bytes_go_after_a_month(alice: User) -> None:
    image = make_image(alice)
    replace(image)
    former = FormerPicture.objects.get()
    assert default_storage.exists(former.kept)
    FormerPicture.objects.update(replaced_at=former.replaced_at - KEPT_FOR)
    assert FormerPicture.forget_old() == 1
    assert not default_storage.exists(former.kept)
    assert image.last_kept() is None
    assert FormerPicture.forget_old() == 0


def test_the_same_picture_of_somebody_else_stays(client: Client, alice: User) -> None:
    image, bobs = make_image(alice), make_image(make_user("bob"))
    theirs = make_post(bobs.owner, body=bobs.markdown)
    replace(image)
    render_some(5)
    theirs.refresh_from_db()
    assert client.get(bobs.url).getvalue()
    assert bobs.url in theirs.html
    assert list(theirs.pictures.all()) == [bobs]


def test_sending_the_replaced_picture_again_is_another_picture(alice: User) -> None:
    image = make_image(alice)
    first = image.path
    replace(image)
    again = make_image(alice)
    assert again != image
    assert again.path != first
    assert image.markdown != again.markdown


def test_of_two_who_replace_at_once_the_second_is_told(alice: User) -> None:
    image = make_image(alice)
    stale = Image.objects.get()
    replace(image)
    there = sorted(stored_files())
    with pytest.raises(ReplacedMeanwhile):
        replace(stale, "blue")
    assert sorted(stored_files()) == there
    assert Image.objects.get().path == image.path


def test_the_worker_that_made_sizes_meanwhile_leaves_none(alice: User) -> None:
    make_image(alice)
    claimed = picture_work.claimed()
    assert claimed is not None
    replace(Image.objects.get())
    with Maker() as maker:
        assert not picture_work.prepare(claimed, maker)
        fresh = Image.objects.get()
        assert (fresh.attempts, fresh.smaller, fresh.error) == (0, [], "")
        assert picture_work.prepare(fresh, maker)
    assert Image.objects.get().smaller


def test_a_save_that_began_before_is_rendered_again(alice: User) -> None:
    image = make_image(alice)
    post = Post(author=alice, title="One", slug="one", body=image.markdown)
    post.render()
    replace(image)
    post.save()
    assert render_some(5) == 1
    assert image.url in Post.objects.get().html


def test_a_save_survives_the_deletion_of_its_picture(alice: User) -> None:
    image = make_image(alice)
    post = Post(author=alice, title="One", slug="one", body=image.markdown, cover=image)
    post.render()
    assert image.delete_unused()
    post.save()
    assert Post.objects.get().cover is None


def test_a_used_picture_is_not_deleted(alice: User) -> None:
    image = make_image(alice)
    make_post(alice, body=image.markdown)
    assert not image.delete_unused()
    assert default_storage.exists(image.path)


def test_a_deleted_picture_takes_all_its_files_and_is_gone(client: Client, alice: User) -> None:
    image = make_image(alice)
    first = image.url
    replace(image)
    second = image.url
    image.delete()
    assert client.get(first).status_code == client.get(second).status_code == 410
    assert not [name for name in stored_files() if name.endswith("webp")]


def test_versions_remember_their_pictures(alice: User) -> None:
    image = make_image(alice)
    post = make_post(alice, body=image.markdown)
    Revision.objects.record(post, by=alice)
    post.body = "None any more"
    post.save()
    Revision.objects.record(post, by=alice)
    assert not image.is_used
    assert PictureMention.objects.get().image == image


def stored_files() -> list[str]:
    found, folders = [], ["images"]
    while folders:
        folder = folders.pop()
        inner, files = default_storage.listdir(folder)
        folders += [f"{folder}/{one}" for one in inner]
        found += files
    return found


def test_the_checklist_knows_a_former_address(alice: User) -> None:
    image = make_image(alice)
    Image.objects.update(is_decorative=True)
    post = make_post(alice, title="One", summary="Two.", language="en", body=image.markdown)
    before = findings(post, edited(take(post)))
    replace(image)
    assert findings(post, edited(take(post))) == before
