"""What is said about a text before it is published: a sentence and the place for each thing."""

import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import FormerUsername, User
from posts import checklist, drafts
from posts.checklist import CHECKS, MOST
from posts.models import FormerAddress, Post
from posts.testing import make_cover, make_draft, make_post, make_series, make_tag

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {"summary": "What it is about.", "title": "A walk", "language": "en"}


def found(author: User, body: str = "Fine.", **fields: Any) -> list[checklist.Finding]:
    post = make_draft(author, **GOOD | fields | {"body": body})
    return checklist.findings(post, drafts.working_copy(post))


def sentences(author: User, body: str = "Fine.", **fields: Any) -> list[str]:
    return [finding.sentence for finding in found(author, body, **fields)]


def test_a_good_text_has_nothing(alice: User) -> None:
    body = "## Roses\n\n### Red\n\nText[^1] with `TODO`.\n\n[^1]: A note.\n"
    assert found(alice, body) == []


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("One\n\nTODO: more", 3, "A note to yourself is left: TODO."),
        ("One TK two", 1, "A note to yourself is left: TK."),
        ("One\n\n<!-- ask Bob -->\n", 3, "A hidden comment is left"),
        ("One\n\n<!-- yours -->\nTwo\n", 3, "Two versions of this place"),
        ("One\n\n![](https://example.org/a.png)", 3, "A picture has no description"),
        ('One\n\n<img src="https://example.org/a.png">', 3, "A picture has no description"),
        ("# Roses", 1, "A heading has the level of the title"),
        ("## Roses\n\n#### Red", 3, "A heading of level 4 follows one of level 2."),
        ("## Roses\n\n##\n", 3, "A heading is empty."),
        ("Text[^1].\n\n[^1]: One.\n[^2]: Two.", 4, "Nothing leads to the footnote 2."),
        ("Text[^9].", 1, "The footnote 9 is missing."),
        ("---\ntitle: Roses\ndate: 2020-01-01\n---\nText", 1, "header of another program"),
        ("ü\n\n[x](/posts/nothing/)", 3, "Nothing is at /posts/nothing/."),
        ("[x](/no/such/page/)", 1, "Nothing is at /no/such/page/."),
        ("[x](#nowhere)", 1, "No part of the text is called #nowhere."),
        ("![a](/media/images/aa/bb/900.webp)", 1, "Nothing is at /media/images/aa/bb/900.webp."),
        ("![a](/media/none.png)", 1, "Nothing is at /media/none.png."),
    ],
)
def test_it_finds_it_and_names_the_line(alice: User, body: str, line: int, words: str) -> None:
    (finding,) = (one for one in found(alice, body) if words in one.sentence)
    assert finding.line == line
    assert finding.excerpt == body.split("\n")[line - 1].strip()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"summary": " "}, "summary"),
        ({"title": "A very long title " * 5}, "meta_title"),
        (
            {"language": "de", "body": "The garden is what it was and the sun is there. " * 9},
            "language",
        ),
    ],
)
def test_it_finds_what_stands_beside_the_text(
    alice: User, fields: dict[str, Any], field: str
) -> None:
    body = fields.pop("body", "Fine.")
    assert [finding.field for finding in found(alice, body, **fields)] == [field]


def test_a_title_for_search_engines_may_be_shorter(alice: User) -> None:
    assert not sentences(alice, title="A very long title " * 5, meta_title="A short one")


def test_a_site_of_several_languages_asks_for_one(alice: User) -> None:
    assert not sentences(alice, language="")
    make_post(alice, language="de")
    assert sentences(alice, language="") == [
        "The text does not say its language, and counts as English."
    ]


def test_a_cover_wants_a_description_and_need_not_be(alice: User) -> None:
    cover = make_cover(alice)
    assert sentences(alice, cover=cover) == ["The cover has no description."]
    assert not sentences(alice, cover=cover, cover_alt="Roses")


def test_a_decorative_picture_needs_no_description(alice: User) -> None:
    image = make_cover(alice)
    assert len(sentences(alice, f"![]({image.url})", cover=image)) == 2
    image.describe("", is_decorative=True)
    assert not sentences(alice, f"![]({image.url})", cover=image)


def test_a_very_large_picture_is_named(alice: User) -> None:
    image = make_cover(alice)
    type(image).objects.filter(pk=image.pk).update(width=9000, height=9000)
    body = f"![Roses]({image.url})"
    assert sentences(alice, body) == ["A picture is very large: 9000 by 9000 pixels."]


def test_links_that_lead_somewhere_are_fine(alice: User) -> None:
    post = make_post(alice, slug="roses", tags=["Gardens"])
    series = make_series(alice, post)
    whole = f"http://localhost:8000{post.get_absolute_url()}"
    here = [post.get_absolute_url(), series.get_absolute_url(), whole]
    here += ["/tags/gardens/", "/authors/Alice/", "/archive/", "/feed/", "../roses/"]
    here += ["https://example.org/nothing/", "mailto:a@example.org", "//[bad", "/posts/mine/#x"]
    body = "\n".join(f"[x](<{href}>)" for href in here)
    assert not sentences(alice, body, slug="mine")


def test_former_addresses_are_named_with_where_they_lead(alice: User) -> None:
    post, tag = make_post(alice, slug="roses"), make_tag()
    FormerAddress.objects.create(path="posts/rose", post=post)
    FormerAddress.objects.create(path="tags/garden", tag=tag)
    FormerUsername.objects.keep("alix", alice)
    body = "[x](/posts/rose/) [x](/tags/garden/) [x](/authors/alix/)"
    assert sentences(alice, body) == [
        "/posts/rose/ is a former address, which leads to /posts/roses/.",
        "/tags/garden/ is a former address, which leads to /tags/gardens/.",
        "/authors/alix/ is a former address, which leads to /authors/alice/.",
    ]


def test_what_readers_do_not_see_is_no_place_to_lead_to(alice: User) -> None:
    make_draft(alice, slug="secret")
    assert sentences(alice, "[x](/posts/secret/)") == ["Nothing is at /posts/secret/."]


def test_it_takes_the_same_queries_with_more_links(alice: User) -> None:
    def queries(number: int) -> int:
        kinds = ("posts/a", "tags/a", "series/a", "authors/a", "media/images/a", "old/a")
        body = "\n".join(f"[x](/{kind}{n}/)" for kind in kinds for n in range(number))
        post = make_draft(alice, **GOOD | {"body": body})
        with CaptureQueriesContext(connection) as asked:
            checklist.findings(post, drafts.working_copy(post))
        return len(asked)

    assert queries(1) == queries(40) <= 16


def test_many_of_a_kind_are_counted(alice: User) -> None:
    lines = sentences(alice, "TODO\n\n" * 50)
    assert len(lines) == checklist.MOST + 1
    assert lines[-1] == "And 45 more of the same kind."


HOSTILE = {
    "links": "[x](/posts/a/) " * 3000,
    "images": "![](a.png)\n\n" * 9000,
    "open comments": "<!-- " * 150_000,
    "headings": "# a\n" * 9000,
    "footnotes": "[^a" * 300_000,
    "header": "---\n" + "a: b\n" * 150_000,
    "attributes": '<img src="' * 20_000,
    "words": "the and of " * 90_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_takes_no_time(alice: User, name: str) -> None:
    post = Post(author=alice, title="x", slug="x", pk=0)
    fields = drafts.working_copy(make_draft(alice)) | {"body": HOSTILE[name][:1_000_000]}
    begun = time.process_time()
    found = checklist.findings(post, fields)
    assert time.process_time() - begun < 5  # seconds, of what takes none
    assert len(found) <= (MOST + 1) * len(CHECKS)


def test_the_page_shows_each_with_a_way_there(desk: Client, alice: User) -> None:
    post = make_draft(alice, **GOOD | {"body": "One\n\nTODO <b>more</b>"})
    page = desk.get(reverse("posts:publication", args=[post.pk]))
    assert f'href="/write/{post.pk}/?line=3#id_body"' in page.text
    assert '<q dir="auto">TODO &lt;b&gt;more&lt;/b&gt;</q>' in page.text
    assert 'value="publish"' in page.text


def test_it_looks_at_the_change_that_waits(desk: Client, alice: User) -> None:
    post = make_post(alice, **GOOD)
    drafts.write_draft(post, drafts.working_copy(post) | {"body": "TODO"}, by=alice)
    assert "A note to yourself" in desk.get(reverse("posts:publication", args=[post.pk])).text
