"""Kept pages and the sizes of pictures: seen as soon as they are there, and not by their making."""

import pytest

from accounts.testing import make_user
from blogsite.content_versions import SITE
from blogsite.tests.caching import Moved, NewCache, ask
from posts.models import Image
from posts.models.preparation import Stored
from posts.picture_work import claimed
from posts.testing import make_cover, make_post

pytestmark = pytest.mark.django_db
SIZE = Stored(path="small.avif", width=480, height=320)


def test_a_kept_page_shows_sizes_once_they_are_there(new_cache: NewCache) -> None:
    cache = new_cache()
    make_post(make_user("alice"), cover=make_cover(make_user("bob")), slug="first")
    for page in ("/", "/posts/first/"):
        assert "small.avif" not in ask(cache, page).body.decode()
    Image.objects.all().record(smaller=[SIZE], recipe=2)
    for page in ("/", "/posts/first/"):
        assert "small.avif 480w" in ask(cache, page).body.decode()


def test_what_the_worker_notes_about_its_work_moves_nothing(moved: Moved) -> None:
    make_post(make_user("alice"), cover=make_cover(make_user("bob")))
    moved()
    image = claimed()
    assert image is not None
    image.mark_failed("The storage is full.")
    assert moved() == set()
    Image.objects.all().record(smaller=[SIZE], recipe=2)
    assert SITE in moved(), "the control"
