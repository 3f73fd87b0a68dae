"""What language models are led to, where staff want that."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from posts.testing import count_queries, make_post, make_posts
from posts.views import machines

SITE = "http://127.0.0.1:8000"
Choose = Callable[..., None]


def test_there_is_none_by_default(client: Client, alice: User) -> None:
    make_post(alice)
    assert client.get("/llms.txt").status_code == 404


def test_it_lists_the_newest_public_posts(
    client: Client, charlies: Client, alice: User, site_settings: Choose
) -> None:
    site_settings(llms_txt=True, title="Garden *notes*", tagline="Of beans")
    make_post(alice, slug="beans", title="Beans [and] peas", summary="All of it.")
    make_post(alice, slug="canary", visibility="members")
    for browser in (client, charlies):
        answer = browser.get("/llms.txt")
        text = answer.content.decode()
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert text.startswith("# Garden \\*notes\\*\n\n> Of beans\n")
        assert f"- [Beans \\[and\\] peas]({SITE}/posts/beans.md): All of it.\n" in text
        assert "canary" not in text


def test_it_is_bounded(
    client: Client, alice: User, site_settings: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    site_settings(llms_txt=True)
    monkeypatch.setattr(machines, "LISTED", 3)
    make_posts(alice, 5)
    first = count_queries(client, "/llms.txt")
    assert client.get("/llms.txt").content.decode().count(".md)") == 3
    make_posts(alice, 5)
    assert count_queries(client, "/llms.txt") == first <= 5
