"""Two nodes with folders of their own, over one PostgreSQL, Redis and bucket, are one site."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from blogsite.tests.buckets import BucketServer
from blogsite.tests.served import ServedSite, eventually
from blogsite.tests.test_pagecache_processes import database_url
from blogsite.tests.visiting import Answer, Visitor, make_alice
from posts.testing import picture_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("bucket")]

KEY = "the same key on every node, long enough to be taken"
LETTERS = 12


@pytest.fixture(scope="module")
def bucket() -> Iterator[BucketServer]:
    if connection.vendor != "postgresql":
        pytest.skip("Several nodes need PostgreSQL.")
    with BucketServer() as running:
        yield running


@pytest.fixture
def shared(bucket: BucketServer, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the variables that all nodes have in common, with an empty database among them."""
    name = f"nodes_{uuid4().hex[:12]}"
    server = database_url().rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as outside:
        outside.execute(f"CREATE DATABASE {name}".encode())
    (tmp_path / "letters").mkdir()
    yield {
        "DATABASE_URL": f"{server}/{name}",
        "STORAGE_URL": bucket.url,
        "EMAIL_URL": f"file://{tmp_path / 'letters'}",
        "CACHE_URL": os.environ.get("CACHE_URL", ""),
        "BLOGSITE_SECRET_KEY": KEY,
        "BLOGSITE_WORKERS": "1",
    }
    with psycopg.connect(f"{server}/postgres", autocommit=True) as outside:
        outside.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def nodes(shared: dict[str, str], tmp_path: Path) -> Iterator[list[ServedSite]]:
    """Return two nodes that were started at the same moment, the site not yet set up."""
    made = [ServedSite(tmp_path / name, **shared) for name in ("one", "two")]
    starting = [threading.Thread(target=node.__enter__) for node in made]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    try:
        yield made
    finally:
        for node in made:
            node.__exit__()


def fresh(node: ServedSite, path: str) -> Answer:
    """Return a page as a stranger sees it."""
    return Visitor().get(node, path)


def test_what_is_done_on_one_node_is_done_on_the_other(
    nodes: list[ServedSite], shared: dict[str, str], tmp_path: Path
) -> None:
    one, two = nodes
    # One migrated and planted, the other waited for it.
    said = [node.output() for node in nodes]
    assert sum("Database brought up to date" in text for text in said) == 1, said
    assert sum("Starter posts planted" in text for text in said) == 1
    make_alice(one)
    alice = Visitor()
    alice.sign_in(one)
    assert alice.get(two, "/write/").status == 200
    writes_are_read_at_once(alice, one, two)
    pictures_are_seen_everywhere(alice, one, two)
    limits_are_counted_together(one, two)
    letters_go_out_once(nodes, tmp_path / "letters")
    assert alice.post(two, "/accounts/logout/", page="/write/").status == 302
    assert alice.get(one, "/write/").status == 302


def writes_are_read_at_once(alice: Visitor, one: ServedSite, two: ServedSite) -> None:
    """Keep the home page on one node, write on the other, read the first: ten times over."""
    for number in range(10):
        kept_on, written_on = (one, two) if number % 2 else (two, one)
        fresh(kept_on, "/")
        assert fresh(kept_on, "/").headers["X-Cache"] == "hit"
        title = f"Quincunx {number}"
        draft = alice.post(written_on, "/write/new/", title=title, body="x", visibility="public")
        address = draft.headers["Location"]
        assert title in alice.get(kept_on, address).text
        published = alice.post(written_on, f"{address}publication/", step="publish")
        assert published.status == 302, published.text
        page = fresh(kept_on, "/")
        assert title in page.text, number
        assert page.headers["X-Cache"] == "miss"


def pictures_are_seen_everywhere(alice: Visitor, one: ServedSite, two: ServedSite) -> None:
    sent = alice.post(one, "/write/images/", files=[("pictures", picture_bytes())])
    assert sent.status == 302, sent.text
    library = alice.get(two, "/write/images/").text
    path = library.partition('src="/media/')[2].partition('"')[0]
    assert fresh(two, f"/media/{path}").status == 200


def limits_are_counted_together(one: ServedSite, two: ServedSite) -> None:
    """Guess a password on both in turn: the fifth guess or so is refused, wherever it comes."""
    guesser = Visitor()
    tries = [
        guesser.post(node, "/accounts/login/", username="bob", password="a guess").status
        for node in (one, two) * 5
    ]
    assert 429 in tries
    assert tries.index(429) < 6
    assert fresh(one, "/").status == fresh(two, "/").status == 200


def letters_go_out_once(nodes: list[ServedSite], folder: Path) -> None:
    """Ask for letters on both nodes, whose workers both deliver."""
    before = len(list(folder.iterdir()))
    for number in range(LETTERS):
        asked = Visitor().post(
            nodes[number % 2], "/accounts/signup/", email=f"charlie{number}@example.org"
        )
        assert asked.status in {200, 302}
    assert eventually(lambda: len(sent(folder)) >= LETTERS, 20)
    names = sent(folder)
    assert len(names) == len(set(names)) == before + LETTERS


def sent(folder: Path) -> list[str]:
    """Return the identities of all letters that were delivered."""
    lines = [line for file in folder.iterdir() for line in file.read_text().splitlines()]
    return [line for line in lines if line.startswith("Message-ID:")]
