"""Relates posts and tags to each other, where triggers wrote down that something changed.

The worker does so, a moment after the save; see posts.relating_index and RelatingWork.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from posts.models import Kind, Listing, RelatingWork
from posts.relating.likeness import scores_of
from posts.relating.rarity import number_of_posts
from posts.relating.storing import forget, store, store_terms
from posts.relating.tags import relate_tag
from posts.relating.terms import Sample, with_text

AT_ONCE = 50  # rows of work


@dataclass
class Relater:
    """Relates what it is told to, by a sample of how common words are."""

    sample: Sample

    def read(self, post: int) -> bool:
        """Store the telling words of a post; False, and nothing stored, if it is in no list."""
        row = with_text().filter(pk=post).first() if _is_listed(post) else None
        if row is None:
            forget(post)
            return False
        store_terms(post, self.sample.vector(row))
        return True

    def relate(self, post: int) -> None:
        """Store which posts are most like this one, with it among theirs."""
        if self.read(post):
            self.compare(post)

    def compare(self, post: int) -> None:
        """Do so by the telling words that are stored."""
        store(post, scores_of(post))


class Queue:
    """What waits to be related, and what was learned about the words of the site."""

    def __init__(self) -> None:
        self.sample = Sample()

    def work_off(
        self, *, seconds: float, is_over: Callable[[], bool] = lambda: False
    ) -> tuple[int, int]:
        """Relate what waits, for about so long; return how many posts and tags were."""
        until, posts, tags = time.monotonic() + seconds, 0, 0
        while time.monotonic() < until and not is_over():
            rows = list(RelatingWork.objects.order_by("pk")[:AT_ONCE])
            if not rows:
                break
            keys = [row.pk for row in rows]
            # From here on a change writes a row of its own.
            RelatingWork.objects.filter(pk__in=keys, is_taken=False).update(is_taken=True)
            relater = self.relater(is_over)
            changed = {row.key for row in rows if row.kind == RelatingWork.POST}
            posts += _each(relater.relate, changed, is_over)
            lists = {row.key for row in rows if row.kind == RelatingWork.TAG}
            tags += _each(relate_tag, lists | _tags_of(changed), is_over)
            if is_over():
                break
            RelatingWork.objects.filter(pk__in=keys).delete()
        return posts, tags

    def relater(self, is_over: Callable[[], bool] = lambda: False) -> Relater:
        """Return what relates, by a sample that is fresh."""
        if not self.sample.is_fresh(number_of_posts()):
            self.sample = Sample.take(is_over)
        return Relater(self.sample)


QUEUE = Queue()


def relate_due(*, seconds: float, is_over: Callable[[], bool] = lambda: False) -> int:
    """Relate what waits, for about so long; return how much was done."""
    return sum(QUEUE.work_off(seconds=seconds, is_over=is_over))


def _each(do: Callable[[int], None], keys: set[int], is_over: Callable[[], bool]) -> int:
    done = 0
    for key in sorted(keys):
        if is_over():
            break
        do(key)
        done += 1
    return done


def _tags_of(posts: set[int]) -> set[int]:
    """Return the tags that the posts have: another stands beside them now, or no more."""
    places = Listing.objects.filter(kind=Kind.TAG, post__in=posts)
    return set(places.values_list("key", flat=True))


def _is_listed(post: int) -> bool:
    return Listing.objects.filter(kind=Kind.SITE, key=0, post_id=post).exists()
