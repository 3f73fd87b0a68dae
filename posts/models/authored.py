"""Whose a post is, and who may do what with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.querysets.post import PostQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Authored(models.Model):
    """The authors of a post, in their order; the first owns it."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="own_posts",
    )
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Authorship", related_name="posts"
    )
    published_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by_id: int | None
    withdrawal_reason: str
    authorships: Any
    invitations: Any

    class Meta:
        abstract = True

    @property
    def is_taken_down(self) -> bool:
        """Tell whether somebody else than its authors withdrew it."""
        if self.withdrawn_at is None:
            return False
        if self.withdrawn_by_id is None:  # an account that is gone, or a time before this record
            return bool(self.withdrawal_reason)
        authors = {self.author_id, *(row.person_id for row in self.authorships.all())}
        return self.withdrawn_by_id not in authors

    def editable_by(self, user: "User | AnonymousUser") -> bool:
        """Tell whether the person may change the text: its authors, and editors.

        Who cannot publish changes only what was never published or is withdrawn: readers see no
        text that nobody looked at.
        """
        if not user.is_authenticated or not user.can("posts.add_post"):
            return False
        if user.can("posts.edit_any_post"):
            return True
        unseen = self.published_at is None or self.withdrawn_at is not None
        return (unseen or user.can("posts.publish_post")) and self.is_written_by(user)

    def publishable_by(self, user: "User | AnonymousUser") -> bool:
        """Tell whether the person may publish, schedule and withdraw it.

        What somebody else than its authors withdrew comes back by editors alone.
        """
        if not self.editable_by(user) or not user.has_perm("posts.publish_post"):
            return False
        return user.has_perm("posts.edit_any_post") or not self.is_taken_down

    def deletable_by(self, user: "User") -> bool:
        """Tell whether the person may delete it for good: its authors, and who has the right."""
        return self.editable_by(user) and (
            user.has_perm("posts.delete_post") or self.is_written_by(user)
        )

    def managed_by(self, user: "User") -> bool:
        """Tell whether the person may say who is first and who goes: the owner, and editors."""
        may_edit = self.author_id == user.pk or user.can("posts.edit_any_post")
        return may_edit and self.editable_by(user)

    def is_written_by(self, user: "User") -> bool:
        """Tell whether the person is one of the authors."""
        if self.author_id == user.pk:
            return True
        if "authorships" in getattr(self, "_prefetched_objects_cache", ()):
            return any(row.person_id == user.pk for row in self.authorships.all())
        return bool(self.authorships.filter(person=user).exists())

    @transaction.atomic
    def set_authors(self, people: "Sequence[User]") -> None:
        """Name the authors in their order; the first owns the post."""
        self.author = people[0]
        models.Model.save(self, update_fields=["author"])
        self.authorships.exclude(person__in=people).delete()
        for position, person in enumerate(people):
            self.authorships.update_or_create(person=person, defaults={"position": position})

    def give_to(self, person: "User") -> None:
        """Make the person the first author in place of the one who was; co-authors stay."""
        others = self.named_authors()
        kept = [other for other in others if other.pk not in {self.author_id, person.pk}]
        self.set_authors([person, *kept])

    @transaction.atomic
    def add_author(self, person: "User") -> None:
        """Name the person last among the authors, if they are none yet."""
        self.hold()
        last = self.authorships.aggregate(last=models.Max("position"))["last"]
        place = {"position": 0 if last is None else last + 1}
        self.authorships.get_or_create(person=person, defaults=place)

    @transaction.atomic
    def remove_author(self, person: "User") -> bool:
        """Let the person be no author any more, the next one own it; False for the last one.

        Whom they asked is asked no more; what they withdrew, the others may publish again.
        """
        self.hold()
        authors = self.named_authors()
        others = [one for one in authors if one.pk != person.pk]
        if not others or len(others) == len(authors):
            return False
        self.set_authors(others)
        asked = self.invitations.filter(invited_by=person, answered_at=None, revoked_at=None)
        asked.update(revoked_at=timezone.now())
        if self.withdrawn_by_id == person.pk and not self.withdrawal_reason:
            PostQuerySet(type(self)).filter(pk=self.pk).update(withdrawn_by=None)
        return True

    @transaction.atomic
    def put_author(self, person: "User", position: int) -> None:
        """Give the person that place among the authors, from 0; who stands first owns it."""
        self.hold()
        authors = [one for one in self.named_authors() if one.pk != person.pk]
        authors.insert(max(0, position), person)
        self.set_authors(authors)

    def count_authors(self) -> int:
        """Return how many authors it has."""
        return int(self.authorships.count())

    def named_authors(self) -> "list[User]":
        """Return the authors in their order; one query."""
        return [row.person for row in self.authorships.select_related("person")]

    def hold(self) -> None:
        """Have whoever else changes the authors wait until the transaction is over."""
        PostQuerySet(type(self)).select_for_update(no_key=True).get(pk=self.pk)
