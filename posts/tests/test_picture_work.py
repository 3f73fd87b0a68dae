"""The sizes of pictures are made in the background, whatever happens to who makes them."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from blogsite.lib.images import Refused, Rendition
from blogsite.lib.renditions import IMAGES_VERSION, Interrupted, Made, Maker
from posts.models import FormerAddress, Image
from posts.models.preparation import PAUSES
from posts.picture_work import claimed, prepare, prepare_due
from posts.testing import make_image

pytestmark = pytest.mark.django_db
SIZE = Rendition(480, 320, "webp", b"RIFF small")
FALLBACK = Rendition(900, 600, "jpg", b"\xff\xd8\xff")
MADE = Made("#0a6152", is_moving=False, others=(SIZE,), fallback=FALLBACK)


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Maker:
    """Return a maker that needs no child process."""
    monkeypatch.setattr(Maker, "make", lambda self, full, is_over=None: MADE)
    return Maker()


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def make(self: Maker, full: bytes, is_over: object = None) -> Made:
        raise error

    monkeypatch.setattr(Maker, "make", make)


def files() -> set[str]:
    media = Path(settings.MEDIA_ROOT)
    return {f"{path.relative_to(media)}" for path in media.rglob("*") if path.is_file()}


def work() -> int:
    return prepare_due(seconds=60)


def test_the_worker_makes_the_sizes_of_what_was_uploaded(alice: User) -> None:
    image = make_image(alice)
    assert image.is_being_prepared
    call_command("work", once=True)
    image.refresh_from_db()
    assert (image.recipe, image.claimed_until, image.attempts) == (IMAGES_VERSION, None, 0)
    assert {image.path, *(size["path"] for size in image.smaller)} == files()
    assert image.size == sum(default_storage.size(path) for path in files())
    assert work() == 0, "once is enough"


def test_everybody_who_sent_the_picture_gets_its_sizes(alice: User, maker: Maker) -> None:
    images = [make_image(alice), make_image(make_user("bob"))]
    assert work() == 1
    for image in images:
        image.refresh_from_db()
        assert image.is_prepared
    images[0].delete()
    assert len(files()) == 3
    images[1].delete()
    assert files() == set()


def test_what_a_deleted_picture_had_goes_with_it_and_says_so(alice: User, maker: Maker) -> None:
    image = make_image(alice)
    stale = Image.objects.get(pk=image.pk)
    work()
    stale.delete()
    assert files() == set()
    folder = f"media/{image.path.rpartition('/')[0]}"
    assert FormerAddress.objects.get(path=folder).gone_at
    assert Client().get(image.url).status_code == 410


def test_a_picture_deleted_while_its_sizes_are_made_leaves_no_file(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = make_image(alice)

    def make(self: Maker, full: bytes, is_over: object = None) -> Made:
        Image.objects.get().delete()
        return MADE

    monkeypatch.setattr(Maker, "make", make)
    work()
    assert files() == set()
    assert not Image.objects.filter(pk=image.pk).exists()


def test_one_that_is_claimed_is_left_alone_until_the_lease_ends(alice: User, maker: Maker) -> None:
    make_image(alice)
    image = claimed()
    assert image is not None
    assert work() == 0
    Image.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert work() == 1, "a worker that was killed is followed by another"


def test_new_pictures_come_before_a_changed_recipe(alice: User, maker: Maker) -> None:
    old, new = make_image(alice), make_image(alice, colour="red")
    Image.objects.filter(pk=old.pk).update(recipe=IMAGES_VERSION - 1)
    assert claimed() == new
    assert claimed() == old


@pytest.mark.parametrize("error", [Refused("damaged"), OSError("no space"), ValueError("odd")])
def test_a_failure_is_tried_again_later_and_given_up_in_the_end(
    alice: User, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    make_image(alice)
    failing(monkeypatch, error)
    for _pause in PAUSES:
        assert work() == 0
        image = Image.objects.get()
        assert image.next_attempt_at > timezone.now()
        assert image.given_up_at is None
        Image.objects.update(next_attempt_at=timezone.now())
    work()
    assert Image.objects.get().given_up_at
    assert claimed() is None


def test_one_that_ends_its_workers_is_given_up(alice: User, maker: Maker) -> None:
    make_image(alice)
    Image.objects.update(attempts=len(PAUSES) + 1)
    assert work() == 0
    assert Image.objects.get().given_up_at


def test_a_worker_that_is_to_stop_takes_its_claim_back(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_image(alice)
    failing(monkeypatch, Interrupted())
    image = claimed()
    assert image is not None
    assert not prepare(image, Maker())
    image = Image.objects.get()
    assert (image.claimed_until, image.attempts, image.error) == (None, 0, "")


def test_a_changed_recipe_keeps_the_files_whose_address_somebody_has(
    alice: User, maker: Maker
) -> None:
    image = make_image(alice)
    old = {"path": f"{image.path}.old.avif", "width": 480, "height": 320}
    Image.objects.update(smaller=[old], recipe=IMAGES_VERSION - 1)
    work()
    image.refresh_from_db()
    assert image.smaller[-1] == {**old, "is_old": True}
    assert "old" not in "".join(map(str, image.shown()))


def test_the_command_brings_all_up_to_date_and_lost_files_back(alice: User, maker: Maker) -> None:
    image = make_image(alice)
    said = StringIO()
    call_command("prepare_images", stdout=said, verbosity=0)
    image.refresh_from_db()
    default_storage.delete(image.smaller[0]["path"])
    call_command("prepare_images", stdout=said, verbosity=0)
    assert len(files()) == 2
    call_command("prepare_images", "--all", stdout=said, verbosity=0)
    assert len(files()) == 3
    first, second, third = said.getvalue().splitlines()
    assert first == third == "Made the sizes of 1 pictures."
    assert second == "All are up to date."


def test_sending_a_picture_again_whose_files_were_lost_brings_them_back(
    alice: User, maker: Maker
) -> None:
    image = make_image(alice)
    work()
    for path in files():
        default_storage.delete(path)
    assert make_image(alice) == image
    assert work() == 1
    assert len(files()) == 3


def test_the_library_says_how_far_a_picture_is(desk: Client, alice: User) -> None:
    image = make_image(alice)
    library, again = reverse("posts:images"), reverse("posts:image_sizes", args=[image.pk])
    assert "are being made" in desk.get(library).text
    Image.objects.update(given_up_at=timezone.now(), attempts=5, error="Refused")
    assert "could not be made" in desk.get(library).text
    assert again in desk.get(image.get_absolute_url()).text
    assert "will be made" in desk.post(again, follow=True).text
    assert claimed() == image
    Image.objects.update(recipe=IMAGES_VERSION)
    assert "being made" not in desk.get(library).text


def test_nobody_else_has_it_tried_again(charlies: Client, alice: User) -> None:
    image = make_image(alice)
    Image.objects.update(given_up_at=timezone.now())
    assert charlies.post(reverse("posts:image_sizes", args=[image.pk])).status_code in {403, 404}
    assert Image.objects.get().given_up_at
