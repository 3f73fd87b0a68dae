"""The Markdown twin of a post, and its way back by import."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils import timezone
from PIL import Image as Picture

from accounts.models import User
from posts.models import Post
from posts.testing import count_queries, make_cover, make_draft, make_post, make_series
from posts.transfer.folder import import_folder
from posts.twin import without_notes

SITE = "http://127.0.0.1:8000"
BODY = """## Beans

A [link](/tags/food/), [one below](#beans) & ![a bean](/media/bean.png "Bean").

    <!-- code, which stays -->

<!-- a note,

of the author's -->

- *one* <!-- another note --> two
"""


@pytest.fixture
def beans(alice: User, bob: User) -> Post:
    """Return a post with all that a twin says."""
    post = make_post(
        alice, slug="beans", title='Beans: "& <peas>"', summary="All of it.", body=BODY,
        tags=["Food"], cover=make_cover(alice), cover_alt="A bean", language="de",
    )  # fmt: skip
    post.set_authors([alice, bob])
    make_series(alice, post)
    return post


def read(client: Client, slug: str = "beans") -> tuple[dict[str, Any], str]:
    _nothing, head, body = client.get(f"/posts/{slug}.md").content.decode().split("---\n", 2)
    return yaml.safe_load(head), body


def test_it_says_what_the_page_says(client: Client, beans: Post) -> None:
    head, body = read(client)
    assert beans.cover is not None
    assert head == {
        "title": 'Beans: "& <peas>"',
        "slug": "beans",
        "authors": ["Alice", "Bob"],
        "date": head["date"],
        "updated": head["updated"],
        "language": "de",
        "tags": ["Food"],
        "series": ["A year outside"],
        "summary": "All of it.",
        "cover": {"image": SITE + beans.cover.url, "alt": "A bean"},
        "canonical": f"{SITE}/posts/beans/",
    }
    assert head["date"] == beans.published_at.replace(microsecond=0)  # type: ignore[union-attr]
    assert f"[link]({SITE}/tags/food/), [one below](#beans)" in body
    assert f'![a bean]({SITE}/media/bean.png "Bean")' in body


def test_notes_that_no_page_shows_are_left_out(client: Client, beans: Post) -> None:
    _head, body = read(client)
    assert "note" not in body
    assert "<!-- code, which stays -->" in body
    assert without_notes("a <!-- b --> c\n\n<!-- never closed\n\nd") == "a  c\n\n"


def test_definitions_that_are_notes_are_left_out() -> None:
    source = "a\n\n[//]: # (one)\n[//]: # (two)\n\nb\n\n[comment]: <> (three\nlines)\n"
    assert without_notes(source) == "a\n\n\nb\n\n"
    for shown in ("    [//]: # (code)", "```\n[//]: # (code)\n```", "a\n[//]: # (text)", "[a]: /b"):
        assert without_notes(shown) == shown


def test_machines_are_told_what_it_is(client: Client, beans: Post) -> None:
    answer = client.get("/posts/beans.md")
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.headers["Link"] == f'<{SITE}/posts/beans/>; rel="canonical"'
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert client.head("/posts/beans.md").status_code == 200
    named = '<link rel="alternate" type="text/markdown" href="/posts/beans.md">'
    assert named in client.get("/posts/beans/").content.decode()


def test_it_opens_to_whom_the_page_opens(
    client: Client, charlies: Client, desk: Client, alice: User
) -> None:
    later = timezone.now() + timedelta(days=1)
    states: dict[str, dict[str, Any]] = {
        "members": {"visibility": "members"},
        "unlisted": {"visibility": "unlisted"},
        "draft": {"published_at": None},
        "scheduled": {"published_at": later},
        "withdrawn": {"withdrawn_at": timezone.now()},
    }
    for slug, fields in states.items():
        make_post(alice, slug=slug, **fields)
        for browser in (client, charlies, desk):
            page, twin = browser.get(f"/posts/{slug}/"), browser.get(f"/posts/{slug}.md")
            assert page.status_code == twin.status_code, slug
    assert charlies.get("/posts/members.md").headers["Cache-Control"] == "private, no-cache"


def test_it_moves_and_goes_with_the_page(client: Client, beans: Post) -> None:
    beans.slug = "peas"
    beans.save()
    moved = client.get("/posts/beans.md")
    assert (moved.status_code, moved["Location"]) == (301, "/posts/peas.md")
    beans.bin()
    assert client.get("/posts/peas.md").status_code == 410
    assert client.get("/posts/none.md").status_code == 404


def test_import_takes_it_back(client: Client, beans: Post, tmp_path: Path) -> None:
    before, text = Post.objects.get(), client.get("/posts/beans.md").content.decode()
    (tmp_path / "beans.md").write_text(text)
    beans.delete()
    assert not import_folder(tmp_path).skipped
    after = Post.objects.get()
    for name in ("title", "slug", "summary", "language", "canonical_url"):
        assert getattr(after, name) == getattr(before, name), name
    assert before.published_at is not None
    assert after.published_at == before.published_at.replace(microsecond=0)
    assert [str(person) for person in after.authors.order_by("authorships__position")] == [
        "Alice",
        "Bob",
    ]
    assert [tag.name for tag in after.tags.all()] == ["Food"]
    assert (
        client.get("/posts/beans.md").content.decode().split("---\n", 2)[2]
        == text.split("---\n", 2)[2]
    )


def test_import_takes_back_how_it_is_presented(client: Client, alice: User, tmp_path: Path) -> None:
    names = ("has_math", "meta_title", "meta_description")
    said = dict(zip(names, (True, "For engines", "What it is about"), strict=True))
    share = make_cover(alice)
    post = make_post(alice, slug="peas", body="$a^2$", share_image=share, **said)
    text = client.get("/posts/peas.md").content.decode()
    assert f"share_image: {SITE}{share.url}\n" in text
    (tmp_path / "peas.md").write_text(text.replace(SITE + share.url, "share.png"))
    Picture.new("RGB", (60, 40)).save(tmp_path / "share.png")
    post.delete()
    assert not import_folder(tmp_path).notes
    after = Post.objects.get()
    assert {name: getattr(after, name) for name in names} == said
    assert "<math" in after.html
    assert after.share_image is not None
    assert after.share_image.width == 60


def test_a_text_first_published_elsewhere_says_so(
    client: Client, alice: User, tmp_path: Path
) -> None:
    make_post(alice, slug="there", canonical_url="https://example.org/there/")
    answer = client.get("/posts/there.md")
    assert answer.headers["Link"] == '<https://example.org/there/>; rel="canonical"'
    (tmp_path / "there.md").write_text(answer.content.decode().replace("slug: there", "slug: here"))
    import_folder(tmp_path)
    assert Post.objects.get(slug="here").canonical_url == "https://example.org/there/"


def test_an_author_reads_a_draft_as_one(desk: Client, alice: User) -> None:
    draft = make_draft(alice)
    assert read(desk, draft.slug)[0]["draft"] is True


def test_it_takes_few_queries(client: Client, beans: Post) -> None:
    assert count_queries(client, "/posts/beans.md") <= 6
