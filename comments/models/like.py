from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blogsite.lib.rows import rows
from comments.models.comment import Comment
from posts.models import Post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User


class Like(models.Model):
    """One person likes one thing; the thing's row carries the count, changed together."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    created_at = models.DateTimeField(default=timezone.now)

    on: ClassVar[str]

    class Meta:
        abstract = True

    @classmethod
    @transaction.atomic
    def give(cls, thing: Any, person: "User") -> bool:
        """Make the person like the thing; tell whether they did not yet. Raises DoesNotExist."""
        cls._lock(thing)
        made = cls._default_manager.get_or_create(**{cls.on: thing, "person": person})[1]
        if made:
            cls._count(thing, 1)
        return made

    @classmethod
    @transaction.atomic
    def take(cls, thing: Any, person: "User") -> bool:
        """Take the person's like back; tell whether there was one. Raises DoesNotExist."""
        cls._lock(thing)
        rows = cls._default_manager.filter(**{cls.on: thing, "person": person})
        if taken := bool(rows.delete()[0]):
            cls._count(thing, -1)
        return taken

    @classmethod
    def exists_for(cls, thing: Any, person: "User") -> bool:
        """Tell whether the person likes the thing."""
        return thing.pk in cls.among([thing.pk], person)

    @classmethod
    def among(cls, things: "Sequence[int]", person: "User") -> frozenset[int]:
        """Return which of the things, by primary key, the person likes; one query."""
        if not things:
            return frozenset()
        marks, column = ", ".join(["%s"] * len(things)), f"{cls.on}_id"
        asked = f"SELECT {column} FROM {{table}} WHERE person_id = %s AND {column} IN ({marks})"  # noqa: S608 - of names
        return frozenset(pk for (pk,) in rows(cls, asked, [person.pk, *things]))

    @staticmethod
    def _count(thing: Any, difference: int) -> None:
        rows = type(thing).objects.filter(pk=thing.pk)
        rows.update(like_count=F("like_count") + difference)
        thing.like_count = rows.values_list("like_count", flat=True).get()

    @staticmethod
    def _lock(thing: Any) -> None:
        """Let likes of one thing queue: given while taken back, one would be neither."""
        type(thing).objects.select_for_update(no_key=True).values_list("pk").get(pk=thing.pk)


class PostLike(Like):
    """One person likes one post."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="post_likes"
    )
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="likes")

    on = "post"

    class Meta:
        verbose_name = _("like on a post")
        verbose_name_plural = _("likes on posts")
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="one_like_on_each_post")
        ]

    def __str__(self) -> str:
        return f"{self.person} likes {self.post}"


class CommentLike(Like):
    """One person likes one comment."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comment_likes"
    )
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="likes")

    on = "comment"

    class Meta:
        verbose_name = _("like on a comment")
        verbose_name_plural = _("likes on comments")
        constraints = [
            models.UniqueConstraint(fields=["comment", "person"], name="one_like_on_each_comment")
        ]

    def __str__(self) -> str:
        return f"{self.person} likes {self.comment}"
