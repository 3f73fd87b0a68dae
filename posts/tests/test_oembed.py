"""oEmbed, as sites that embed a post ask for it."""

import logging
import re
from html import unescape
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from accounts.models import User
from posts.models import Post
from posts.testing import count_queries, make_cover, make_draft, make_post

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def beans(alice: User) -> Post:
    return make_post(
        alice, slug="beans", title="Beans & <peas>", summary="All.", cover=make_cover(alice)
    )


def ask(client: Client, address: str = f"{SITE}/posts/beans/", more: str = "") -> Any:
    return client.get(f"/oembed?url={quote(address, safe='')}{more}")


def test_it_offers_a_card_without_script(client: Client, beans: Post) -> None:
    answer = ask(client)
    said = answer.json()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"] == "application/json"
    assert (said["type"], said["version"], said["title"]) == ("rich", "1.0", "Beans & <peas>")
    assert (said["author_name"], said["author_url"]) == ("Alice", f"{SITE}/authors/alice/")
    assert said["provider_url"] == f"{SITE}/"
    assert said["html"].startswith("<blockquote")
    assert "Beans &amp; &lt;peas&gt;" in said["html"]
    assert not re.search("<script|style=| on[a-z]+=", said["html"])
    assert (said["thumbnail_width"], said["thumbnail_height"]) == (900, 600)


def test_xml_says_the_same(client: Client, beans: Post) -> None:
    answer = ask(client, more="&format=xml")
    assert answer.headers["Content-Type"].startswith("text/xml")
    said = {part.tag: part.text for part in ET.fromstring(answer.content)}  # noqa: S314
    assert said == {name: str(value) for name, value in ask(client).json().items()}


def test_it_keeps_to_the_room_there_is(client: Client, beans: Post) -> None:
    said = ask(client, more="&maxwidth=320").json()
    assert (said["type"], said["width"]) == ("rich", 320)
    assert "thumbnail_url" not in said
    for narrow in ("&maxwidth=100", "&maxheight=100"):
        small = ask(client, more=narrow).json()
        assert small["type"] == "link"
        assert not {"html", "thumbnail_url"} & small.keys()
    assert ask(client, more="&maxwidth=wide").json()["type"] == "rich"


def test_another_format_is_not_implemented(
    client: Client,
    beans: Post,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logging.getLogger("django.request"), "handlers", [caplog.handler])
    assert ask(client, more="&format=yaml").status_code == 501
    assert not caplog.records, "no fault of the site"


@pytest.mark.parametrize(
    "address",
    ["", "/posts/beans/", f"{SITE}/", f"{SITE}/tags/food/", "https://example.org/posts/beans/",
     f"{SITE}/posts/none/", "http://[", f"{SITE}/posts/%00/", "ftp://127.0.0.1:8000/posts/beans/"],
)  # fmt: skip
def test_there_is_nothing_to_say_of_another_address(
    client: Client, beans: Post, address: str
) -> None:
    answer = ask(client, address)
    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_posts_for_some_are_nobodys_card(client: Client, desk: Client, alice: User) -> None:
    make_post(alice, slug="members", visibility="members")
    make_post(alice, slug="unlisted", visibility="unlisted")
    make_draft(alice, slug="draft")
    for browser in (client, desk):
        for slug in ("members", "unlisted", "draft"):
            assert ask(browser, f"{SITE}/posts/{slug}/").status_code == 404
            assert "oembed" not in browser.get(f"/posts/{slug}/").content.decode()


def test_a_former_address_is_known(client: Client, beans: Post) -> None:
    beans.slug = "peas"
    beans.save()
    assert f"{SITE}/posts/peas/" in ask(client).json()["html"]


def test_the_posts_page_names_it(client: Client, alice: User) -> None:
    post = make_post(alice, slug="über-bohnen")
    page = client.get(post.get_absolute_url()).content.decode()
    found = re.findall(r'type="(?:application/json|text/xml)\+oembed" href="([^"]+)"', page)
    assert len(found) == 2
    for address in found:
        assert client.get(unescape(address).removeprefix(SITE)).status_code == 200


def test_it_takes_few_queries(client: Client, beans: Post) -> None:
    assert count_queries(client, f"/oembed?url={SITE}/posts/beans/") <= 5
