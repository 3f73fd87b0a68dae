"""What one visitor sends and is shown, and whether any of it reaches the next, over a server."""

from collections.abc import Iterator

from django.db import connection

from accounts.roles import Role
from accounts.testing import make_user
from blogsite import content_versions
from blogsite.tests.crowd import session_of
from blogsite.tests.test_pagecache_isolation import CANARY, PAGES, TOKEN, UNKEYED, masked
from blogsite.tests.truth.browser import Line
from comments.testing import make_comment
from posts.testing import make_post, make_posts, make_series

NAME = "Alice Personal"
READER = "Bob Personal"
CHANGING = {"date", "x-cache", "set-cookie", "last-modified", "expires"}
Told = tuple[int, dict[str, str], bytes]


def inputs() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what to add to the address, and the headers; the server sets the rest itself."""
    for name, value in UNKEYED.items():
        if name.startswith("HTTP_"):
            yield "", {name.removeprefix("HTTP_").replace("_", "-").title(): value}
    yield f"utm_source={CANARY}", {}
    yield "", {"Content-Type": CANARY}


def isolate(port: int) -> tuple[int, list[str]]:
    """Return how many pairs of requests there were, and what was wrong; the site is empty."""
    alice = make_user("alice", role=Role.OWNER, display_name=NAME)
    bob = make_user("bob", display_name=READER)
    post = make_post(bob, slug="first", tags=["Gardens"])
    make_posts(alice, 2)
    make_series(alice, post)
    make_comment(post, alice, pk=1)
    cookies, line, pairs, wrong = {"": "", NAME: session_of(alice)}, Line(port), 0, []
    # Whoever reads after it: a stranger, whose pages are kept, and a member, whose are shared.
    readers = {"": {}, READER: {"Cookie": session_of(bob)}}
    for address in PAGES:
        clean = {name: _told(line, address, reader) for name, reader in readers.items()}
        for person, cookie in cookies.items():
            for query, headers in inputs():
                content_versions.move(connection, content_versions.SITE)
                path = f"{address}{'&' if '?' in address else '?'}{query}" if query else address
                sent = [one for one in (headers.get("Cookie", ""), cookie) if one]
                line.ask(
                    "GET", path, **{**headers, **({"Cookie": "; ".join(sent)} if sent else {})}
                )
                for name, reader in readers.items():
                    pairs += 1
                    if fault := _fault(line, address, reader, clean[name]):
                        wrong.append(f"{address} to {name} after {person} {path} {sent}: {fault}")
    line.close()
    return pairs, wrong


def _fault(line: Line, address: str, reader: dict[str, str], clean: Told) -> str:
    status, headers, body = line.ask("GET", address, **reader)
    if CANARY.encode() in body or CANARY in str(headers):
        return "what was sent"
    if headers.get("x-cache") == "hit" and "set-cookie" in headers:
        return "a kept cookie"
    return "" if _comparable(status, headers, body) == clean else "another page"


def _told(line: Line, address: str, reader: dict[str, str]) -> Told:
    return _comparable(*line.ask("GET", address, **reader))


def _comparable(status: int, headers: dict[str, str], body: bytes) -> Told:
    kept = {name: value for name, value in headers.items() if name not in CHANGING}
    own = TOKEN.search(body) is not None  # a form's token is new each time
    return status, {} if own else kept, masked(body)
