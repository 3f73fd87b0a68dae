"""Whose a post is, and who may do what with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

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
        others = [row.person for row in self.authorships.select_related("person")]
        kept = [other for other in others if other.pk not in {self.author_id, person.pk}]
        self.set_authors([person, *kept])
