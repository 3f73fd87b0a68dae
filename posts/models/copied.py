"""A new draft made of a post."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blogsite.lib.text import slugify
from posts.models.address import FormerAddress
from posts.models.revision import Revision
from posts.models.tag import Tag
from posts.querysets.post import PostQuerySet

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models.post import Post

COPIED = (
    *("summary", "body", "cover_id", "cover_alt", "cover_caption", "share_image_id"),
    *("visibility", "comment_policy", "language", "has_math", "meta_title", "meta_description"),
)
TITLE_LENGTH, SLUG_LENGTH = 200, 120
# A second press of the button within this finds the copy that the first one made.
TWICE = timedelta(minutes=1)


class Copied(models.Model):
    """What can be duplicated."""

    tags: Any

    class Meta:
        abstract = True

    def duplicate(self, person: "User", tags: Iterable[str] | None = None) -> "Post":
        """Return a new draft of the person's with the same text, pictures and tags.

        Nothing that belongs to this one's life comes along: dates, address, series, co-authors,
        where it was first published. Pressed twice, the button makes one. `tags` are names, where
        its own are not those to take.
        """
        values: dict[str, Any] = {name: getattr(self, name) for name in COPIED}
        values["title"] = (_("Copy of %(title)s") % {"title": self})[:TITLE_LENGTH].rstrip()
        copy: Any = self._meta.model(author=person, **values)
        copy.render()  # before the transaction, which must stay short
        with transaction.atomic():
            # The lock makes one person's copies queue; others may take the address first.
            get_user_model().objects.select_for_update(no_key=True).get(pk=person.pk)
            lately = PostQuerySet(type(self)).filter(created_at__gt=timezone.now() - TWICE)
            same = lately.not_deleted().filter(author=person, published_at=None, **values).first()
            return same or self._store_copy(copy, person, tags)

    def _store_copy(self, copy: "Post", person: "User", tags: Iterable[str] | None) -> "Post":
        while True:
            copy.slug = _free_slug(type(self), copy.title)
            with suppress(IntegrityError), transaction.atomic():
                copy.save()
                break
        copy.tags.set(self.tags.all() if tags is None else Tag.named(tags))
        Revision.objects.record(copy, by=person)
        return copy


def _free_slug(model: Any, title: str) -> str:
    base = slugify(title, fallback="copy")[: SLUG_LENGTH - 8]
    slug, number = base, 1
    posts, former = PostQuerySet(model), FormerAddress.objects
    while posts.filter(slug=slug).exists() or former.leads_elsewhere("posts", slug):
        number += 1
        slug = f"{base}-{number}"
    return slug
