"""Filters over posts and what belongs to them; no model is imported here."""

from typing import TYPE_CHECKING, Any, Self, Union

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from posts.models import FormerAddress, Image, Post, Tag

Visitor = Union["User", "AnonymousUser"]


class PostQuerySet(models.QuerySet["Post"]):
    """Posts."""

    def not_deleted(self) -> Self:
        """Leave out the bin."""
        return self.filter(deleted_at__isnull=True)

    def published(self) -> Self:
        """Keep what readers can reach by now, whoever the reader is."""
        return self.not_deleted().filter(
            published_at__lte=timezone.now(), withdrawn_at__isnull=True
        )

    def public(self) -> Self:
        """Keep what everybody sees in lists, feeds, sitemaps and search."""
        return self.published().filter(visibility="public")

    def listed_for(self, visitor: Visitor) -> Self:
        """Keep what this visitor sees in lists: members see members' posts too."""
        if not visitor.is_authenticated:
            return self.public()
        return self.published().exclude(visibility="unlisted")

    def visible_to(self, visitor: Visitor) -> Self:
        """Keep the posts whose page this visitor may open: the one door."""
        if not visitor.is_authenticated:
            return self.published().exclude(visibility="members")
        if visitor.can("posts.edit_any_post"):
            return self.not_deleted()
        live = Q(published_at__lte=timezone.now(), withdrawn_at__isnull=True)
        own = Q(pk__in=visitor.authorships.values("post_id"))
        return self.not_deleted().filter(live | own)

    def editable_by(self, visitor: Visitor) -> Self:
        """Keep the posts this visitor may change, the bin included."""
        if not visitor.is_authenticated or not visitor.can("posts.add_post"):
            return self.none()
        if visitor.can("posts.edit_any_post"):
            return self
        return self.filter(pk__in=visitor.authorships.values("post_id"))

    def by(self, person: "User") -> Self:
        """Keep the posts the person is an author of."""
        return self.filter(pk__in=person.authorships.values("post_id"))

    def for_list(self) -> Self:
        """Load what an entry of a list shows, without the texts."""
        return (
            self.defer("body", "html", "text", "headings")
            .select_related("author", "cover")
            .prefetch_related("authorships__person", "tags")
        )

    def for_page(self) -> Self:
        """Load what the post's own page shows."""
        return (
            self.defer("body", "text")
            .select_related("author", "cover")
            .prefetch_related("authorships__person", "tags")
        )

    def newest_first(self) -> Self:
        """Order by publication, ties by age of the row."""
        return self.order_by("-published_at", "-pk")


class TagQuerySet(models.QuerySet["Tag"]):
    """Tags."""

    def with_post_counts(self) -> Self:
        """Annotate `post_count`: how many public posts each has."""
        public = Q(
            posts__published_at__lte=timezone.now(),
            posts__withdrawn_at__isnull=True,
            posts__deleted_at__isnull=True,
            posts__visibility="public",
        )
        return self.annotate(post_count=Count("posts", filter=public))


class ImageQuerySet(models.QuerySet["Image"]):
    """Uploaded pictures."""

    def visible_to(self, visitor: Visitor) -> Self:
        """Keep the pictures this visitor may choose from."""
        if not visitor.is_authenticated:
            return self.none()
        if visitor.can("posts.edit_any_post"):
            return self
        return self.filter(owner=visitor)


class FormerAddressQuerySet(models.QuerySet["FormerAddress"]):
    """Paths that once answered."""

    def target(self, path: str, visitor: Visitor) -> str | None:
        """Return where the path leads now, None if nowhere this visitor may go."""
        row = self.filter(path=path.strip("/")).select_related("post", "tag", "series").first()
        if row is None:
            return None
        if row.post is not None:
            visible = type(row.post).objects.visible_to(visitor).filter(pk=row.post.pk).exists()
            return row.post.get_absolute_url() if visible else None
        thing = row.tag or row.series
        return thing.get_absolute_url() if thing else None

    def remember(self, room: str, before: str | None, now: str, **thing: Any) -> None:
        """Let `/room/before/` lead to the thing now at `/room/now/`; free a name taken back."""
        self.filter(path=f"{room}/{now}").delete()
        if before and before != now:
            self.update_or_create(
                path=f"{room}/{before}",
                defaults={"post": None, "tag": None, "series": None} | thing,
            )
