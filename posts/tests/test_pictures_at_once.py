"""Pictures replaced, put back, binned and deleted while somebody else works with them."""

from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.testing import make_user
from conftest import AtOnce
from posts.models import FormerPicture, Image, Post
from posts.models.replacing import ReplacedMeanwhile
from posts.testing import make_draft, make_image, picture_bytes, typed
from posts.tests.test_at_once import clients
from posts.tests.test_replaced_pictures import stored_files

THREADS = 4


def one_wins(work: Callable[[Image], None], at_once: AtOnce) -> None:
    """Let all do it with the picture as it was read; one does, the others are told."""
    seen = [Image.objects.get() for _number in range(THREADS)]

    def attempt(number: int) -> bool:
        try:
            work(seen[number])
        except (ReplacedMeanwhile, OSError):
            return False
        return True

    assert sorted(at_once(attempt, THREADS)) == [False] * (THREADS - 1) + [True]


def test_of_many_who_replace_one_does(at_once: AtOnce) -> None:
    alice = make_user("alice")
    make_image(alice)
    one_wins(lambda image: image.replace(picture_bytes(colour="red"), by=alice), at_once)
    image = Image.objects.get()
    assert default_storage.exists(image.path)
    assert FormerPicture.objects.count() == 1
    assert len(stored_files()) == 2  # what is shown, and what can be put back


def test_of_many_who_put_the_former_back_one_does(at_once: AtOnce) -> None:
    alice = make_user("alice")
    image = make_image(alice)
    image.replace(picture_bytes(colour="red"), by=alice)
    one_wins(lambda seen: seen.put_back(by=alice), at_once)
    assert default_storage.exists(Image.objects.get().path)


@pytest.mark.parametrize("verb", ["bin", "delete_unused", "replace"])
def test_a_save_beside_it_leaves_no_page_without_its_picture(at_once: AtOnce, verb: str) -> None:
    alice = make_user("alice")
    image = make_image(alice)
    post = make_draft(alice)
    sent = typed(post, body=image.markdown, cover=str(image.pk))
    (browser,) = clients(alice)

    def work(number: int) -> int:
        if number:
            return browser.post(reverse("posts:edit", args=[post.pk]), sent).status_code
        if verb == "replace":
            image.replace(picture_bytes(colour="red"), by=alice)
        else:
            getattr(image, verb)()
        return 0

    assert at_once(work, 2)[1] in {200, 302}
    stored = Post.objects.get()
    shown = [*stored.pictures.all(), *([stored.cover] if stored.cover else [])]
    assert all(default_storage.exists(one.path) for one in shown)
