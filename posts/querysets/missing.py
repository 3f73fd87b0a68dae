"""Filters over addresses that readers asked for in vain; no model is imported here."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Substr

if TYPE_CHECKING:
    from posts.models import MissingAddress


class MissingAddressQuerySet(models.QuerySet["MissingAddress"]):
    """Addresses that readers asked for in vain."""

    def unanswered(self) -> Self:
        """Keep the addresses where nothing is yet: no thing, even a hidden one, and no way on."""
        former = apps.get_model("posts", "FormerAddress").objects.filter(path=OuterRef("path"))
        rooms: list[tuple[str, Any, str]] = [
            ("posts/", apps.get_model("posts", "Post").objects, "slug"),
            ("tags/", apps.get_model("posts", "Tag").objects, "slug"),
            ("series/", apps.get_model("posts", "Series").objects, "slug"),
            ("authors/", apps.get_model("accounts", "User").objects, "username__iexact"),
        ]
        answered = Q(Exists(former))
        for room, rows, key in rooms:
            name = Substr(OuterRef("path"), len(room) + 1)
            things = rows.filter(**{key: name})
            answered |= Q(path__startswith=room) & Q(Exists(things))
        return self.exclude(answered)
