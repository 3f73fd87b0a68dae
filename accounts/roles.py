"""Roles: Django groups that the site keeps, each with its permissions."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member may do, from least to most; the value is the group's name."""

    READER = "reader", _("Reader: comments and likes")
    CONTRIBUTOR = "contributor", _("Contributor: writes, an editor publishes")
    AUTHOR = "author", _("Author: writes and publishes own posts")
    MODERATOR = "moderator", _("Moderator: comments, reports and people's standing")
    EDITOR = "editor", _("Editor: everybody's posts, tags and series")
    OWNER = "owner", _("Owner: everything")

    @classmethod
    def joinable(cls) -> list[tuple[str, Any]]:
        """Return the choices a new member may be given without anybody looking."""
        return [(role.value, role.label) for role in (cls.READER, cls.CONTRIBUTOR, cls.AUTHOR)]

    @property
    def is_staff(self) -> bool:
        """Tell whether people of this role enter the admin."""
        return self in {Role.MODERATOR, Role.EDITOR, Role.OWNER}


READ = {"comments.add_comment", "comments.add_postlike", "comments.add_commentlike"}
WRITE = READ | {"posts.add_post", "posts.add_image", "posts.change_image", "posts.delete_image"}
PUBLISH = WRITE | {"posts.publish_post"}


def _all(*models_: str) -> set[str]:
    return {
        f"{app}.{verb}_{name}"
        for label in models_
        for app, name in [label.split(".")]
        for verb in ("view", "add", "change", "delete")
    }


PERMISSIONS: dict[Role, set[str]] = {
    Role.READER: READ,
    Role.CONTRIBUTOR: WRITE,
    Role.AUTHOR: PUBLISH,
    Role.MODERATOR: PUBLISH
    | {"comments.view_comment", "comments.change_comment", "comments.moderate_comment"}
    | {"comments.view_report", "comments.change_report", "comments.view_decision"}
    | {"comments.view_sanction", "comments.add_sanction", "comments.change_sanction"}
    | {"accounts.view_user", "accounts.suspend_user"},
    Role.EDITOR: PUBLISH
    | _all("posts.post", "posts.tag", "posts.series", "posts.image")
    | {"posts.edit_any_post", "posts.view_formeraddress", "comments.view_comment"}
    | {"posts.view_missingaddress", "posts.change_missingaddress", "posts.delete_missingaddress"},
    Role.OWNER: set(),  # a superuser, who needs none spelled out
}


def sync_roles(**kwargs: Any) -> None:
    """Make the groups and give each the permissions it lacks; run after every migrate.

    Permissions that staff added to a group stay; further groups are never touched.
    """
    from django.contrib.auth.models import Group, Permission

    known = {
        f"{label}.{codename}": pk
        for pk, label, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    for role, wanted in PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=role.value)
        group.permissions.add(*(known[name] for name in wanted if name in known))
