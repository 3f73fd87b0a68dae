"""Addresses asked for in vain: counted without anybody's data, bounded, and led on at the desk."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts import missing
from posts.models import FormerAddress, MissingAddress
from posts.testing import make_draft, make_post, make_series

pytestmark = pytest.mark.django_db
LIST = reverse("admin:posts_missingaddress_changelist")


@pytest.fixture(autouse=True)
def counting(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count, and write each time."""
    settings.MISSING_ADDRESSES = True
    monkeypatch.setattr(missing, "_notes", missing.Notes())
    monkeypatch.setattr(missing, "PAUSE", 0.0)


def asked() -> dict[str, int]:
    return dict(MissingAddress.objects.values_list("path", "count"))


def test_it_counts_what_is_missing_and_where_the_link_was(client: Client) -> None:
    link = {"Referer": "https://alice:secret@news.example:8080/a/page?of=charlie"}
    client.get("/2021/old.html?session=charlie", headers=link)
    client.get("/2021/old.html/")
    row = MissingAddress.objects.get()
    assert (row.path, row.count, row.referrer) == ("2021/old.html", 2, "news.example:8080")


@pytest.mark.parametrize(
    "path",
    [
        *("/wp-login.php", "/.env", "/blog/wp-admin/", "/.git/config", "/x.sql", "/favicon.ico"),
        *("/accounts/signup/a-token/", "/write/9/", "/charlie@example.org/", "/posts/%0d%0a/"),
        *(f"/{'x' * 400}/", "/a%00b/", f"/reset/{'0123456789abcdef' * 2}/"),
    ],
)
def test_it_leaves_out_what_no_link_led_to(client: Client, path: str) -> None:
    client.get(path)
    assert asked() == {}


def test_it_leaves_out_what_is_there_but_not_for_everybody(client: Client, alice: User) -> None:
    make_post(alice, slug="one", visibility="members")
    make_post(alice, slug="two").withdraw(by=alice)
    client.get("/posts/one/")
    client.get("/posts/two/")
    make_series(alice, make_draft(alice))
    client.get("/series/a-year-outside/")
    assert asked() == {}


def test_it_leaves_out_drafts_and_wrong_pages_of_lists(client: Client, alice: User) -> None:
    make_draft(alice, slug="one")
    make_post(alice, tags=["Food"])
    wrong = ["/?page=99", "/tags/food/?page=99", "/authors/alice/?page=x", "/archive/1999/"]
    for address in ("/posts/one/", "/posts/one.md", "/posts/one/feed/", *wrong):
        assert client.get(address).status_code == 404
    client.get("/posts/none/?page=2")
    assert asked() == {"posts/none": 1}


def test_the_first_time_is_not_after_the_last(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missing, "PAUSE", 3600.0)
    client.get("/old/")
    between = timezone.now()
    client.get("/old/")
    missing.write()
    row = MissingAddress.objects.get()
    assert row.first_at < between < row.last_at


def test_what_answers_meanwhile_is_listed_no_more(client: Client, alice: User, bob: User) -> None:
    post = make_post(alice, slug="one", tags=["Food"])
    make_draft(alice, slug="two")
    FormerAddress.objects.create(path="old", post=post)
    there = ("old", "posts/one", "posts/two", "tags/food", "authors/Alice")
    missing_ = ("older", "posts/three", "tags/one", "posts/one/x", "food")
    for path in (*there, *missing_):
        MissingAddress.objects.create(path=path, count=1)
    client.force_login(bob)
    listed = client.get(LIST).context["cl"].result_list
    assert {row.path for row in listed} == set(missing_)


def test_nothing_is_written_while_writes_are_held(
    client: Client, site_settings: Callable[..., None]
) -> None:
    site_settings(writes_held=True)
    client.get("/old/")
    assert asked() == {}


def test_it_writes_now_and_then_only(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing, "PAUSE", 3600.0)
    for _time in range(3):
        client.get("/old/")
    assert asked() == {}
    missing.write()
    assert asked() == {"old": 3}


def test_a_flood_fills_neither_memory_nor_table(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missing, "MOST_ROWS", 10)
    for _time in range(3):
        client.get("/dear/")
    for number in range(missing.A_MINUTE + 20):
        client.get(f"/made-up-{number}/")
    assert len(asked()) == 10
    assert asked()["dear"] == 3
    assert "made-up-65" not in asked()


def test_one_click_leads_a_missing_address_on(client: Client, alice: User, bob: User) -> None:
    post = make_post(alice, slug="beans-and-peas", title="Beans")
    client.get("/2021/beans-and-pees.html")
    client.force_login(bob)
    listed = client.get(LIST).text
    assert "2021/beans-and-pees.html" in listed
    page = reverse("admin:posts_missingaddress_redirect", args=[MissingAddress.objects.get().pk])
    titled = make_post(alice, slug="another", title="Beans and pees, and more")
    for meant in (post, titled):
        assert f'value="{meant.get_absolute_url()}"' in client.get(page).text
    assert (
        "leads on from now on"
        in client.post(page, {"to": "/posts/beans-and-peas/"}, follow=True).text
    )
    assert Client().get("/2021/beans-and-pees.html")["Location"] == "/posts/beans-and-peas/"
    assert asked() == {}
    assert LogEntry.objects.get().object_repr == "/2021/beans-and-pees.html"


def test_ignored_ones_are_out_of_the_way(client: Client, bob: User) -> None:
    row = MissingAddress.objects.create(path="old", count=2)
    client.force_login(bob)
    client.post(LIST, {"action": "ignore", "_selected_action": [row.pk]})
    assert "/redirect/" not in client.get(LIST).text
    assert "/redirect/" in client.get(LIST, {"ignored": "yes"}).text


def lead(client: Client, path: str, to: str) -> str:
    """Make a redirect by hand; return the page that follows."""
    address = reverse("admin:posts_formeraddress_add")
    return client.post(address, {"path": path, "to": to}, follow=True).text


@pytest.fixture
def owners(client: Client) -> Client:
    client.force_login(make_user("bob", role=Role.OWNER))
    return client


def test_collisions_and_loops_are_refused_in_a_sentence(owners: Client, alice: User) -> None:
    make_post(alice, slug="one", title="Beans")
    assert "“Beans” has that address" in lead(owners, "/posts/one/", "/archive/")
    assert "“Alice” has that address" in lead(owners, "/authors/alice/", "/archive/")
    assert "has a page there" in lead(owners, "archive", "/posts/one/")
    assert "has a page there" in lead(owners, "search/", "/posts/one/")
    assert "There is no page at" in lead(owners, "old", "/old/")
    assert "There is no page at" in lead(owners, "old", "/posts/none/")
    assert "There is no page at" in lead(owners, "old", "/admin/")
    assert not FormerAddress.objects.exists()


TOKYO = "/posts/%E6%9D%B1%E4%BA%AC%E3%81%AE%E5%BA%AD%E5%9C%92/"


def test_a_percent_encoded_page_is_found_and_saved_again(owners: Client, alice: User) -> None:
    post = make_post(alice, slug="東京の庭園")
    lead(owners, "jp", TOKYO)
    former = FormerAddress.objects.get(path="jp", post=post)
    page = reverse("admin:posts_formeraddress_change", args=[former.pk])
    shown = owners.get(page).context["adminform"].form["to"].value()
    assert shown == TOKYO
    assert owners.post(page, {"path": "jp", "to": shown}).status_code == 302
    row = MissingAddress.objects.create(path="東京の庭園.html", count=1)
    page = reverse("admin:posts_missingaddress_redirect", args=[row.pk])
    assert f'value="{TOKYO}"' in owners.get(page).text
    assert owners.post(page, {"to": TOKYO}).status_code == 302
    assert Client().get("/東京の庭園.html")["Location"] == TOKYO


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        *(("/z%C3%A9/", "zé"), ("zé", "zé"), ("/a%20b.html", "a b.html"), ("/z%E9/", "z%E9")),
        *(("/100%25.html", "100%.html"), ("/50%2525", "50%25"), ("/why%3F", "why?")),
        *(("http://127.0.0.1:8000/old/", "old"), ("foo//bar", "foo//bar")),
    ],
)
def test_a_path_is_stored_as_it_is_asked_for(owners: Client, typed: str, stored: str) -> None:
    lead(owners, typed, "/archive/")
    former = FormerAddress.objects.get()
    assert former.path == stored
    page = reverse("admin:posts_formeraddress_change", args=[former.pk])
    shown = owners.get(page).context["adminform"].form["path"].value()
    owners.post(page, {"path": shown, "to": "/search/"})
    assert FormerAddress.objects.values_list("path", "target").get() == (stored, "/search/")
    if typed.startswith("/"):
        assert Client().get(typed)["Location"] == "/search/"


@pytest.mark.parametrize(
    "typed",
    [
        *("/a/../b/", "/a/%2e%2e/b", "/./a", "/old/?p=5", "/old?", "/old/#part", "/", "mailto:a"),
        *(
            "a\tb",
            "/a\u200bb",
            "/a%E2%80%8B/",
            "/a%0Ab",
            "/a%00b",
            "https://evil.example/old/",
            "//evil.example/old",
            "//[x",
        ),
    ],
)
def test_what_nobody_can_ask_for_is_refused(owners: Client, typed: str) -> None:
    assert "Type the part of the address" in lead(owners, typed, "/archive/")
    assert not FormerAddress.objects.exists()


def test_a_page_elsewhere_may_have_the_same_path(owners: Client) -> None:
    lead(owners, "old", "https://shop.example/old/")
    assert Client().get("/old/")["Location"] == "https://shop.example/old/"
    assert "There is no page at" in lead(owners, "older", "https://[x")


def test_chains_are_one_step(owners: Client, alice: User) -> None:
    post = make_post(alice, slug="one")
    lead(owners, "a", "/posts/one/")
    lead(owners, "b", "/a")
    post.slug = "two"
    post.save()
    lead(owners, "c", "/posts/one/?x=1")
    alice.rename("alix")
    lead(owners, "d", "http://127.0.0.1:8000/authors/alice/")
    lead(owners, "e", "/archive/")
    lead(owners, "f", "/e/")
    wanted = {"a": "/posts/two/", "b": "/posts/two/", "c": "/posts/two/"}
    wanted |= {"d": "/authors/alix/", "e": "/archive/", "f": "/archive/"}
    for path, target in wanted.items():
        answer = Client().get(f"/{path}/")
        assert (answer.status_code, answer["Location"]) == (301, target)


def test_owners_alone_send_readers_elsewhere(owners: Client, client: Client) -> None:
    lead(owners, "shop", "https://shop.example/?a=b")
    answer = Client().get("/shop/?c=d")
    assert answer["Location"] == "https://shop.example/?a=b&c=d"
    assert "Begin an address elsewhere" in lead(owners, "bad", "javascript:alert(1)")
    row = MissingAddress.objects.create(path="old", count=1)
    client.force_login(make_user("charlie", role=Role.EDITOR))
    page = reverse("admin:posts_missingaddress_redirect", args=[row.pk])
    assert "Only owners" in client.post(page, {"to": "https://evil.example/"}).text
