"""Two servers over one database: hundreds of random reads and writes, and never a stale page."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.models import SiteSettings
from blogsite.tests.caching import versions_are_there
from blogsite.tests.served import ServedSite
from comments.models import Comment, PostLike
from comments.testing import make_comment
from posts.models import Post
from posts.testing import make_draft, make_post, make_tag

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = 250
Change = Callable[[random.Random, int], object]
ADDRESSES = [
    *["/", "/posts/first/", "/posts/second/", "/tags/gardens/", "/tags/bees/", "/authors/alice/"],
    *["/archive/", "/feed/", "/feed/json/", "/sitemap-posts.xml", "/authors/bob/"],
]


def some(rows: Any, chance: random.Random) -> Any:
    return chance.choice(list(rows.order_by("pk")))


def raw(sql: str, *parameters: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def taken_back(number: int) -> None:
    with transaction.atomic():
        Post.objects.update(title=f"Never {number}")
        transaction.set_rollback(True)


CHANGES: list[Change] = [
    lambda chance, n: Post.objects.filter(pk=some(Post.objects, chance).pk).update(title=f"T{n}"),
    lambda chance, n: make_comment(
        some(Post.objects, chance), User.objects.earliest("pk"), f"C{n}"
    ),
    lambda chance, n: PostLike.give(some(Post.objects, chance), some(User.objects, chance)),
    lambda chance, n: PostLike.take(some(Post.objects, chance), some(User.objects, chance)),
    lambda chance, n: some(Comment.objects, chance).bin(),
    lambda chance, n: raw("UPDATE comments_comment SET html = %s", f"<p>R{n}</p>"),
    lambda chance, n: User.objects.filter(username="alice").update(display_name=f"A{n}"),
    lambda chance, n: SiteSettings.objects.update(title=f"S{n}"),
    lambda chance, n: some(Post.objects, chance).tags.set(
        [make_tag(chance.choice(["Gardens", "Bees"]))]
    ),
    lambda chance, n: make_draft(User.objects.earliest("pk"), title=f"D{n}"),
    lambda chance, n: make_post(User.objects.earliest("pk"), title=f"P{n}"),
    lambda chance, n: some(Post.objects, chance).publish(at=timezone.now() - timedelta(days=n)),
    lambda chance, n: some(Post.objects.filter(slug__startswith="post"), chance).bin(),
    lambda chance, n: SessionStore().save(),
    lambda chance, n: taken_back(n),
]


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[ServedSite]]:
    """Return two sites, one process each, over the database of the tests."""
    alice = make_user("alice", role=Role.OWNER)
    make_user("bob")
    for slug in ("first", "second"):
        make_comment(make_post(alice, slug=slug, tags=["Gardens", "Bees"]), alice)
    make_post(alice)
    SiteSettings.load()
    versions_are_there()
    surroundings = {"DATABASE_URL": database_url(), "BLOGSITE_WORKERS": "1"}
    with (
        ServedSite(tmp_path / "data", **surroundings) as one,
        ServedSite(tmp_path / "data", **surroundings) as two,
    ):
        yield [one, two]


def database_url() -> str:
    """Return where the tests' own database is."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


def read(server: ServedSite, address: str) -> tuple[str, int, bytes]:
    """Return what X-Cache says, the status and the body."""
    connected = HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connected.request("GET", address)
        answer = connected.getresponse()
        return answer.getheader("X-Cache") or "", answer.status, answer.read()
    finally:
        connected.close()


def unkept(server: ServedSite, address: str) -> list[int | bytes]:
    """Return status and body of the page made anew: an undeclared parameter is never kept."""
    _cached, status, body = read(server, f"{address}?live=1")
    return [status, body.replace(b"?live=1", b"")]  # the page names the way back to itself


def test_no_page_is_stale_in_any_process(servers: list[ServedSite]) -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same each time
    said = Counter[str]()
    for number in range(STEPS):
        if chance.random() < 0.5:
            chance.choice(CHANGES)(chance, number)
        address, server = chance.choice(ADDRESSES), chance.choice(servers)
        live = [unkept(server, address)]
        for _time in range(chance.choice([1, 2])):
            cached, *kept = read(server, address)
            live.append(unkept(server, address))  # the worker relates posts meanwhile
            assert kept in live[-2:], (number, address)
            said[cached] += 1
    assert said["hit"] > STEPS / 3
    assert said["miss"] > STEPS / 5
