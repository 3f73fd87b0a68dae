"""Many in the same moment have one effect, meet no error, and counters equal what they count.

`.venv/bin/python -m bench.races` does the same with 32 threads and 50 rounds.
"""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from blogsite.tests.races import RACES, Ground
from comments.models import PostLike
from posts.models import Post

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8


@pytest.fixture
def ground(settings: LazySettings) -> Iterator[Ground]:
    ground = Ground(THREADS)
    yield ground
    ground.close()


@pytest.mark.parametrize("name", RACES)
def test_many_have_one_effect(name: str, ground: Ground) -> None:
    ground.run_often(name, 2)


def test_control_counting_without_the_database_is_noticed(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a counter and writing it back, which is what F() is there against."""

    def count(thing: Post, difference: int) -> None:
        thing.like_count += difference
        Post.objects.filter(pk=thing.pk).update(like_count=thing.like_count)

    monkeypatch.setattr(PostLike, "_count", staticmethod(count))
    with pytest.raises(AssertionError):
        ground.run_often("likes", 5)


def test_control_without_its_lock_a_comment_is_stored_twice(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments.forms.CommentForm._twin", lambda form: None)
    with pytest.raises(AssertionError):
        ground.run("comment_sent_twice", 0)
