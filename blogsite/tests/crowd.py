"""Members who write through a running site as fast as they can, and know what they were told."""

import random
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection
from django.test import Client

from accounts.models import Attempt, User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.tests.truth.browser import Line, Member, Wrong
from posts.models import Post

TAGS = ("gardens", "bees", "stones")


@dataclass
class Author(threading.Thread):
    """One member: writes, changes, likes and says, until told to stop."""

    port: int
    person: User
    liked: str  # the address of a post everybody likes and unlikes
    bears_loss: bool = False  # whether a server may die under a request
    seconds: list[float] = field(default_factory=list)
    told: dict[str, set[str]] = field(default_factory=dict)  # slug: the texts it may have
    said: int = 0
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(name=self.person.username)
        self.stopping = threading.Event()
        self.chance = random.Random(self.person.pk)  # noqa: S311 - the same each time
        self.member = Member([Line(self.port)], session_of(self.person))
        self.keys: dict[str, int] = {}
        self.number = 0

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Write without a pause."""
        try:
            while not self.stopping.is_set():
                deeds = [self.begin, self.change, self.change, self.like, self.say]
                self.chance.choice(deeds)()
        except (HTTPException, OSError, DatabaseError, ObjectDoesNotExist, LookupError) as error:
            self.failures.append(repr(error)[:2000])
        finally:
            self.member.lines[0].close()
            connection.close()

    def begin(self) -> None:
        """Write a new post with two tags."""
        self.number += 1
        slug, body = f"{self.person.username}-{self.number}", self._words()
        self.told[slug] = {body, ""}  # "" for none at all
        fields = {"title": slug, "body": body, "slug": slug, "visibility": "public"}
        tags = ", ".join(self.chance.sample(TAGS, 2))
        place = self._send("/write/new/", **fields, tags=tags)
        if place:
            self.told[slug] = {body}
            self.keys[slug] = int(place.split("/")[2])

    def change(self) -> None:
        """Change the text of a post of one's own."""
        if not self.keys:
            return
        slug, key = self.chance.choice(list(self.keys.items()))
        body, started = self._words(), Post.objects.get(pk=key).fingerprint()
        self.told[slug].add(body)
        fields = {"title": slug, "body": body, "slug": slug, "visibility": "public"}
        if self._send(f"/write/{key}/", **fields, tags="bees", started_from=started):
            self.told[slug] = {body}

    def like(self) -> None:
        """Like the post everybody likes, or take it back."""
        self._send(f"{self.liked}like/")

    def say(self) -> None:
        """Say something below it."""
        Attempt.objects.filter(key=str(self.person.pk)).delete()
        place = self._send(f"{self.liked}comments/", body=self._words())
        self.said += bool(place)

    def _words(self) -> str:
        return f"{self.person.username} {self.chance.random()} " + "some words " * 100

    def _send(self, path: str, **fields: Any) -> str:
        """Return where the answer leads; empty where none came."""
        began = time.monotonic()
        try:
            place = self.member.send(self.chance, path, **fields)
        except (HTTPException, OSError):
            if not self.bears_loss:
                raise
            time.sleep(0.1)
            return ""
        except Wrong as wrong:
            self.failures.append(str(wrong)[:1500])
            return ""
        self.seconds.append(time.monotonic() - began)
        return place


def crowd(port: int, size: int, **how: Any) -> list[Author]:
    """Return that many members, not started yet; the database has nobody else."""
    alice = make_user("alice", role=Role.OWNER)
    liked = Post(author=alice, title="Liked", slug="liked", body="Words")
    liked.save()
    liked.publish()
    people = [make_user(f"member-{number}", role=Role.AUTHOR) for number in range(size)]
    return [Author(port, person, liked.get_absolute_url(), **how) for person in people]


def session_of(person: User) -> str:
    """Return the cookie of the person, signed in."""
    client = Client()
    client.force_login(person)
    cookie = next(iter(client.cookies.values()))
    return f"{cookie.key}={cookie.value}"


def finish(authors: list[Author]) -> list[str]:
    """Stop them, and return what went wrong."""
    for author in authors:
        author.stopping.set()
    for author in authors:
        author.join()
    return [failure for author in authors for failure in author.failures]


def untrue(authors: list[Author]) -> list[str]:
    """Return what the database has not, or has otherwise than somebody was told."""
    from comments.counts import recount
    from comments.models import Comment

    found = [str(wrong) for wrong in recount(repair=False)]
    theirs = Post.objects.filter(author__in=[author.person for author in authors])
    rows = {post.slug: post for post in theirs.prefetch_related("tags", "authorships")}
    for author in authors:
        for slug, texts in author.told.items():
            post = rows.pop(slug, None)
            if (post.body.strip() if post else "") not in {text.strip() for text in texts}:
                found.append(f"{slug}: lost or another text")
            if post and not is_whole(post, author.person):
                found.append(f"{slug}: torn")
        said = Comment.objects.filter(author=author.person).count()
        if said < author.said or (said > author.said and not author.bears_loss):
            found.append(f"{author.name}: said {author.said}, stored {said}")
    return found + [f"{slug}: nobody wrote it" for slug in rows]


def is_whole(post: Post, person: User) -> bool:
    """Tell whether all parts of what is stored together are there."""
    words = post.body.split()[1]
    people = [row.person_id for row in post.authorships.all()]
    return (
        words in post.html and words in post.text and people == [person.pk] and post.tags.exists()
    )
