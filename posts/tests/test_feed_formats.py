"""Feeds against their specifications, element by element: RSS 2.0, Atom, JSON Feed 1.1."""

import json
import re
from collections import Counter
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from accounts.models import User
from blogsite.lib.addresses import absolute_links
from posts.models import Post
from posts.testing import make_image, make_post, make_posts

ATOM, DC = "{http://www.w3.org/2005/Atom}", "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LANGUAGE = re.compile("[a-z]{2,3}(-[a-z0-9]+)*")
MIME = re.compile("(image|audio)/[a-z0-9.+-]+")
BODY = """## Beans & peas

[A recording](/media/beans.mp3), [below](#beans-peas), ![](/media/x.webp) <script>x</script>

[One post](http://127.0.0.1:8000/posts/other/)
"""


class Addresses(HTMLParser):
    """Collects what a text links and shows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep each address, those of `srcset` too."""
        assert tag not in {"script", "style", "form"}
        for name, value in attrs:
            if name in {"href", "src", "cite", "poster"}:
                self.found.append(value or "")
            elif name == "srcset":
                self.found += [part.split()[0] for part in (value or "").split(",")]


def is_whole(address: str | None) -> bool:
    parts = urlsplit(address or "")
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def check_html(html: str) -> None:
    addresses = Addresses(html).found
    assert addresses
    assert all(is_whole(one) for one in addresses), addresses
    assert "heading-link" not in html


def check_moment(text: str) -> None:
    """Check for RFC 3339."""
    assert datetime.fromisoformat(text).tzinfo is not None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", text)


@pytest.fixture
def beans(alice: User, bob: User) -> Post:
    make_posts(alice, 25)
    cover = make_image(alice)
    post = make_post(
        alice, title="Beans & <peas>", body=BODY, tags=["Food"], cover=cover, language="de"
    )
    post.set_authors([alice, bob])
    return post


def one(parent: ET.Element, name: str) -> ET.Element:
    found = parent.findall(name)
    assert len(found) == 1, (name, len(found))
    return found[0]


def read_xml(client: Client, address: str) -> ET.Element:
    answer = client.get(address)
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return ET.fromstring(answer.content)  # noqa: S314


@pytest.mark.parametrize("address", ["/feed/", "/feed/?page=2", "/tags/food/feed/"])
def test_atom(client: Client, beans: Post, address: str) -> None:
    feed = read_xml(client, address)
    assert feed.tag == f"{ATOM}feed"
    assert LANGUAGE.fullmatch(feed.get(LANG, ""))
    for name in ("id", "title", "updated"):
        assert one(feed, f"{ATOM}{name}").text
    check_moment(one(feed, f"{ATOM}updated").text or "")
    own = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own == [f"http://127.0.0.1:8000{address}"]
    entries = feed.findall(f"{ATOM}entry")
    ids = Counter(one(entry, f"{ATOM}id").text for entry in entries)
    assert set(ids.values()) == {1}
    for entry in entries:
        check_entry(entry)


def check_entry(entry: ET.Element) -> None:
    assert urlsplit(one(entry, f"{ATOM}id").text or "").scheme == "tag"
    assert one(entry, f"{ATOM}title").get("type", "text") == "text"
    for name in ("updated", "published"):
        check_moment(one(entry, f"{ATOM}{name}").text or "")
    authors = entry.findall(f"{ATOM}author")
    assert authors
    for author in authors:
        assert one(author, f"{ATOM}name").text
        assert is_whole(one(author, f"{ATOM}uri").text)
    links = entry.findall(f"{ATOM}link")
    assert all(is_whole(link.get("href")) for link in links)
    assert [link.get("rel") for link in links].count("alternate") == 1
    for link in links:
        if link.get("rel") == "enclosure":
            assert MIME.fullmatch(link.get("type", ""))
            assert link.get("length", "").isdecimal()
    assert all(tag.get("term") for tag in entry.findall(f"{ATOM}category"))
    assert LANGUAGE.fullmatch(entry.get(LANG, ""))
    content = one(entry, f"{ATOM}content")
    assert content.get("type") == "html"
    if len(links) > 1:
        check_html(content.text or "")


@pytest.mark.parametrize("address", ["/feed/rss/", "/feed/rss/?page=2", "/tags/food/feed/rss/"])
def test_rss(client: Client, beans: Post, address: str) -> None:
    root = read_xml(client, address)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = one(root, "channel")
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        assert one(channel, name) is not None
    assert is_whole(one(channel, "link").text)
    assert parsedate_to_datetime(one(channel, "lastBuildDate").text or "").tzinfo
    own = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert [link.get("href") for link in own] == [f"http://127.0.0.1:8000{address}"]
    items = channel.findall("item")
    assert set(Counter(one(item, "guid").text for item in items).values()) == {1}
    for item in items:
        check_item(item)


def check_item(item: ET.Element) -> None:
    assert one(item, "title").text
    assert is_whole(one(item, "link").text)
    assert one(item, "guid").get("isPermaLink") == "false"
    assert parsedate_to_datetime(one(item, "pubDate").text or "").tzinfo
    assert item.findall(f"{DC}creator")
    assert LANGUAGE.fullmatch(one(item, f"{DC}language").text or "")
    content = one(item, CONTENT).text or ""
    enclosures = item.findall("enclosure")
    assert len(enclosures) <= 1
    for enclosure in enclosures:
        assert is_whole(enclosure.get("url"))
        assert enclosure.get("length", "").isdecimal()
        assert MIME.fullmatch(enclosure.get("type", ""))
        check_html(content)


@pytest.mark.parametrize("address", ["/feed/json/", "/feed/json/?page=2", "/tags/food/feed/json/"])
def test_json_feed(client: Client, beans: Post, address: str) -> None:
    feed = json.loads(client.get(address).content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"http://127.0.0.1:8000{address}"
    assert LANGUAGE.fullmatch(feed["language"])
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"]) > 0
    for item in feed["items"]:
        check_json(item)


def check_json(item: dict[str, Any]) -> None:
    for name in ("id", "url", "title", "content_html", "language"):
        assert isinstance(item[name], str), name
    assert is_whole(item["url"])
    check_moment(item["date_published"])
    check_moment(item["date_modified"])
    assert all(author["name"] and is_whole(author["url"]) for author in item["authors"])
    for attachment in item.get("attachments", ()):
        assert is_whole(attachment["url"])
        assert MIME.fullmatch(attachment["mime_type"])
        assert attachment.get("size_in_bytes", 1) > 0
        check_html(item["content_html"])


def test_enclosures_are_the_recording_and_the_cover(client: Client, beans: Post) -> None:
    assert beans.cover is not None
    item = json.loads(client.get("/feed/json/").content)["items"][0]
    sound, cover = item["attachments"]
    site = "http://127.0.0.1:8000"
    assert sound == {"url": f"{site}/media/beans.mp3", "mime_type": "audio/mpeg"}
    assert (cover["url"], cover["mime_type"]) == (site + beans.cover.card.url, "image/webp")
    assert cover["size_in_bytes"] == len(client.get(beans.cover.card.url).getvalue())
    assert item["image"] == cover["url"]


def test_each_post_is_in_its_own_language(client: Client, beans: Post) -> None:
    newest, other = json.loads(client.get("/feed/json/").content)["items"][:2]
    assert (newest["language"], other["language"]) == ("de", "en")
    assert newest["content_html"].startswith('<div lang="de" dir="ltr">')


def test_older_posts_are_on_further_pages(client: Client, beans: Post) -> None:
    seen: list[str] = []
    address = "http://127.0.0.1:8000/feed/json/"
    while address:
        feed = json.loads(client.get(address.removeprefix("http://127.0.0.1:8000")).content)
        seen += [item["id"] for item in feed["items"]]
        address = feed.get("next_url", "")
    assert len(seen) == len(set(seen)) == 26
    assert 'rel="previous"' in client.get("/feed/?page=2").content.decode()


@pytest.mark.parametrize("page", ["0", "9", "x", "-1", "9" * 5000, "1e3", "٣"])
def test_a_page_that_is_not_there_is_missing(client: Client, beans: Post, page: str) -> None:
    assert client.get(f"/feed/?page={page}").status_code == 404


def test_sizes_of_pictures_are_whole_addresses_too() -> None:
    html = '<picture><source srcset="/a.avif 480w, /b.avif 960w"><img src="c.jpg"></picture>'
    found = Addresses(absolute_links(html, "/posts/first/")).found
    site = "http://127.0.0.1:8000"
    assert found == [f"{site}/a.avif", f"{site}/b.avif", f"{site}/posts/first/c.jpg"]
