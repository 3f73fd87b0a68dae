"""Filters over series and their places; no model is imported here."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery

from posts.querysets.binning import BinnedQuerySet
from posts.querysets.counting import count_of, seen_by
from posts.querysets.post import Visitor

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models import Post, Series, SeriesEntry

SERIES = 3  # as Kind has it


class SeriesQuerySet(BinnedQuerySet["Series"]):
    """Series."""

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the series; addresses that readers knew say so."""
        former = apps.get_model("posts", "FormerAddress").objects
        former.bury_lists("series", 3, self)
        return super().delete()

    delete.queryset_only = True  # type: ignore[attr-defined]

    def visible_to(self, visitor: Visitor) -> Self:
        """Keep the series of posts the visitor may open, and those they own or share."""
        kept = self.not_deleted()
        if visitor.has_perm("posts.change_series"):
            return kept
        seen = seen_by(visitor, SERIES, series_entries__series=OuterRef("pk"))
        return kept.filter(seen | _shared_by([visitor.pk]) if visitor.is_active else seen)

    def managed_by(self, person: "User") -> Self:
        """Keep the series the person decides about, the bin included: for editors everybody's."""
        return self if person.has_perm("posts.change_series") else self.filter(owner=person)

    def editable_by(self, person: "User") -> Self:
        """Keep the series the person may change, the bin included: for editors everybody's."""
        return self if person.has_perm("posts.change_series") else self.shared_by(person)

    def shared_by(self, person: "User") -> Self:
        """Keep the series the person owns or shares."""
        return self.filter(_shared_by([person.pk]))

    def open_to(self, person: "User") -> Self:
        """Keep the series the person may put posts in: owned, shared, or open to all who write."""
        return self.not_deleted().filter(_shared_by([person.pk]) | Q(opened_at__isnull=False))

    def open_to_authors_of(self, post: "Post") -> Self:
        """Keep the series that one of the post's authors may put it in."""
        authors = post.authorships.order_by().values("person")
        return self.not_deleted().filter(_shared_by(authors) | Q(opened_at__isnull=False))

    def with_all_counts(self) -> Self:
        """Annotate `all_count`: how many posts each has, whatever their state."""
        entries = apps.get_model("posts", "SeriesEntry").objects.filter(series=OuterRef("pk"))
        return self.annotate(all_count=count_of(entries, "series"))


class SeriesEntryQuerySet(models.QuerySet["SeriesEntry"]):
    """Places of posts in series."""

    def around(self, post: "Post", visitor: Visitor) -> Self:
        """Keep the places of the post, each with what surrounds it among what the visitor sees.

        Annotates `number`, `total`, and `previous_id` and `next_id` of the posts beside it.
        """
        listing = apps.get_model("posts", "Listing").objects
        others = listing.in_series(OuterRef("series")).for_visitor(visitor).by_now()
        place = Q(position=OuterRef("position"))
        earlier = others.filter(
            Q(position__lt=OuterRef("position")) | place & Q(post_id__lt=OuterRef("post_id")),
            position__lte=OuterRef("position"),
        )
        later = others.filter(
            Q(position__gt=OuterRef("position")) | place & Q(post_id__gt=OuterRef("post_id")),
            position__gte=OuterRef("position"),
        )
        return (
            self.filter(post=post, series__deleted_at__isnull=True)
            .select_related("series")
            .order_by("series__title")
            .annotate(
                number=count_of(earlier, "key") + 1,
                total=count_of(others, "key"),
                previous_id=Subquery(
                    earlier.order_by("-position", "-post_id").values("post_id")[:1]
                ),
                next_id=Subquery(later.order_by("position", "post_id").values("post_id")[:1]),
            )
        )


def _shared_by(people: Any) -> Q:
    shares = apps.get_model("posts", "SeriesAuthor").objects.filter(person__in=people)
    return Q(owner__in=people) | Q(pk__in=shares.values("series"))
