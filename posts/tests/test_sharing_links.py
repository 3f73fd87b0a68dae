"""Share links: a text before it is published, for whoever has the link and for nobody else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.lib import logs, site
from posts import missing
from posts.models import MissingAddress, Post, Revision, ShareLink
from posts.testing import count_queries, make_draft, make_post

pytestmark = pytest.mark.django_db
ATTACK = "<script>alert(1)</script>\" onload='x'"


def make_link(post: Post, **fields: Any) -> tuple[ShareLink, str]:
    """Return a link to the post and its address."""
    link, token = ShareLink.objects.make(post, post.author, lasts=timedelta(days=1), **fields)
    return link, reverse("posts:shared", args=[token])


def make_by_form(client: Client, post: Post, **fields: str) -> Any:
    """Send the form that makes a link."""
    sent = {"label": "", "lasts": "week", "revision": ""}
    return client.post(reverse("posts:share_links", args=[post.pk]), sent | fields)


@pytest.fixture
def draft(alice: User) -> Post:
    return make_draft(alice, title="Roses", body="First words.\n\nSecond words.")


def test_a_stranger_reads_the_draft_and_its_changes(client: Client, draft: Post) -> None:
    _link, address = make_link(draft)
    page = client.get(address)
    assert "Second words." in page.text
    assert "Not published" in page.text
    draft.body = "Other words."
    draft.save()
    assert "Other words." in client.get(address).text


def test_a_stranger_reads_in_which_zone_it_ends(client: Client, draft: Post) -> None:
    _link, address = make_link(draft)
    page = client.get(address).text
    assert f"{timezone.get_current_timezone_name()}, in " in page


def test_a_pinned_version_stays_as_it_was(client: Client, draft: Post, alice: User) -> None:
    revision = Revision.objects.record(draft, by=alice)
    _link, address = make_link(draft, revision=revision)
    draft.title, draft.body = "Lilies", "Other words."
    draft.save()
    page = client.get(address).text
    assert "Second words." in page
    assert "Other words." not in page
    assert "Lilies" not in page


def test_a_link_without_its_version_leads_nowhere(client: Client, draft: Post, alice: User) -> None:
    revision = Revision.objects.record(draft, by=alice)
    _link, address = make_link(draft, revision=revision)
    revision.delete()
    assert client.get(address).status_code == 404


def test_nothing_keeps_lists_or_passes_on_the_address(client: Client, draft: Post) -> None:
    _link, address = make_link(draft)
    page = client.get(address)
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex' in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "application/ld+json" not in page.text
    assert 'rel="canonical"' not in page.text


def test_the_token_is_stored_as_a_digest_alone(draft: Post) -> None:
    link, address = make_link(draft)
    token = address.split("/")[-2]
    assert len(token) >= 43
    row = ShareLink.objects.filter(pk=link.pk).values().get()
    assert token not in str(row)


@pytest.mark.parametrize("how", ["revoked", "expired", "binned", "taken down", "suspended"])
def test_a_dead_link_answers_as_an_address_that_never_was(
    client: Client, draft: Post, bob: User, how: str
) -> None:
    link, address = make_link(draft)
    if how == "revoked":
        link.revoke()
    elif how == "expired":
        ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "binned":
        draft.bin()
    elif how == "suspended":
        draft.author.suspend(until=timezone.now() + timedelta(days=1))
    else:
        draft.publish()
        draft.withdraw(by=bob, because="Names a child")
    answer, unknown = client.get(address), client.get("/shared/never-was/")
    assert answer.status_code == unknown.status_code == 404
    token = address.split("/")[-2]
    assert answer.text.replace(token, "never-was") == unknown.text


@pytest.mark.parametrize("how", ["demoted", "removed"])
def test_a_link_ends_with_the_right_to_make_it(
    client: Client, draft: Post, charlie: User, how: str
) -> None:
    charlie.assign_roles(Role.AUTHOR)
    draft.add_author(charlie)
    _link, token = ShareLink.objects.make(draft, charlie, lasts=timedelta(days=1))
    address = reverse("posts:shared", args=[token])
    assert client.get(address).status_code == 200
    if how == "demoted":
        charlie.assign_roles(Role.CONTRIBUTOR)
    else:
        draft.remove_author(charlie)
    assert client.get(address).status_code == 404


def test_no_token_is_written_down_as_a_missing_address(draft: Post) -> None:
    link, address = make_link(draft)
    link.revoke()
    assert not missing.is_worth_noting(address)
    assert not missing.is_worth_noting(f"{address}notes/")
    assert not missing.is_worth_noting(address.rstrip("/"))
    Client().get(address)
    missing.write()
    assert not MissingAddress.objects.exists()


def test_no_log_line_holds_the_token(draft: Post) -> None:
    _link, address = make_link(draft)
    for asked in (address, f"{address}notes/", address.rstrip("/"), f"{address}nothing/"):
        assert address.split("/")[-2] not in logs.without_secrets(asked)


def test_once_published_it_leads_to_the_post(client: Client, draft: Post) -> None:
    _link, address = make_link(draft, allows_notes=True)
    draft.publish()
    for asked in (address, f"{address}notes/"):
        assert client.get(asked).headers["Location"] == draft.get_absolute_url()


def test_visits_are_counted_once_an_hour(draft: Post, alice: User) -> None:
    link, address = make_link(draft)
    for _ in range(3):
        Client().get(address)
    Client().get(address, headers={"User-Agent": "Another"})
    link.refresh_from_db()
    assert link.view_count == 2
    assert link.last_viewed_at is not None


def test_what_no_reader_asked_for_is_not_counted(desk: Client, draft: Post) -> None:
    link, address = make_link(draft)
    desk.get(address)  # Alice looks herself
    Client().head(address)
    Client().get(address, headers={"Sec-Purpose": "prefetch;prerender"})
    link.refresh_from_db()
    assert link.view_count == 0


def test_a_full_disk_keeps_nobody_from_reading(
    client: Client, draft: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(link: ShareLink) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(ShareLink, "count_view", fail)
    _link, address = make_link(draft)
    assert "Second words." in client.get(address).text


def test_nothing_is_counted_while_writes_are_held(
    client: Client, draft: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, address = make_link(draft)
    held = replace(site.current(), writes_held=True)
    monkeypatch.setattr(site, "current", lambda: held)
    assert client.get(address).status_code == 200
    link.refresh_from_db()
    assert link.view_count == 0


def test_the_address_is_shown_once(desk: Client, draft: Post) -> None:
    page = make_by_form(desk, draft, label="For Bob")
    shown = page.context["address"]
    assert shown in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    later = desk.get(reverse("posts:share_links", args=[draft.pk])).text
    assert shown not in later
    assert "For Bob" in later


@pytest.mark.parametrize(("lasts", "days"), [("day", 1), ("week", 7), ("month", 30)])
def test_every_link_expires(desk: Client, draft: Post, lasts: str, days: int) -> None:
    make_by_form(desk, draft, lasts=lasts)
    left = ShareLink.objects.get().expires_at - timezone.now()
    assert timedelta(days=days, minutes=-1) < left <= timedelta(days=days)


@pytest.mark.parametrize("version", ["another", "0", "99999999999999999999", "x", "-1"])
def test_a_version_of_another_post_gets_a_sentence(
    desk: Client, draft: Post, alice: User, version: str
) -> None:
    if version == "another":
        version = str(Revision.objects.record(make_post(alice), by=alice).pk)
    page = make_by_form(desk, draft, revision=version, label="Kept")
    assert page.context["form"].errors["revision"]
    assert "Kept" in page.text
    assert not ShareLink.objects.exists()


def test_a_version_leads_to_a_link_to_it(desk: Client, draft: Post, alice: User) -> None:
    version = Revision.objects.record(draft, by=alice)
    page = desk.get(reverse("posts:version", args=[draft.pk, version.number])).text
    wanted = f"{reverse('posts:share_links', args=[draft.pk])}?version={version.pk}"
    assert wanted in page
    assert f'value="{version.pk}" selected' in desk.get(wanted).text
    make_by_form(desk, draft, revision=str(version.pk))
    assert ShareLink.objects.get().revision == version


def test_revoking_asks_first(desk: Client, draft: Post) -> None:
    link, address = make_link(draft)
    ask = reverse("posts:share_link_revocation", args=[draft.pk, link.pk])
    assert "Revoke this link?" in desk.get(ask).text
    assert Client().get(address).status_code == 200
    desk.post(ask)
    assert Client().get(address).status_code == 404


def test_who_may_not_publish_makes_no_links(client: Client) -> None:
    alice = make_user("alice", Role.CONTRIBUTOR)
    draft = make_draft(alice)
    client.force_login(alice)
    assert make_by_form(client, draft).status_code == 404
    assert not ShareLink.objects.exists()


def test_strangers_learn_nothing_from_the_managing_pages(charlies: Client, draft: Post) -> None:
    link, _address = make_link(draft)
    for name, args in (("share_links", [draft.pk]), ("share_link_revocation", [draft.pk, link.pk])):
        assert charlies.get(reverse(f"posts:{name}", args=args)).status_code == 404
        assert charlies.post(reverse(f"posts:{name}", args=args)).status_code == 404


def test_a_link_of_another_post_cannot_be_revoked(desk: Client, draft: Post, bob: User) -> None:
    link, address = make_link(make_draft(bob))
    desk.post(reverse("posts:share_link_revocation", args=[draft.pk, link.pk]))
    assert Client().get(address).status_code == 200


def test_a_label_is_text(desk: Client, draft: Post) -> None:
    make_by_form(desk, draft, label=ATTACK)
    page = desk.get(reverse("posts:share_links", args=[draft.pk])).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_list_costs_the_same_however_long(desk: Client, draft: Post) -> None:
    address = reverse("posts:share_links", args=[draft.pk])
    for _ in range(10):
        make_link(draft)
    before = count_queries(desk, address)
    for _ in range(10):
        make_link(draft)
    assert count_queries(desk, address) == before
