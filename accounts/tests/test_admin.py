"""The desk's pages about people and letters: who may see and change what."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingEmail, User
from accounts.roles import Role
from accounts.testing import PASSWORD, make_user

pytestmark = pytest.mark.django_db
PEOPLE, LETTERS = "/admin/accounts/user/", "/admin/accounts/outgoingemail/"


REFUSED = {403, 404}


def page(person: User) -> str:
    """Return the address of somebody's page at the desk."""
    return f"{PEOPLE}{person.pk}/change/"


def posted(**fields: object) -> dict[str, object]:
    """Return what the page of an active member sends."""
    return {"display_name": "", "email": "", "biography": "", "website": "", **fields}


def test_the_list_costs_the_same_for_many(client: Client, bob: User) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(bob)
    counts = []
    for number in (10, 20):
        for n in range(number):
            make_user(f"charlie-{number}-{n}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PEOPLE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "query", ["role=author", "role=owner", "suspended=now", "is_staff__exact=1", "q=ali", "role=x"]
)
def test_the_filters_work(client: Client, alice: User, bob: User, query: str) -> None:
    alice.suspend(until=timezone.now() + timedelta(days=1))
    client.force_login(bob)
    response = client.get(f"{PEOPLE}?{query}")
    names = {person.username for person in response.context["cl"].result_list}
    owner = query in {"role=owner", "is_staff__exact=1"}
    assert names == (set() if query == "role=x" else {"bob"} if owner else {"alice"})


def test_an_owner_gives_roles(client: Client, alice: User, bob: User) -> None:
    client.force_login(bob)
    data = posted(email=alice.email, is_active="on", roles=["editor", "moderator"])
    assert client.post(page(alice), data).status_code == 302
    alice = User.objects.get(pk=alice.pk)
    assert alice.roles == [Role.MODERATOR, Role.EDITOR]
    assert alice.is_staff
    assert not alice.is_superuser


def test_an_owner_changes_nothing_unseen(client: Client, alice: User, bob: User) -> None:
    client.force_login(bob)
    every = {field.name: "1" for field in User._meta.get_fields()}
    data = {**every, **posted(email=alice.email, is_active="on", roles=["author"])}
    del data["groups"], data["user_permissions"]
    assert client.post(page(alice), data).status_code == 302
    after = User.objects.get(pk=alice.pk)
    assert after.username == "alice"
    assert after.check_password(PASSWORD)
    assert (after.is_superuser, after.is_staff, after.suspended_until) == (False, False, None)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR])
def test_staff_cannot_raise_anybody(client: Client, alice: User, bob: User, role: Role) -> None:
    helper = make_user("helper", role=role)
    client.force_login(helper)
    for person in (alice, bob, helper):
        data = posted(is_active="on", roles=["owner"], is_staff="on", is_superuser="on")
        assert client.post(page(person), data).status_code in REFUSED
        password = {"password1": "x" * 12, "password2": "x" * 12, "usable_password": "true"}
        assert client.post(f"{PEOPLE}{person.pk}/password/", password).status_code in REFUSED
        assert client.post(f"{PEOPLE}{person.pk}/delete/", {"post": "yes"}).status_code in REFUSED
        assert User.objects.get(pk=person.pk).check_password(PASSWORD)
    assert User.objects.filter(is_superuser=True).count() == 1


def test_even_with_the_permission_staff_stay_below_staff(
    client: Client, alice: User, bob: User
) -> None:
    from django.contrib.auth.models import Permission

    helper = make_user("helper", role=Role.MODERATOR)
    helper.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client.force_login(helper)
    data = posted(display_name="Changed", email="x@example.net", is_active="on", roles=["owner"])
    assert client.post(page(bob), data).status_code in REFUSED
    assert client.post(page(alice), {**data, "is_staff": "on"}).status_code == 302
    after = User.objects.get(pk=alice.pk)
    assert (after.display_name, after.email) == ("Changed", "alice@example.org")
    assert after.roles == [Role.AUTHOR]
    assert client.post(f"{PEOPLE}{alice.pk}/password/", {}).status_code in REFUSED
    client.post("/admin/accounts/invitation/add/", {"email": "c@example.org", "role": "owner"})
    assert not mail.outbox


def test_a_moderator_sees_no_password_hash(client: Client, alice: User) -> None:
    client.force_login(make_user("helper", role=Role.MODERATOR))
    response = client.get(page(alice)).content.decode()
    assert "alice@example.org" in response
    assert "md5" not in response
    assert alice.password not in response


def test_the_last_owner_stays(client: Client, bob: User) -> None:
    client.force_login(bob)
    for data in (posted(is_active="on", roles=["author"]), posted(roles=["owner"])):
        response = client.post(page(bob), data)
        assert "needs an owner" in response.content.decode()
    assert User.objects.get(pk=bob.pk).is_superuser
    make_user("alice", role=Role.OWNER)
    assert client.post(page(bob), posted(is_active="on", roles=["author"])).status_code == 302


def test_an_owner_adds_a_person(client: Client, bob: User) -> None:
    client.force_login(bob)
    data = {
        "username": "charlie", "email": "charlie@example.org", "display_name": "",
        "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD,
    }  # fmt: skip
    client.post(f"{PEOPLE}add/", data)
    assert User.objects.get(username="charlie").roles == [Role.AUTHOR]
    again = client.post(f"{PEOPLE}add/", {**data, "username": "CHAR1IE"})
    assert "username" in again.context["adminform"].form.errors


def test_an_owner_sets_a_password_and_its_owner_is_told(
    client: Client, alice: User, bob: User
) -> None:
    client.force_login(bob)
    data = {"usable_password": "true", "password1": "new-horse-here", "password2": "new-horse-here"}
    client.post(f"{PEOPLE}{alice.pk}/password/", {**data, "set-password": "1"})
    assert User.objects.get(pk=alice.pk).check_password("new-horse-here")
    assert mail.outbox[-1].to == ["alice@example.org"]


def test_letters_are_read_only_and_their_text_is_hidden(client: Client, bob: User) -> None:
    row = OutgoingEmail.objects.create(
        subject="News", recipients=["alice@example.org"], message={"body": "CANARY"}
    )
    client.force_login(bob)
    for path in (
        LETTERS,
        f"{LETTERS}{row.pk}/change/",
        f"{LETTERS}?q=alice",
        f"{LETTERS}?state=waiting",
    ):
        response = client.get(path).content.decode()
        assert "News" in response
        assert "CANARY" not in response
    assert client.post(f"{LETTERS}{row.pk}/change/", {"subject": "x"}).status_code in REFUSED
    assert client.get(f"{LETTERS}add/").status_code in REFUSED


def test_letters_given_up_are_sent_again(client: Client, bob: User) -> None:
    rows = [OutgoingEmail.objects.create(subject=str(n), message={}) for n in range(2)]
    OutgoingEmail.objects.filter(pk=rows[0].pk).update(given_up_at=timezone.now(), attempts=8)
    client.force_login(bob)
    chosen = {"action": "resend", "_selected_action": [row.pk for row in rows]}
    response = client.post(LETTERS, chosen, follow=True)
    assert "1 letter is due again" in response.content.decode()
    assert list(
        OutgoingEmail.objects.filter(given_up_at=None).values_list("attempts", flat=True)
    ) == [0, 0]


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.AUTHOR])
def test_letters_are_the_owners_business(client: Client, role: Role) -> None:
    client.force_login(make_user("helper", role=role))
    assert client.get(LETTERS, follow=True).status_code in REFUSED


def test_suspended_staff_stay_outside(client: Client) -> None:
    moderator = make_user("charlie", role=Role.MODERATOR)
    client.force_login(moderator)
    assert client.get("/admin/").status_code == 200
    moderator.suspend(until=timezone.now() + timedelta(days=1))
    for answer in (client.get("/admin/", follow=True), client.post(PEOPLE, follow=True)):
        assert answer.status_code == 404
