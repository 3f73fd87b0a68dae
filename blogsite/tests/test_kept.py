"""Values kept by content versions: read once, and again after a change, by whomever."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.backends import MemberBackend
from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.lib import kept, site
from blogsite.lib.kept import RIGHTS, SITE, Kept
from blogsite.models import SiteSettings

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("keeping")]
WRITE = "posts.add_post"


def fresh(person: User) -> User:
    again: User = User.objects.get(pk=person.pk)
    return again


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def test_rights_are_asked_once_for_each_person() -> None:
    alice, bob = make_user("alice"), make_user("bob", role=Role.READER)
    assert fresh(alice).has_perm(WRITE)
    assert not fresh(bob).has_perm(WRITE)
    again = fresh(alice)
    assert queries(lambda: again.has_perm(WRITE)) == 0
    assert fresh(alice).has_perm(WRITE)
    assert not fresh(bob).has_perm(WRITE)


def test_rights_that_change_are_seen_at_once() -> None:
    alice, write = make_user("alice"), Permission.objects.get(codename="add_post")
    author = Group.objects.get(name=Role.AUTHOR)
    changes: list[tuple[Callable[[], object], bool]] = [
        (lambda: author.permissions.remove(write), False),
        (lambda: alice.user_permissions.add(write), True),
        (alice.user_permissions.clear, False),
        (lambda: author.permissions.add(write), True),
        (alice.groups.clear, False),
        (lambda: alice.assign_roles(Role.OWNER), True),
        (lambda: alice.assign_roles(Role.READER), False),
    ]
    for change, expected in changes:
        change()
        assert fresh(alice).has_perm(WRITE) is expected
    alice.assign_roles(Role.AUTHOR)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not fresh(alice).has_perm(WRITE)


ENDS: dict[str, str] = {
    "deactivated": "UPDATE accounts_user SET is_active = NOT is_active",
    "another password": "UPDATE accounts_user SET password = 'other'",
    "signed out everywhere": "UPDATE accounts_user SET sessions_ended_at = date_joined",
}


@pytest.mark.parametrize("what", ENDS)
def test_who_is_shut_out_is_a_stranger_at_once(what: str, client: Client) -> None:
    client.force_login(make_user("alice"))
    for _ in range(2):
        assert client.get("/accounts/settings/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(ENDS[what])
    assert client.get("/accounts/settings/").status_code == 302


def test_who_signs_out_is_a_stranger_at_once(client: Client) -> None:
    client.force_login(make_user("alice"))
    assert client.get("/accounts/settings/").status_code == 200
    Session.objects.all().delete()
    assert client.get("/accounts/settings/").status_code == 302


def test_each_request_has_a_person_of_its_own() -> None:
    alice, backend = make_user("alice"), MemberBackend()
    first, second = backend.get_user(alice.pk), backend.get_user(alice.pk)
    assert first == second == alice
    assert first is not second
    assert vars(first).keys() == vars(fresh(alice)).keys()


def test_a_person_and_their_rights_are_proved_by_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    alice, backend, looks = make_user("alice"), MemberBackend(), list[int]()
    read = kept._read
    assert read is not None

    def look(scope: int) -> kept.Versions:
        looks.append(scope)
        return read(scope)

    monkeypatch.setattr(kept, "_read", look)
    for expected in (2, 1, 1):
        looks.clear()
        person = backend.get_user(alice.pk)
        assert person is not None
        assert person.has_perm(WRITE)
        assert len(looks) == expected


def test_rights_in_a_transaction_are_those_of_that_moment() -> None:
    alice, backend = make_user("alice"), MemberBackend()
    assert fresh(alice).has_perm(WRITE)
    person = backend.get_user(alice.pk)
    assert person is not None
    alice.groups.clear()
    with transaction.atomic():
        assert not person.has_perm(WRITE)


def test_settings_that_change_are_seen_at_once() -> None:
    SiteSettings.load()
    for title in ("One", "Two"):
        SiteSettings.objects.update(title=title)
        site.forget()
        assert site.current().title == title
        site.forget()
        assert queries(site.current) == 0


def test_control_without_triggers_nothing_is_seen_or_kept() -> None:
    """A scope without a version of its own might be moved by nothing."""
    values = iter(range(9))
    counted: Kept[int] = Kept(RIGHTS)
    assert counted.get("a", lambda: next(values)) == counted.get("a", lambda: next(values)) == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM content_version WHERE scope = %s", [RIGHTS])
    assert counted.get("a", lambda: next(values)) == 1
    assert counted.get("a", lambda: next(values)) == 2


def test_inside_a_transaction_nothing_is_kept_and_nothing_kept_is_used() -> None:
    """What is written there may be taken back, and is the writer's alone until then."""
    SiteSettings.load()
    site.forget()
    before = site.current().title
    with transaction.atomic():
        SiteSettings.objects.update(title="Not yet")
        site.forget()
        assert site.current().title == "Not yet"
        transaction.set_rollback(True)
    site.forget()
    assert site.current().title == before


def test_the_switch_keeps_nothing(settings: LazySettings) -> None:
    settings.KEPT_PIECES = False
    values = iter(range(9))
    counted: Kept[int] = Kept(SITE)
    assert [counted.get("a", lambda: next(values)) for _ in range(3)] == [0, 1, 2]


def test_values_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 5)
    squares: Kept[int] = Kept(SITE)
    for number in range(20):
        assert squares.get(number, lambda number=number: number**2) == number**2  # type: ignore[misc]
    assert len(squares._known) <= 5
