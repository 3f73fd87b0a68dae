"""What pages tell machines: heads, things in the words of schema.org, and microformats."""

import json
import re
from typing import Any

import mf2py
import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from blogsite.lib import languages
from posts.models import Post
from posts.testing import make_cover, make_draft, make_post, make_series

SITE = "http://127.0.0.1:8000"
META = re.compile(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)"')
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
EVIL = '</script><script>alert(1)</script>\u2028"\\'
# What search engines ask of each kind of thing.
REQUIRED = {
    "BlogPosting": {"headline", "image", "datePublished", "dateModified", "author", "publisher"},
    "BreadcrumbList": {"itemListElement"},
    "WebSite": {"name", "url", "potentialAction"},
    "Blog": {"name", "url"},
    "ProfilePage": {"mainEntity"},
}


def page(client: Client, address: str) -> str:
    """Return a page that is there."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def metas(html: str) -> dict[str, str]:
    """Return the head's properties; the last counts."""
    return dict(META.findall(html))


def things(html: str) -> dict[str, dict[str, Any]]:
    """Return what the page says of itself, by its kinds; each has what is asked of it."""
    (text,) = BLOCK.findall(html)
    told = json.loads(text)
    assert told["@context"] == "https://schema.org"
    found = {thing["@type"]: thing for thing in told.get("@graph", [told])}
    for kind, thing in found.items():
        assert REQUIRED[kind] <= thing.keys(), kind
    for place in re.findall(r'"(?:url|item|image|logo)":"([^"]*)"', text):
        assert place.startswith(SITE), place
    return found


def formats(html: str) -> list[dict[str, Any]]:
    """Return the page's microformats."""
    items: list[dict[str, Any]] = mf2py.parse(html, url=f"{SITE}/", html_parser="html5lib")["items"]
    return items


@pytest.fixture
def post(alice: User) -> Post:
    return make_post(
        alice, title="Beans", slug="beans", summary="All about them.", tags=["Food", "Soil"]
    )


def test_a_post_says_what_it_is(client: Client, post: Post) -> None:
    told = metas(page(client, "/posts/beans/"))
    assert told["og:title"] == "Beans"
    assert told["description"] == "All about them."
    assert told["og:url"] == f"{SITE}/posts/beans/"
    assert told["og:locale"] == "en_US"
    assert told["twitter:card"] == "summary_large_image"
    assert told["article:author"] == f"{SITE}/authors/alice/"
    assert told["article:tag"] == "Soil"
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert told["og:image"].startswith(f"{SITE}/share/beans/")


def test_what_its_author_wrote_for_machines_comes_first(client: Client, post: Post) -> None:
    assert post.author is not None
    Post.objects.update(
        meta_title="For engines",
        meta_description="Short.",
        canonical_url="https://elsewhere.example/beans/",
        language="de",
        cover=make_cover(post.author),
        share_image=make_cover(post.author),
    )
    html = page(client, "/posts/beans/")
    told, posting = metas(html), things(html)["BlogPosting"]
    assert "<title>For engines · " in html
    assert '<h1 class="post-title p-name" lang="de" dir="ltr">Beans</h1>' in html
    assert told["og:title"] == posting["headline"] == "For engines"
    assert told["description"] == posting["description"] == "Short."
    assert '<link rel="canonical" href="https://elsewhere.example/beans/">' in html
    assert told["og:url"] == f"{SITE}/posts/beans/"
    assert told["og:locale"] == "de_DE"
    assert posting["inLanguage"] == "de"
    picture = Post.objects.get().share_image
    assert picture is not None
    assert told["og:image"] == posting["image"] == f"{SITE}{picture.url}"
    assert 'content="noindex"' not in html


def test_a_post_is_told_in_the_words_of_schema_org(client: Client, post: Post) -> None:
    found = things(page(client, "/posts/beans/"))
    posting, trail = found["BlogPosting"], found["BreadcrumbList"]["itemListElement"]
    assert posting["author"] == [
        {"@type": "Person", "name": "Alice", "url": f"{SITE}/authors/alice/"}
    ]
    assert posting["keywords"] == "Food, Soil"
    assert posting["wordCount"] == post.words
    assert posting["isPartOf"]["@type"] == "Blog"
    assert posting["publisher"]["logo"].endswith("/img/apple-touch-icon.png")
    assert [step["name"] for step in trail] == ["Blogsite", "Food", "Beans"]
    assert [step["position"] for step in trail] == [1, 2, 3]


def test_the_way_to_a_part_is_by_its_series(client: Client, alice: User, post: Post) -> None:
    make_series(alice, post)
    trail = things(page(client, "/posts/beans/"))["BreadcrumbList"]["itemListElement"]
    assert trail[1]["item"] == f"{SITE}/series/a-year-outside/"


def test_nothing_typed_ends_the_block(client: Client, alice: User) -> None:
    alice.display_name = "A <b> & B"
    alice.save()
    make_post(alice, title=EVIL, slug="evil", summary=EVIL, tags=["Food"])
    html = page(client, "/posts/evil/")
    assert things(html)["BlogPosting"]["headline"] == EVIL
    assert "<script>alert" not in html
    assert not set("<>&\u2028\u2029") & set(BLOCK.findall(html)[0])


@pytest.mark.parametrize("address", ["/", "/tags/food/", "/series/a-year-outside/", "/archive/"])
def test_lists_say_what_they_are(client: Client, alice: User, post: Post, address: str) -> None:
    make_series(alice, post)
    html = page(client, address)
    told, found = metas(html), things(html)
    assert told["og:type"] == "website"
    assert told["og:url"] == f"{SITE}{address}"
    assert '" property="og:description">' in html
    assert told["og:image"].startswith(f"{SITE}/share/")
    assert found.keys() <= {"WebSite", "Blog", "BreadcrumbList"}
    if address == "/":
        target = found["WebSite"]["potentialAction"]["target"]["urlTemplate"]
        assert target == f"{SITE}/search/?q={{search_term_string}}"


def test_the_archive_says_the_way_to_a_month(client: Client, post: Post) -> None:
    now = timezone.now()
    year, month = f"/archive/{now:%Y}/", f"/archive/{now:%Y}/{now:%m}/"
    steps = things(page(client, month))["BreadcrumbList"]["itemListElement"]
    assert [step["item"] for step in steps] == [
        f"{SITE}{path}" for path in ("/", "/archive/", year, month)
    ]
    assert len(things(page(client, year))["BreadcrumbList"]["itemListElement"]) == 3


def test_a_later_page_is_its_own(client: Client, alice: User) -> None:
    for _number in range(11):
        make_post(alice, tags=["Food"])
    html = page(client, "/tags/food/?page=2")
    assert f'<link rel="canonical" href="{SITE}/tags/food/?page=2">' in html
    assert "noindex" not in html


def test_an_authors_page_is_about_the_author(client: Client, alice: User, post: Post) -> None:
    alice.website, alice.biography = "https://alice.example/", "Grows **beans**."
    alice.save()
    html = page(client, "/authors/alice/")
    person = things(html)["ProfilePage"]["mainEntity"]
    assert person["sameAs"] == "https://alice.example/"
    assert person["description"] == "Grows beans."
    assert metas(html)["og:type"] == "profile"
    parsed = mf2py.parse(html, url=f"{SITE}/authors/alice/", html_parser="html5lib")
    assert "https://alice.example/" in parsed["rels"]["me"]
    (feed,) = parsed["items"]
    (card,) = feed["properties"]["author"]
    assert card["type"] == ["h-card"]
    assert card["properties"]["name"] == ["Alice"]
    assert card["properties"]["note"] == ["Grows beans."]
    assert card["properties"]["url"] == [f"{SITE}/authors/alice/", "https://alice.example/"]


def test_a_post_is_an_entry(client: Client, alice: User, bob: User, post: Post) -> None:
    post.set_authors([alice, bob])
    (entry,) = formats(page(client, "/posts/beans/"))
    told = entry["properties"]
    assert entry["type"] == ["h-entry"]
    assert told["name"] == ["Beans"]
    assert told["summary"] == ["All about them."]
    assert told["content"][0]["value"] == "Some words."
    assert told["category"] == ["Food", "Soil"]
    assert told["url"] == told["uid"] == [f"{SITE}/posts/beans/"]
    assert told["published"] == [f"{post.published_at:%Y-%m-%dT%H:%M:%SZ}"]
    cards = [author["properties"] for author in told["author"]]
    assert [card["name"] for card in cards] == [["Alice"], ["Bob"]]
    assert cards[0]["url"] == [f"{SITE}/authors/alice/"]


@pytest.mark.parametrize("address", ["/", "/tags/food/", "/authors/alice/"])
def test_a_list_is_a_feed_of_entries(client: Client, alice: User, post: Post, address: str) -> None:
    (feed,) = formats(page(client, address))
    assert feed["type"] == ["h-feed"]
    assert feed["properties"]["name"]
    (entry,) = feed["children"]
    assert entry["properties"]["name"] == ["Beans"]
    assert entry["properties"]["url"] == [f"{SITE}/posts/beans/"]
    assert entry["properties"]["summary"] == ["All about them."]
    assert entry["properties"]["author"][0]["properties"]["name"] == ["Alice"]


@pytest.mark.parametrize("address", ["/search/?q=beans", "/authors/charlie/", "/archive/"])
def test_what_holds_nothing_is_not_for_engines(client: Client, db: None, address: str) -> None:
    make_user("charlie")
    assert '<meta name="robots" content="noindex, follow">' in page(client, address)


def test_a_draft_is_not_for_engines(desk: Client, alice: User) -> None:
    draft = make_draft(alice, slug="draft")
    assert '<meta name="robots" content="noindex">' in page(desk, draft.get_absolute_url())


def test_comments_are_counted_for_whoever_may_see_them(client: Client, post: Post) -> None:
    Post.objects.update(comment_count=3)
    assert things(page(client, "/posts/beans/"))["BlogPosting"]["commentCount"] == 3
    Post.objects.update(comment_policy="members")
    assert "commentCount" not in things(page(client, "/posts/beans/"))["BlogPosting"]


@pytest.mark.parametrize(
    ("code", "locale"),
    [("en", "en_US"), ("de", "de_DE"), ("pt-br", "pt_BR"), ("zh-hans", "zh_CN"), ("ar", "ar_AR")],
)
def test_languages_have_the_names_of_open_graph(code: str, locale: str) -> None:
    assert languages.locale(code) == locale
