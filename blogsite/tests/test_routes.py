"""Every address of the site answers a stranger's GET without a fault and without a change."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.roles import Role
from accounts.testing import make_user
from posts.testing import make_post

pytestmark = pytest.mark.django_db

# What stands in an address: the name of its converter, and what is tried for it.
SAMPLES = {"int": "1", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "yyyy": "2024", "mm": "05"}
# A session, and when somebody was here last, are kept for the signed-in by Django itself.
NOT_CONTENT = {"sessions.Session", "accounts.Attempt"}


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Yield an address for each route, converters and groups filled in."""
    for entry in resolver.url_patterns:
        route = before + sample(str(entry.pattern))
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from addresses(entry, route)


def sample(route: str) -> str:
    """Return the route of a path() or re_path() with something in each place."""
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "", "first"), route)
    route = re.sub(r"\(\?P<\w+>[^)]*\)", "first", route)
    return re.sub(r"[\^$?]|\\Z", "", route)


ROUTES = sorted(set(addresses(get_resolver())))


def rows() -> dict[str, list[Any]]:
    """Return every row of every model that holds content."""
    models = (model for model in apps.get_models() if model._meta.label not in NOT_CONTENT)
    return {
        model._meta.label: sorted(map(repr, model._default_manager.values_list()))
        for model in models
    }


def drained(response: Any) -> int:
    """Return the status, after the body was read to its end and so closed."""
    if response.streaming:
        assert b"".join(response) is not None
    return int(response.status_code)


def writes(queries: CaptureQueriesContext) -> list[str]:
    verbs = ("INSERT", "UPDATE", "DELETE", "REPLACE")
    return [query["sql"] for query in queries.captured_queries if query["sql"].startswith(verbs)]


def test_the_walk_finds_the_routes() -> None:
    assert {"/", "/posts/first/", "/archive/2024/05/", "/admin/login/", "/health/live"} <= set(
        ROUTES
    )
    assert len(ROUTES) > 60


def test_a_stranger_gets_an_answer_everywhere_and_changes_nothing(client: Client) -> None:
    make_post(make_user("alice"), slug="first")
    before = rows()
    with CaptureQueriesContext(connection) as queries:
        answers = {route: drained(client.get(route)) for route in ROUTES}
    assert not {route: status for route, status in answers.items() if status >= 500}
    assert not writes(queries)
    assert rows() == before


def test_the_owner_gets_an_answer_everywhere_and_changes_no_content(client: Client) -> None:
    owner = make_user("alice", role=Role.OWNER)
    make_post(owner, slug="first")
    client.force_login(owner)
    before = rows()
    answers = {route: drained(client.get(route)) for route in ROUTES if "logout" not in route}
    assert not {route: status for route, status in answers.items() if status >= 500}
    assert rows() == before


def test_a_write_would_be_noticed() -> None:
    before = rows()
    with CaptureQueriesContext(connection) as queries:
        make_user("alice")
    assert writes(queries)
    assert rows() != before
