"""A site of any size, built in bulk: the same shape with 1,000 posts and with 1,000,000.

Run from the project's folder: .venv/bin/python -m bench.corpus POSTS. DATABASE_URL and
BLOGSITE_DATA say where; the database must be empty. On PostgreSQL its user must be a superuser. A
million posts with five million comments take some 10 GB and 10 minutes.

N posts of about 150 words over ten years, in the order of their keys but for some; of each 100,
about three are drafts, scheduled, withdrawn, in the bin, unlisted or for members. 5 N comments.
300 tags, the first on a twentieth of all posts; an author for each thousand posts, ten at least,
alice (owner) and bob with a twentieth each; a series of a hundredth of the posts. The same
numbers give the same site, but that it ends today.
"""

import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any

import django

MEASURED = "measured"  # a post of 1,500 words with 20 comments, in the middle, in no series
IN_SERIES = "part-of-the-series"  # a post in the middle of the series
BIG_TAG, SMALL_TAG = "tag-000", "tag-250"
SERIES = "long-series"
COMMON, FREQUENT, RARE = "garden", "lantern", "quincunx"  # words in nearly all posts, 1/8, ten
PASSWORD = "a long password"
TAGS, YEARS, WORDS = 300, 10, 50_000
# How many comments each of ten posts has: five on average.
COMMENTS = (0, 1, 2, 3, 5, 6, 8, 4, 1, 20)

Row = dict[str, Any]


@cache
def vocabulary() -> list[str]:
    """Return made-up words, the most frequent first."""
    starts = "b br c d f g gr h l m n p pl r s st t tr v w".split()
    syllables = [start + vowel for start in starts for vowel in "aeiou"]
    chance = random.Random(3)
    words: dict[str, None] = {}
    while len(words) < WORDS:
        length = chance.choice((1, 2, 2, 3, 3, 4))
        words["".join(chance.choices(syllables, k=length)) + chance.choice("nrstl")] = None
    made = list(words)
    made[0], made[120] = COMMON, FREQUENT
    return made


@cache
def sentences() -> list[str]:
    """Return sentences of twelve words, each word as frequent as its rank says."""
    chance = random.Random(4)
    weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
    return [
        " ".join(chance.choices(vocabulary(), cum_weights=weights, k=12)).capitalize() + "."
        for _ in range(20_000)
    ]


def body(chance: random.Random, number: int, count: int, length: int = 0) -> str:
    """Return Markdown of paragraphs; ten posts of all hold the rare word."""
    said = chance.choices(sentences(), k=length or chance.randint(8, 16))
    said.append(" ".join(chance.choices(vocabulary(), k=3)).capitalize() + ".")
    if number % max(1, count // 10) == 1:
        said.append(f"A {RARE} of apple trees.")
    return "\n\n".join(" ".join(said[at : at + 6]) for at in range(0, len(said), 6))


def stored(text: str) -> Row:
    """Return what rendering plain paragraphs stores beside them."""
    from blogsite.lib.markdown import RENDERER_VERSION

    paragraphs = text.split("\n\n")
    return {
        "body": text,
        "html": "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs),
        "renderer_version": RENDERER_VERSION,
    }


def slug(number: int, count: int) -> str:
    """Return the address of a post by its number, from 0."""
    special = {count // 2 // 10 * 10 + 9: MEASURED, count // 2 // 100 * 100: IN_SERIES}
    return special.get(number, f"post-{number}")


def state(chance: random.Random, at: datetime) -> Row:
    """Return the columns that say who sees it: nearly always everybody, from then on."""
    row: Row = {"published_at": at}
    drawn = chance.random()
    if drawn < 0.01:
        row |= {"published_at": None}
    elif drawn < 0.012:
        row |= {"published_at": datetime.now(UTC) + timedelta(days=chance.randint(2, 400))}
    elif drawn < 0.015:
        row |= {"withdrawn_at": at + timedelta(days=1)}
    elif drawn < 0.018:
        row |= {"deleted_at": at + timedelta(days=2)}
    elif drawn < 0.023:
        row |= {"visibility": "unlisted"}
    elif drawn < 0.03:
        row |= {"visibility": "members"}
    return row


def posts(count: int, authors: int) -> Iterator[Row]:
    """Yield the posts, about the oldest first."""
    from posts.search import languages, stems

    language = languages.of_site()
    chance = random.Random(5)
    end = datetime.now(UTC) - timedelta(hours=1)
    span = timedelta(days=365 * YEARS)
    for number in range(count):
        name = slug(number, count)
        at = end - span * (1 - number / count) - timedelta(seconds=chance.randrange(20 * 86400))
        text = body(chance, number, count, 124 if name == MEASURED else 0)
        title = text[: chance.randint(20, 60)].rsplit(" ", 1)[0]
        summary = text.partition(".")[0] + "." if number % 3 else ""
        plain = text.replace("\n\n", " ")
        row = stored(text) | {
            "id": number + 1,
            "author_id": author(number, authors),
            "title": title,
            "slug": name,
            "summary": summary,
            "text": plain,
            "stems": stems.of_post(language, title, summary, plain, None),
            "words": len(text.split()),
            "headings": "[]",
            "created_at": at,
            "updated_at": at,
            "published_at": at,
            "comment_count": COMMENTS[number % 10],
        }
        yield row if name in {MEASURED, IN_SERIES} else row | state(chance, at)


def author(number: int, authors: int) -> int:
    """Return whose post it is: a twentieth alice's, a twentieth bob's, the others' by turns."""
    return number % 20 + 1 if number % 20 < 2 else number * 7919 % (authors - 2) + 3


def taggings(count: int) -> Iterator[Row]:
    """Yield which post has which tag; the first on each twentieth, few on many, many on few."""
    chance = random.Random(6)
    weights = list(accumulate(1 / rank for rank in range(20, TAGS + 19)))
    for number in range(count):
        tags = set(chance.choices(range(2, TAGS + 1), cum_weights=weights, k=number % 4))
        if number % 20 == 10 or slug(number, count) in {MEASURED, IN_SERIES}:
            tags.add(1)
        for tag in sorted(tags):
            yield {"post_id": number + 1, "tag_id": tag}


def comments(count: int, people: int) -> Iterator[Row]:
    """Yield the comments of each post in turn; two of five answer the one before."""
    chance = random.Random(7)
    made = 0
    for number in range(count):
        before: Row = {}
        at = datetime.now(UTC) - timedelta(days=365 * YEARS) * (1 - number / count)
        for place in range(COMMENTS[number % 10]):
            made += 1
            text = " ".join(chance.choices(sentences(), k=chance.randint(1, 3)))
            row = stored(text) | {
                "id": made,
                "post_id": number + 1,
                "author_id": made * 7919 % people + 1,
                "parent_id": None,
                "root_id": None,
                "depth": 0,
                "path": f"{made:010}",
                "created_at": at + timedelta(minutes=place),
            }
            if before and place % 5 in {2, 4}:
                row |= {"parent_id": before["id"], "root_id": before["root_id"] or before["id"]}
                row |= {"depth": before["depth"] + 1, "path": before["path"] + row["path"]}
            before = row
            yield row


def people(authors: int) -> None:
    """Make alice the owner, bob and the numbered authors."""
    from accounts.models import User
    from accounts.roles import Role

    for name, role in (("alice", Role.OWNER), ("bob", Role.AUTHOR)):
        User.objects.create_user(name, f"{name}@example.org", PASSWORD).assign_roles(role)
    numbered = [f"writer-{number:04}" for number in range(3, authors + 1)]
    User.objects.bulk_create(
        User(username=name, username_key=name, email=f"{name}@example.org", password="!")
        for name in numbered
    )


def build(count: int) -> None:
    """Fill the empty, migrated database."""
    from bench import bulk
    from comments.models import Comment
    from posts.models import Authorship, Post, Series, SeriesEntry, Tag

    authors = max(10, count // 1000)
    people(authors)
    tags = [Tag(pk=n + 1, name=f"Tag {n:03}", slug=f"tag-{n:03}") for n in range(TAGS)]
    Tag.objects.bulk_create(tags)
    series = Series.objects.create(title="Long series", slug=SERIES, owner_id=1)
    bylines = (
        {"post_id": number + 1, "person_id": author(number, authors), "position": 0}
        for number in range(count)
    )
    parts = (
        {"series_id": series.pk, "post_id": number + 1, "position": number // 100 + 1}
        for number in range(0, count, 100)
    )

    def posts_and_lists() -> None:
        # First what a post is found by: PostgreSQL computes that as the post comes.
        for model, rows, hands in (
            (Post.tags.through, taggings(count), 1),
            (Authorship, bylines, 1),
            (SeriesEntry, parts, 1),
            (Post, posts(count, authors), 2),
        ):
            bulk.fill(model, rows, hands=hands)
            say(f"{model.__name__} filled")
        derive()

    def said() -> None:
        bulk.fill(Comment, comments(count, authors))
        say("Comment filled")

    with bulk.bare():
        bulk.together(posts_and_lists, said)
    say("indexes made")
    bulk.finish([Post, Comment])
    say("ready")


def derive() -> None:
    """Make what triggers would have made, by the site's own means."""
    from django.db import connection, transaction

    from posts import listing_index, search_index

    made = [search_index, listing_index] if connection.vendor == "sqlite" else [listing_index]
    for index in made:
        with transaction.atomic():
            index.rebuild(connection)
        say(f"{index.__name__} made")


def say(what: str) -> None:
    print(f"{time.monotonic() - STARTED:6.0f} s  {what}", flush=True)


STARTED = time.monotonic()

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
    django.setup()
    from django.core.management import call_command

    from blogsite import content_versions
    from posts.models import Post as Filled

    call_command("migrate", verbosity=0)
    if Filled.objects.exists():
        sys.exit("There are posts already; a corpus needs an empty database.")
    build(int(sys.argv[1]))
    from django.db import connection as db
    from django.db import transaction as atomic

    with atomic.atomic():
        content_versions.install(db)
