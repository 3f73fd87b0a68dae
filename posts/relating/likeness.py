"""How like a post is to others: by words, by tags, by series.

Whatever the number of posts, a bounded number is looked at: those that say the same telling words
most, the newest of each tag, those around it in a series.
"""

from collections import Counter, defaultdict
from math import sqrt

from django.db import connection

from posts.models import Kind, Listing, Post, PostTerm, RelatedPost
from posts.relating.rarity import rarity_of
from posts.relating.terms import Vector

OF_A_TERM, OF_A_TAG, OF_A_SERIES = 40, 60, 10  # posts looked at
COMPARED = 60  # of them, those looked at closely
RETURNING = 100  # posts that are related to this one already
BY_WORDS, BY_TAGS, BY_SERIES = 0.6, 0.4, 0.1
ALIKE = 0.06  # from which on two posts are related
DIGITS = 3  # of a score: a smaller difference is none

Scores = dict[int, float]


def scores_of(post: int) -> Scores:
    """Return the posts that are like this one, and how much."""
    own = dict(PostTerm.objects.filter(post_id=post).values_list("term", "weight"))
    tags = set(Post.tags.through.objects.filter(post=post).values_list("tag_id", flat=True))
    series = set(Listing.objects.filter(post=post, kind=Kind.SERIES).values_list("key", flat=True))
    candidates = _candidates(post, own, tags, series)
    near = {key for key, _score in candidates.most_common(COMPARED)}
    near |= set(
        RelatedPost.objects.filter(other=post).values_list("post_id", flat=True)[:RETURNING]
    )
    near &= set(
        Listing.objects.filter(kind=Kind.SITE, key=0, post__in=near).values_list(
            "post_id", flat=True
        )
    )
    words, tagged, kin = _words_in_common(own, near), _tags_of(near), _in_series(series, near)
    rarity = rarity_of(tags.union(*tagged.values()))
    scores = {
        key: round(
            BY_WORDS * words[key]
            + BY_TAGS * _likeness(tags, tagged[key], rarity)
            + BY_SERIES * (key in kin),
            DIGITS,
        )
        for key in near
    }
    return {key: score for key, score in scores.items() if score >= ALIKE}


def _candidates(post: int, own: Vector, tags: set[int], series: set[int]) -> Counter[int]:
    """Return the posts worth a closer look, with how much they seem to have in common."""
    found: Counter[int] = Counter()
    for other, term, weight in _most_telling(own):
        found[other] += BY_WORDS * own[term] * weight  # type: ignore[assignment]
    rarity = rarity_of(tags)
    whole = sum(rarity.values()) or 1.0
    for tag in tags:
        places = Listing.objects.of(Kind.TAG, tag).newest_first()
        for other in places.values_list("post_id", flat=True)[:OF_A_TAG]:
            found[other] += BY_TAGS * rarity[tag] / whole  # type: ignore[assignment]
    for key in series:
        for other in _around(post, key):
            found[other] += BY_SERIES  # type: ignore[assignment]
    del found[post]
    return found


def _most_telling(terms: Vector) -> list[tuple[int, int, float]]:
    """Return, for each term, the posts it tells most about; one query."""
    if not terms:
        return []
    one = f"""SELECT * FROM (SELECT post_id, term, weight FROM posts_postterm WHERE term = %s
        ORDER BY weight DESC LIMIT {OF_A_TERM}) AS found"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(terms)), list(terms))
        rows: list[tuple[int, int, float]] = cursor.fetchall()
    return rows


def _around(post: int, series: int) -> list[int]:
    """Return the posts just before and after it in a series."""
    places = Listing.objects.in_series(series)
    at = places.filter(post=post).values_list("position", flat=True).first() or 0
    before = places.filter(position__lte=at).order_by("-position", "-post")
    after = places.filter(position__gte=at).order_by("position", "post")
    return [
        key for rows in (before, after) for key in rows.values_list("post", flat=True)[:OF_A_SERIES]
    ]


def _words_in_common(own: Vector, posts: set[int]) -> defaultdict[int, float]:
    """Return, for each post, the cosine between its telling words and these."""
    rows = PostTerm.objects.filter(post__in=posts, term__in=list(own))
    cosines: defaultdict[int, float] = defaultdict(float)
    for other, term, weight in rows.values_list("post_id", "term", "weight"):
        cosines[other] += own[term] * weight
    return cosines


def _tags_of(posts: set[int]) -> defaultdict[int, set[int]]:
    tagged: defaultdict[int, set[int]] = defaultdict(set)
    rows = Post.tags.through.objects.filter(post__in=posts)
    for post, tag in rows.values_list("post_id", "tag_id"):
        tagged[post].add(tag)
    return tagged


def _in_series(series: set[int], posts: set[int]) -> set[int]:
    rows = Listing.objects.filter(kind=Kind.SERIES, key__in=series, post__in=posts)
    return set(rows.values_list("post_id", flat=True))


def _likeness(one: set[int], other: set[int], rarity: Scores) -> float:
    """Return the cosine between two sets of tags, the rare ones longer than the common."""

    def square(tags: set[int]) -> float:
        return sum(rarity[tag] ** 2 for tag in tags)

    lengths = sqrt(square(one) * square(other))
    return square(one & other) / lengths if lengths else 0.0
