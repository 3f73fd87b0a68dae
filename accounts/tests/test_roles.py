"""Roles: each gives exactly its permissions, and a suspension takes them away."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accounts.models import User
from accounts.roles import PERMISSIONS, Role, sync_roles
from accounts.testing import make_user

pytestmark = pytest.mark.django_db
LADDER = [Role.READER, Role.CONTRIBUTOR, Role.AUTHOR]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
def test_a_role_gives_exactly_its_permissions(role: Role) -> None:
    person = User.objects.get(pk=make_user("alice", role=role).pk)
    assert person.get_all_permissions() == PERMISSIONS[role]


def test_every_permission_named_exists() -> None:
    known = {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Permission.objects.select_related("content_type")
    }
    assert set().union(*PERMISSIONS.values()) <= known


def test_roles_grow() -> None:
    for less, more in pairwise(LADDER):
        assert PERMISSIONS[less] < PERMISSIONS[more]


@pytest.mark.parametrize(
    "permission",
    ["accounts.add_invitation", "accounts.change_user", "accounts.delete_user",
     "accounts.view_outgoingemail", "auth.change_group", "blogsite.change_sitesettings"],
)  # fmt: skip
def test_some_things_are_the_owners_alone(permission: str) -> None:
    assert all(permission not in given for given in PERMISSIONS.values())
    assert make_user("bob", role=Role.OWNER).can(permission)


@pytest.mark.parametrize("role", list(Role))
def test_who_enters_the_desk(role: Role) -> None:
    person = make_user("alice", role=role)
    assert person.is_staff is (role in {Role.MODERATOR, Role.EDITOR, Role.OWNER})
    assert person.is_superuser is (role == Role.OWNER)
    assert person.roles == [role]


def test_a_suspension_takes_every_right_away() -> None:
    alice = make_user("alice")
    assert alice.can("posts.add_post")
    alice.suspend(until=timezone.now() + timedelta(hours=1))
    assert not alice.can("posts.add_post")
    alice.reinstate()
    assert alice.can("posts.add_post")


def test_a_suspension_ends_by_itself() -> None:
    alice = make_user("alice")
    alice.suspend(until=timezone.now() - timedelta(seconds=1))
    assert alice.can("posts.add_post")


def test_syncing_again_changes_nothing() -> None:
    before = {group.name: group.permissions.count() for group in Group.objects.all()}
    sync_roles()
    assert before == {group.name: group.permissions.count() for group in Group.objects.all()}


def test_other_groups_stay_when_roles_change() -> None:
    alice = make_user("alice")
    alice.groups.add(Group.objects.create(name="choir"))
    alice.assign_roles(Role.EDITOR)
    assert {group.name for group in alice.groups.all()} == {"choir", "editor"}
