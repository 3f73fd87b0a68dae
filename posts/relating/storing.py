"""Keeps what was found: the words of a post, and the posts that are like it, in both directions."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from posts.models import Post, PostTerm, RelatedPost
from posts.relating.likeness import DIGITS, Scores
from posts.relating.terms import Vector

KEPT = 8  # posts for each, of which a page shows the first few that its reader may see


def forget(post: int) -> None:
    """Leave nothing of a post that is in no list any more."""
    with transaction.atomic():
        PostTerm.objects.filter(post_id=post).delete()
        RelatedPost.objects.filter(post_id=post).delete()
        RelatedPost.objects.filter(other_id=post).delete()


def store_terms(post: int, vector: Vector) -> None:
    """Store the most telling words of a post."""
    known = dict(PostTerm.objects.filter(post_id=post).values_list("term", "weight"))
    if known.keys() == vector.keys() and all(
        abs(known[term] - vector[term]) < 10**-DIGITS for term in known
    ):
        return
    with transaction.atomic():
        PostTerm.objects.filter(post_id=post).delete()
        PostTerm.objects.bulk_create(
            (PostTerm(post_id=post, term=term, weight=weight) for term, weight in vector.items()),
            ignore_conflicts=True,
        )


def store(post: int, scores: Scores) -> None:
    """Keep the best for the post, and the post for those whose best it is one of."""
    best = sorted(scores, key=lambda key: (-scores[key], -key))[:KEPT]
    with transaction.atomic():
        # In one order, so that two workers never wait for each other in a ring.
        locked = Post.objects.select_for_update(no_key=True).order_by("pk")
        there = set(locked.filter(pk__in=[post, *scores]).values_list("pk", flat=True))
        if post not in there:
            return
        _keep(post, {key: scores[key] for key in best if key in there})
        _appear(post, {key: score for key, score in scores.items() if key in there})


def _keep(post: int, wanted: Scores) -> None:
    known = dict(RelatedPost.objects.filter(post=post).values_list("other_id", "score"))
    gone = known.keys() - wanted.keys()
    RelatedPost.objects.filter(post=post, other__in=gone).delete()
    _write((post, other, score) for other, score in wanted.items() if known.get(other) != score)


def _appear(post: int, scores: Scores) -> None:
    """Put the post into the lists of others where it belongs, and take it out where not."""
    rows = RelatedPost.objects.filter(other=post)
    known = dict(rows.values_list("post_id", "score"))
    rows.exclude(post__in=scores).delete()
    full = _full(scores)
    into = {
        other: score
        for other, score in scores.items()
        if known.get(other) != score
        and (other in known or other not in full or score > full[other][0])
    }
    _write((other, post, score) for other, score in into.items())
    pushed = [full[other][1] for other in into if other in full and other not in known]
    RelatedPost.objects.filter(pk__in=pushed).delete()


def _full(posts: Iterable[int]) -> dict[int, tuple[float, int]]:
    """Return the last row of each list that is full: its score and key."""
    lists: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    rows = RelatedPost.objects.filter(post__in=posts)
    for post, score, key in rows.values_list("post_id", "score", "pk"):
        lists[post].append((score, key))
    return {post: min(rows) for post, rows in lists.items() if len(rows) >= KEPT}


def _write(rows: Iterable[tuple[int, int, float]]) -> None:
    RelatedPost.objects.bulk_create(
        [RelatedPost(post_id=post, other_id=other, score=score) for post, other, score in rows],
        update_conflicts=True,
        unique_fields=["post", "other"],
        update_fields=["score"],
    )
