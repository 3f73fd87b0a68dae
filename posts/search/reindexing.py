"""The index made anew while the site runs: in batches, each a short transaction of its own."""

from collections.abc import Iterator

from django.db import OperationalError, connection, transaction
from django.db.models import Max, Min

from posts import search_index
from posts.models import Post
from posts.search.rows import rows

BATCH = 200
TRIES = 5  # at a batch that waits for somebody who waits for it
_FIELDS = ("id", "language", "title", "summary", "text", "stems")


def reindex(*, batch: int = BATCH) -> Iterator[int]:
    """Make stems and index of every post anew, the newest first, yielding how many are done.

    Searches and writers go on meanwhile: what is not reached yet is found as before.
    """
    bounds = Post.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if connection.vendor == "sqlite":
        _forget_others(bounds["first"], bounds["last"])
    if bounds["last"] is None:
        return
    for last in range(bounds["last"], bounds["first"] - 1, -batch):
        yield _again(max(last - batch + 1, bounds["first"]), last)


def _again(first: int, last: int) -> int:
    """Make those between the keys anew; return how many they are."""
    for tried in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return _batch(first, last)
        except OperationalError:
            if tried == TRIES or connection.in_atomic_block:
                raise
    raise AssertionError


def _batch(first: int, last: int) -> int:
    posts = Post.objects.filter(pk__range=(first, last)).order_by("pk").only(*_FIELDS)
    found = list(posts.select_for_update())
    changed = [(post.stems, post.pk) for post in found if _differs(post)]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE posts_post SET stems = %s WHERE id = %s", changed)
    if len(changed) < len(found) or not found:
        # The triggers indexed what changed.
        search_index.index_again(connection, first, last)
    return len(found)


def _differs(post: Post) -> bool:
    """Make the post's stems; tell whether it had others."""
    before = post.stems
    post.find_stems()
    return post.stems != before


def _forget_others(first: int | None, last: int | None) -> None:
    """Take out of the index what is no post's, should anything be."""
    sql = "DELETE FROM posts_search WHERE rowid < %s OR rowid > %s"
    rows(sql, [first or 0, last if last is not None else -1])
