"""Addresses asked for in vain: counted without anybody's data, bounded, and led on at the desk."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

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
