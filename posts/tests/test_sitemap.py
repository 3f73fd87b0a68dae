"""The sitemap."""

from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from accounts.models import User
from posts import sitemaps
from posts.testing import (
    count_queries,
    make_cover,
    make_draft,
    make_image,
    make_post,
    make_posts,
    make_series,
)

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "i": "http://www.google.com/schemas/sitemap-image/1.1",
}
SITE = "http://127.0.0.1:8000"


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_index_names_its_sections(client: Client, alice: User) -> None:
    post = make_post(alice, tags=["Food"])
    index = text(client, "/sitemap.xml")
    changed = f"<lastmod>{post.updated_at:%Y-%m-%dT%H:%M:%SZ}</lastmod>"
    assert f"<loc>{SITE}/sitemap-posts.xml</loc>{changed}" in index
    for section in ("tags", "authors"):
        assert f"<loc>{SITE}/sitemap-{section}.xml</loc>" in index


def test_it_lists_public_posts_and_their_tags_and_authors(
    client: Client, alice: User, bob: User
) -> None:
    post, draft = make_post(alice, tags=["Food"]), make_draft(bob, tags=["Gardens"])
    listed = "".join(text(client, f"/sitemap-{name}.xml") for name in ("posts", "tags", "authors"))
    assert f"<loc>{SITE}{post.get_absolute_url()}</loc>" in listed
    assert f"<lastmod>{post.updated_at:%Y-%m-%d}" in listed
    assert f"<loc>{SITE}/tags/food/</loc>" in listed
    assert f"<loc>{SITE}/authors/alice/</loc>" in listed
    for hidden in (draft.slug, "/tags/gardens/", "/authors/bob/"):
        assert hidden not in listed


def test_it_is_cut_into_pages(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "SIZE", 5)
    posts = make_posts(alice, 12)
    index = text(client, "/sitemap.xml")
    last = -(-posts[-1].pk // 5)
    assert f"/sitemap-posts.xml?p={last}</loc>" in index or last == 1
    pages = [text(client, f"/sitemap-posts.xml?p={number}") for number in range(1, last + 1)]
    assert "".join(pages).count("<url>") == 12
    assert max(page.count("<url>") for page in pages) <= 5


@pytest.mark.parametrize("query", ["?p=0", "?p=9", "?p=x", "?p=-1", "?p=" + "9" * 5000])
def test_a_page_that_is_not_there_is_missing(client: Client, alice: User, query: str) -> None:
    make_post(alice)
    assert client.get(f"/sitemap-posts.xml{query}").status_code == 404


def test_an_unknown_section_is_missing(client: Client, db: None) -> None:
    assert client.get("/sitemap-drafts.xml").status_code == 404


def test_the_host_that_was_asked_is_not_believed(client: Client, alice: User) -> None:
    make_post(alice)
    for address in ("/sitemap.xml", "/sitemap-posts.xml"):
        assert (
            "localhost" not in client.get(address, headers={"host": "localhost"}).content.decode()
        )


@pytest.mark.parametrize("name", ["", "-posts", "-tags", "-authors", "-series"])
def test_it_takes_the_same_queries_with_twice_the_posts(
    client: Client, alice: User, name: str
) -> None:
    make_posts(alice, 10, tags=["Food"])
    first = count_queries(client, f"/sitemap{name}.xml")
    make_posts(alice, 10, tags=["Food", "Gardens"])
    assert count_queries(client, f"/sitemap{name}.xml") == first <= 7


def test_drafts_and_readers_add_no_page(
    client: Client, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "SIZE", 1)
    make_series(alice, make_draft(alice, tags=["Food"]))
    assert "<loc>" not in text(client, "/sitemap.xml")
    for name in ("posts", "tags", "authors", "series"):
        assert "<loc>" not in text(client, f"/sitemap-{name}.xml")


def test_posts_come_with_their_pictures(client: Client, alice: User) -> None:
    shown, cover = make_image(alice), make_cover(alice)
    make_post(alice, slug="seen", body=f"![A garden]({shown.url})", cover=cover)
    make_post(alice, slug="members", body=f"![A garden]({shown.url})", visibility="members")
    root = ET.fromstring(text(client, "/sitemap-posts.xml"))  # noqa: S314
    (url,) = root.findall("s:url", NAMES)
    found = [one.text for one in url.findall("i:image/i:loc", NAMES)]
    assert found == [SITE + cover.url, SITE + shown.url]


def test_series_are_listed(client: Client, alice: User) -> None:
    series = make_series(alice, make_post(alice))
    listed = text(client, "/sitemap-series.xml")
    assert f"<loc>{SITE}{series.get_absolute_url()}</loc>" in listed


def test_addresses_in_any_script_are_those_of_the_pages(client: Client, alice: User) -> None:
    post = make_post(alice, slug="über-豆")
    assert f"<loc>{SITE}{post.get_absolute_url()}</loc>" in text(client, "/sitemap-posts.xml")


def test_the_index_of_very_many_pages_leaves_dates_out(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_post(alice)
    assert "<lastmod>" in text(client, "/sitemap.xml")
    monkeypatch.setattr(sitemaps, "DATED", 0)
    assert "<lastmod>" not in text(client, "/sitemap.xml")
