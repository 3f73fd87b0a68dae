from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.models import Autosave, PendingChange, Post, Revision
from posts.snapshot import take
from posts.testing import make_draft, make_post, make_series

pytestmark = pytest.mark.django_db
WRITE = reverse("posts:write")


def make_one_of_each(author: User) -> None:
    now = timezone.now()
    make_draft(author, title="A draft")
    make_draft(author, title="A submission", submitted_at=now)
    make_post(author, title="A scheduled one", published_at=now + timedelta(days=1))
    make_post(author, title="A live one")
    make_post(author, title="A withdrawn one", withdrawn_at=now)
    make_draft(author, title="A binned one", deleted_at=now)


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("draft", "A draft"),
        ("review", "A submission"),
        ("scheduled", "A scheduled one"),
        ("published", "A live one"),
        ("withdrawn", "A withdrawn one"),
    ],
)
def test_each_filter_keeps_its_own_and_counts_it(
    desk: Client, alice: User, state: str, title: str
) -> None:
    make_one_of_each(alice)
    page = desk.get(WRITE, {"state": state})
    assert [post.title for post in page.context["page"].rows] == [title]
    assert [row["count"] for row in page.context["states"]] == [5, 1, 1, 1, 1, 1]


def test_it_shows_ones_own_posts_and_nobody_elses(desk: Client, alice: User) -> None:
    make_draft(make_user("bob"), title="Of Bob")
    page = desk.get(WRITE, {"of": "all"}).text
    assert "Of Bob" not in page


def test_large_numbers_of_words_are_grouped(desk: Client, alice: User) -> None:
    Post.objects.filter(pk=make_post(alice).pk).update(words=200_000)
    assert "200,000 words" in desk.get(reverse("posts:write")).text


def test_an_empty_desk_invites_to_write(desk: Client) -> None:
    assert "Your first post begins here" in desk.get(WRITE).text


def titles(page: Any) -> list[str]:
    return [post.title for post in page.context["page"].rows]


@pytest.mark.parametrize("words", [" ROSES ", "rose", "& b", "bees roses"])
def test_it_searches_in_titles(desk: Client, alice: User, words: str) -> None:
    make_draft(alice, title="Roses & bees")
    make_draft(alice, title="Tulips")
    assert titles(desk.get(WRITE, {"q": words})) == ["Roses & bees"]


def test_it_searches_in_texts_of_drafts_too(desk: Client, alice: User) -> None:
    make_draft(alice, title="Tulips", body="Beside *roses*.")
    make_draft(alice, title="Asters", summary="Roses?")
    make_draft(alice, title="Pinks")
    make_draft(make_user("bob"), title="Of Bob", body="Roses.")
    assert titles(desk.get(WRITE, {"q": "roses"})) == ["Asters", "Tulips"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"tag": "Birds"}, ["Tagged"]),
        ({"tag": "none such"}, []),
        ({"visibility": "members"}, ["Members'"]),
        ({"visibility": "members", "tag": "birds"}, []),
        ({"by": "bob"}, ["Shared"]),
        ({"by": "nobody"}, []),
        ({"by": "nobody", "sort": "no such", "state": "none"}, []),
    ],
)
def test_it_keeps_what_is_asked_for(
    desk: Client, alice: User, asked: dict[str, str], expected: list[str]
) -> None:
    make_draft(alice, title="Tagged", tags=["Birds", "Gardens"])
    make_draft(alice, title="Members'", visibility="members")
    make_draft(alice, title="Shared").set_authors([alice, make_user("bob")])
    page = desk.get(WRITE, asked)
    assert titles(page) == expected
    assert page.context["states"][0]["count"] == len(expected)
    assert ("Nothing fits" in page.text) == (not expected)


def test_it_keeps_one_series_and_offers_ones_own(desk: Client, alice: User) -> None:
    post = make_post(alice, title="A part")
    make_post(alice)
    series = make_series(alice, post)
    make_series(make_user("bob"), title="Of Bob")
    make_series(alice, title="Binned").bin()
    page = desk.get(WRITE, {"series": series.pk})
    assert titles(page) == ["A part"]
    assert "Binned" not in page.text
    assert "A year outside" in page.text
    assert "Of Bob" not in page.text


def test_a_series_of_others_is_no_filter(desk: Client, alice: User) -> None:
    make_post(alice)
    series = make_series(make_user("bob"), make_post(alice), title="Of Bob")
    page = desk.get(WRITE, {"series": series.pk})
    assert len(titles(page)) == 2
    assert "Of Bob" not in page.text


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("", "cba"), ("title", "abc"), ("words", "bac"), ("comments", "cab"), ("published", "acb")],
)
def test_it_sorts_as_asked(desk: Client, alice: User, sort: str, expected: str) -> None:
    now = timezone.now()
    make_post(alice, title="a", body="Two words.", comment_count=3, published_at=now)
    make_draft(alice, title="b", body="Three short words.", comment_count=0)
    live = {"comment_count": 4, "published_at": now - timedelta(days=9)}
    make_post(alice, title="c", body="One.", **live)
    assert "".join(titles(desk.get(WRITE, {"sort": sort}))) == expected


def test_what_is_asked_stays_in_every_address(desk: Client, alice: User) -> None:
    for _number in range(21):
        make_draft(alice, tags=["Birds"])
    page = desk.get(WRITE, {"tag": "birds", "sort": "words", "q": "words"})
    addresses = [page.context["page"].older, *(row["url"] for row in page.context["states"])]
    assert all("tag=birds" in url and "sort=words" in url for url in addresses)
    (narrowed,) = page.context["narrowed"]
    assert "tag=" not in narrowed["url"]
    assert "q=words" in narrowed["url"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("draft", "No drafts"),
        ("review", "Nothing waits"),
        ("scheduled", "Nothing is scheduled"),
        ("published", "Nothing is published"),
        ("withdrawn", "Nothing is withdrawn"),
    ],
)
def test_each_empty_state_says_what_it_is_for(
    desk: Client, alice: User, state: str, words: str
) -> None:
    (make_post if state == "draft" else make_draft)(alice)
    assert words in desk.get(WRITE, {"state": state}).text


def test_editors_see_what_waits_for_review(client: Client, alice: User) -> None:
    make_draft(alice, title="Please look", submitted_at=timezone.now())
    client.force_login(make_user("bob", role=Role.EDITOR))
    assert "Please look" not in client.get(WRITE).text
    assert "Please look" in client.get(WRITE, {"of": "all", "state": "review"}).text


def test_it_shows_twenty_a_page(desk: Client, alice: User) -> None:
    for _number in range(21):
        make_draft(alice)
    first = desk.get(WRITE, {"state": "draft"}).context["page"]
    assert len(first.rows) == 20
    assert len(desk.get(first.older).context["page"].rows) == 1


def test_the_page_costs_the_same_whatever_the_number_of_posts(
    desk: Client, alice: User, bob: User
) -> None:
    counts = []
    for _time in range(2):
        _grow(alice, bob)
        with CaptureQueriesContext(connection) as captured:
            desk.get(WRITE, {"q": "words", "tag": "Birds", "sort": "words"})
        counts.append(len(captured))
    assert counts[0] == counts[1]


def _grow(author: User, helper: User) -> None:
    for _number in range(5):
        post = make_post(author, tags=["Gardens", "Birds"])
        Revision.objects.record(post, by=helper)
        PendingChange.objects.create(post=post, snapshot=take(post))
        Autosave.objects.keep(author, post, {"title": ["Typed"]}, key=f"one-{post.pk}")


@pytest.mark.parametrize(
    "asked",
    [
        "page=0",
        "page=x",
        "page=99",
        "state=%00",
        "q=%00",
        "of=x",
        "tag=%00",
        "series=x",
        "series=99999999999999999999",
        "by=%00",
        "sort=x",
    ],
)
def test_odd_questions_get_an_answer(desk: Client, alice: User, asked: str) -> None:
    make_draft(alice)
    assert desk.get(f"{WRITE}?{asked}").status_code in {200, 404}


def test_readers_find_no_desk_and_strangers_sign_in(client: Client) -> None:
    assert client.get(WRITE)["Location"] == f"{reverse('accounts:login')}?next={WRITE}"
    client.force_login(make_user("charlie", role=Role.READER))
    assert client.get(WRITE).status_code == 404


def test_a_contributor_finds_no_way_to_change_what_is_published(client: Client) -> None:
    bob = make_user("bob", role=Role.CONTRIBUTOR)
    post = make_post(bob)
    client.force_login(bob)
    assert reverse("posts:edit", args=[post.pk]) not in client.get(WRITE).text


def test_many_posts_are_found_in_their_order_and_not_counted(
    desk: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posts.querysets.post.MANY", 5)
    monkeypatch.setattr("posts.querysets.post.COUNTED", 6)
    make_one_of_each(alice)
    make_draft(make_user("bob"), title="Of Bob")
    page = desk.get(WRITE)
    shown = [post.title for post in page.context["page"].rows]
    one_each = ["A draft", "A submission", "A scheduled one", "A live one", "A withdrawn one"]
    assert shown == one_each[::-1]
    assert {row["count"] for row in page.context["states"]} == {None}
    assert "None" not in page.text


def test_a_page_of_many_posts_is_read_from_the_index(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by what it knows of the rows")
    monkeypatch.setattr("posts.querysets.post.MANY", 1)
    make_draft(alice)
    rows = Post.objects.by(alice).not_deleted().for_list().select_related("author")
    plan = rows.order_by("-updated_at", "-pk")[:21].explain()
    assert "post_by_change" in plan
    assert "TEMP B-TREE" not in plan


def test_a_whole_site_is_not_sorted_for_a_page(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posts.querysets.post.COUNTED", 2)
    make_post(alice, title="b", body="More words.")
    make_draft(alice, title="a", body="One.")
    client.force_login(make_user("bob", role=Role.EDITOR))
    page = client.get(WRITE, {"of": "all", "sort": "words"})
    assert titles(page) == ["a", "b"]
    assert 'value="words"' not in page.text
