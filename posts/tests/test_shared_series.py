"""A series of several people: asked by its owner, or open to all who write."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts import drafts
from posts.forms.invitation import NOBODY
from posts.models import Post, Revision, Series
from posts.testing import (
    count_queries,
    make_draft,
    make_invitation,
    make_post,
    make_series,
    typed,
)

FIELDS = ("title", "description", "slug", "started_from")
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob")


@pytest.fixture
def bobs(bob: User) -> Client:
    """Return the browser of Bob, signed in."""
    client = Client()
    client.force_login(bob)
    return client


@pytest.fixture
def series(alice: User) -> Series:
    return make_series(alice, make_post(alice, title="Part by Alice"))


def page(name: str, *keys: int) -> str:
    return reverse(f"posts:{name}", args=keys)


def save(client: Client, post: Post, *chosen: Series) -> Any:
    fields = typed(post, series=[one.pk for one in chosen])
    return client.post(page("edit", post.pk), fields)


def test_whoever_accepts_shares_the_series(
    desk: Client, bobs: Client, series: Series, bob: User
) -> None:
    answer = desk.post(page("series_authors", series.pk), {"who": "bob"}, follow=True)
    assert "is asked" in answer.text
    assert mail.outbox[0].to == ["bob@example.org"]
    assert bobs.get(page("series_edit", series.pk)).status_code == 404
    address = series.invitations.get().get_absolute_url()
    assert address in mail.outbox[0].body
    assert series.title in bobs.get(address).text
    bobs.post(address, {"answer": "accepted"})
    assert series.title in bobs.get(reverse("posts:series_list")).text
    sent = {"title": series.title, "description": "By *two*.", "slug": series.slug}
    bobs.post(page("series_edit", series.pk), sent)
    assert Series.objects.get().description == "By *two*."


def test_whoever_declines_shares_nothing(bobs: Client, series: Series, bob: User) -> None:
    invitation = make_invitation(series, bob)
    bobs.post(invitation.get_absolute_url(), {"answer": "declined"})
    assert not invitation.accept()
    assert bobs.get(page("series_edit", series.pk)).status_code == 404
    assert not Series.objects.shared_by(bob).exists()


def test_who_shares_it_adds_orders_and_takes_out_but_never_deletes(
    bobs: Client, series: Series, bob: User
) -> None:
    series.add_author(bob)
    mine = make_post(bob, title="Part by Bob")
    bobs.post(page("series_places", series.pk), {"post": mine.pk})
    entry = series.entries.get(post=mine)
    bobs.post(page("series_place", series.pk, entry.pk), {"way": "up"})
    assert [one.post.title for one in series.entries.all()] == ["Part by Bob", "Part by Alice"]
    bobs.post(page("series_removal", series.pk, entry.pk))
    assert series.entries.count() == 1
    assert bobs.post(page("series_bin", series.pk)).status_code == 404
    assert bobs.post(page("series_opening", series.pk), {"open": "1"}).status_code == 404
    asked = bobs.post(page("series_authors", series.pk), {"who": "alice"})
    assert asked.status_code == 404
    assert "Put the series in the bin" not in bobs.get(page("series_edit", series.pk)).text


def test_who_shares_it_is_offered_own_posts_and_sees_no_drafts_of_others(
    bobs: Client, series: Series, alice: User, bob: User
) -> None:
    series.add_author(bob)
    secret = make_draft(alice, title="canaryword")
    series.append(secret)
    make_draft(bob, title="Mine")
    shown = bobs.get(page("series_edit", series.pk)).text
    assert "Mine" in shown
    assert "canaryword" not in shown
    other = make_draft(alice)
    bobs.post(page("series_places", series.pk), {"post": other.pk})
    assert not series.entries.filter(post=other).exists()


def test_an_open_series_takes_everybodys_posts_and_is_ordered_by_its_own(
    desk: Client, bobs: Client, series: Series, bob: User
) -> None:
    post = make_post(bob)
    save(bobs, post, series)
    assert not post.series.exists()
    desk.post(page("series_opening", series.pk), {"open": "1"})
    assert series.title in bobs.get(page("edit", post.pk)).text
    save(bobs, post, series)
    assert list(post.series.all()) == [series]
    assert bobs.get(page("series_edit", series.pk)).status_code == 404
    save(bobs, post)
    assert not post.series.exists()
    desk.post(page("series_opening", series.pk))
    assert not Series.objects.open_to(bob).exists()


def test_a_post_of_two_authors_is_in_series_of_each(
    desk: Client, bobs: Client, alice: User, bob: User
) -> None:
    post = make_post(alice)
    post.set_authors([alice, bob])
    hers, his = make_series(alice), make_series(bob, title="Other")
    save(desk, post, hers)
    save(bobs, post, his)
    assert set(post.series.all()) == {hers, his}
    save(desk, Post.objects.get())
    assert list(post.series.all()) == [his]


def test_an_old_version_puts_nothing_into_a_series_that_is_shared_no_more(
    bobs: Client, series: Series, bob: User
) -> None:
    series.add_author(bob)
    post = make_draft(bob)
    save(bobs, post, series)
    kept = Revision.objects.head(post)
    assert kept is not None
    assert kept.fields["series"] == [series.pk]
    save(bobs, Post.objects.get(pk=post.pk))
    for is_shared, there in ((False, []), (True, [series])):
        series.remove_author(bob)
        if is_shared:
            series.add_author(bob)
        drafts.write(post, kept.fields, by=bob)
        assert list(post.series.all()) == there


def test_an_editor_finds_the_owners_series(client: Client, series: Series, alice: User) -> None:
    client.force_login(make_user("bob", Role.EDITOR))
    post = make_post(alice)
    save(client, post, series)
    assert list(post.series.all()) == [series]


def test_the_owner_stops_sharing_and_others_leave(
    desk: Client, bobs: Client, series: Series, bob: User
) -> None:
    other = make_user("other")
    for person in (bob, other):
        series.add_author(person)
    address = page("series_author_removal", series.pk, series.sharings.get(person=other).pk)
    assert bobs.post(address).status_code == 404
    assert "is not shared with Other" in desk.post(address, follow=True).text
    address = page("series_author_removal", series.pk, series.sharings.get(person=bob).pk)
    assert "You do not share" in bobs.post(address, follow=True).text
    assert not series.sharings.exists()


def test_the_owner_is_not_asked_and_an_address_says_nothing(desk: Client, series: Series) -> None:
    address = page("series_authors", series.pk)
    assert "author of it already" in desk.post(address, {"who": "alice"}).text
    assert str(NOBODY) in desk.post(address, {"who": "alice@example.org"}).text


def test_an_invitation_to_a_binned_series_waits_no_more(
    bobs: Client, series: Series, bob: User
) -> None:
    invitation = make_invitation(series, bob)
    series.bin()
    assert bobs.get(invitation.get_absolute_url()).status_code == 404


def test_names_are_text(desk: Client, series: Series, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(display_name=HOSTILE)
    Series.objects.update(title=HOSTILE)
    series.add_author(bob)
    shown = desk.get(page("series_authors", series.pk)).text
    assert "&lt;img src=x" in shown
    assert HOSTILE not in shown


def test_the_page_takes_as_many_queries_whatever_the_number(
    desk: Client, series: Series, bob: User
) -> None:
    series.add_author(bob)
    make_invitation(series, make_user("other"))
    first = count_queries(desk, page("series_authors", series.pk))
    for number in range(3):
        series.add_author(make_user(f"sharer-{number}"))
        make_invitation(series, make_user(f"asked-{number}"))
    assert count_queries(desk, page("series_authors", series.pk)) == first


def test_what_another_stored_meanwhile_is_shown_and_not_replaced_unseen(
    desk: Client, bobs: Client, series: Series, bob: User
) -> None:
    series.add_author(bob)
    address = page("series_edit", series.pk)
    begun = {name: desk.get(address).context["form"][name].value() for name in FIELDS}
    bobs.post(address, begun | {"description": f"By Bob {HOSTILE}"})
    answer = desk.post(address, begun | {"description": "By Alice"})
    assert answer.status_code == 409
    for words in ("changed meanwhile", "By Bob &lt;img", "By Alice</textarea>"):
        assert words in answer.text
    series.refresh_from_db()
    assert series.description.startswith("By Bob")
    again = {name: answer.context["form"][name].value() for name in FIELDS}
    for _pressed in range(2):
        assert desk.post(address, again).status_code == 302
    series.refresh_from_db()
    assert series.description == "By Alice"
