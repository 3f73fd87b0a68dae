"""Filters over posts and what belongs to them; no model is imported here."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, Union

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Substr
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from blogsite.lib.paginate import Unindexed, beyond

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from posts.models import Image, Post, Series, SeriesEntry, Tag

Visitor = Union["User", "AnonymousUser"]
MANY = 1000  # posts of one author, from which on they are not sorted for a page
COUNTED = 10_000  # posts, from which on their states are not counted for a page
OPENING = 400  # characters of the text that stand in for a missing summary


def public_through(prefix: str) -> Q:
    """Return the condition of `public()` as seen from a row that leads to posts."""
    return Q(
        **{
            f"{prefix}published_at__lte": timezone.now(),
            f"{prefix}withdrawn_at__isnull": True,
            f"{prefix}deleted_at__isnull": True,
            f"{prefix}visibility": "public",
        }
    )


class PostQuerySet(models.QuerySet["Post"]):
    """Posts."""

    def not_deleted(self) -> Self:
        """Leave out the bin."""
        return self.filter(deleted_at__isnull=True)

    def published(self) -> Self:
        """Keep what readers can reach by now, whoever the reader is."""
        by_now = LessThanOrEqual(Unindexed(F("published_at")), timezone.now())
        return self.not_deleted().filter(
            by_now, published_at__isnull=False, withdrawn_at__isnull=True
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
        own, unseen = self.by(visitor), Q(published_at__isnull=True) | Q(withdrawn_at__isnull=False)
        return own if visitor.can("posts.publish_post") else own.filter(unseen)

    def in_state(self, state: str) -> Self:
        """Keep the posts whose `status` it is: draft, review, scheduled, published, withdrawn."""
        return self.not_deleted().filter(_states()[state])

    def binned(self) -> Self:
        """Keep the bin."""
        return self.filter(deleted_at__isnull=False)

    def counts_by_state(self) -> dict[str, int]:
        """Return how many posts are in each state, the bin as `deleted`; one query."""
        kept = Q(deleted_at__isnull=True)
        counts = {name: Count("pk", filter=kept & state) for name, state in _states().items()}
        return self.aggregate(**counts, deleted=Count("pk", filter=~kept))

    def showing(self, image: "Image") -> Self:
        """Keep the posts that show the picture, in their text or as cover."""
        in_text = Q(pk__in=image.showing_posts.values("pk"))
        return self.filter(in_text | Q(cover=image))

    def by(self, person: "User") -> Self:
        """Keep the posts the person is an author of; one query to know whether they are many."""
        own = person.authorships.order_by()
        if own[:MANY].count() < MANY:
            return self.filter(pk__in=own.values("post_id"))
        # In the order that is wanted, looking each up, until a page is full: not sorting them all.
        return self.filter(Exists(own.filter(post=OuterRef("pk"))))

    def are_too_many_to_count(self) -> bool:
        """Tell whether counting them would hold up a page."""
        return self.order_by()[:COUNTED].count() == COUNTED

    def for_list(self) -> Self:
        """Load what an entry of a list shows, the bylines included, without the texts."""
        people = _authorships().defer("person__biography", "person__biography_html")
        return (
            self.defer("body", "html", "text", "headings")
            .select_related("cover")
            .prefetch_related(models.Prefetch("authorships", people), "tags")
            .annotate(opening=Substr("text", 1, OPENING))
        )

    def for_page(self) -> Self:
        """Load what the post's own page or a feed shows."""
        return (
            self.defer("body", "text")
            .select_related("cover")
            .prefetch_related(models.Prefetch("authorships", _authorships()), "tags")
            .annotate(opening=Substr("text", 1, OPENING))
        )

    def newest_first(self) -> Self:
        """Order by publication, ties by age of the row."""
        return self.order_by("-published_at", "-pk")

    def pinned(self) -> Self:
        """Keep what stays on top of the home page, what was pinned last first."""
        # By way of the few that are pinned: SQLite would look through all that are published.
        few = apps.get_model("posts", "Post").objects.filter(pinned_at__isnull=False)
        return self.filter(pk__in=few.values("pk")).order_by("-pinned_at", "-pk")

    def between(self, start: datetime, end: datetime) -> Self:
        """Keep what was published from `start` until just before `end`."""
        return self.filter(published_at__gte=start, published_at__lt=end)

    def neighbours(self, post: "Post") -> tuple["Post | None", "Post | None"]:
        """Return what was published just before and just after it; two queries."""
        if post.published_at is None:
            return None, None
        older = beyond("published_at", post.published_at, post.pk, smaller=True)
        newer = beyond("published_at", post.published_at, post.pk, smaller=False)
        titles = self.only("title", "slug")
        return (
            titles.filter(older).order_by("-published_at", "-pk").first(),
            titles.filter(newer).order_by("published_at", "pk").first(),
        )

    def counts(self, spans: Iterable[tuple[int, datetime, datetime]]) -> dict[int, int]:
        """Return how many were published in each named span, spans without posts left out.

        One query over an index, whatever the number of posts; at most 500 spans.
        """
        queries = [
            self.between(start, end)
            .order_by()
            .annotate(span=Value(name))
            .values("span")
            .annotate(total=Count("pk"))
            .values_list("span", "total")
            for name, start, end in spans
        ]
        if not queries:
            return {}
        rows = queries[0].union(*queries[1:], all=True) if queries[1:] else queries[0]
        return {span: total for span, total in rows if total}


def _seen_by(visitor: Visitor, **by: OuterRef) -> Exists:
    return Exists(apps.get_model("posts", "Post").objects.visible_to(visitor).filter(**by))


def _authorships() -> "models.QuerySet[Any]":
    return apps.get_model("posts", "Authorship").objects.select_related("person")


def _states() -> dict[str, Q]:
    """Return what tells the states of a post outside the bin apart, as `Post.status` does."""
    now = timezone.now()
    stays = Q(withdrawn_at__isnull=True)
    waits = Q(submitted_at__isnull=False)
    return {
        "draft": stays & Q(published_at__isnull=True) & ~waits,
        "review": waits & (~stays | Q(published_at__isnull=True)),
        "scheduled": stays & Q(published_at__gt=now),
        "published": stays & Q(published_at__lte=now),
        "withdrawn": ~stays & ~waits,
    }


class TagQuerySet(models.QuerySet["Tag"]):
    """Tags."""

    def visible_to(self, visitor: Visitor) -> Self:
        """Keep the tags of posts this visitor may open: others would tell what drafts are about."""
        edits = visitor.has_perm("posts.change_tag")
        return self if edits else self.filter(_seen_by(visitor, tags=OuterRef("pk")))

    def with_post_counts(self) -> Self:
        """Annotate `post_count`: how many public posts each has."""
        return self.annotate(post_count=Count("posts", filter=public_through("posts__")))

    def with_all_counts(self) -> Self:
        """Annotate `all_count`: how many posts each has, whatever their state."""
        has = self.model.posts.through.objects.filter(tag=OuterRef("pk"))
        return self.annotate(all_count=_count(has, "tag"))

    def most_used(self, posts: "models.QuerySet[Post]") -> Self:
        """Order by how often the newest 500 of the posts have each; leave the others out."""
        newest = posts.order_by("-published_at", "-pk").values("pk")[:500]
        return self.filter(posts__in=newest).annotate(uses=Count("posts")).order_by("-uses", "name")

    def latest_used(self, posts: "models.QuerySet[Post]") -> Self:
        """Keep the tags of the newest 50 of the posts."""
        newest = posts.order_by("-published_at", "-pk").values("pk")[:50]
        return self.filter(posts__in=newest).distinct()


class SeriesQuerySet(models.QuerySet["Series"]):
    """Series."""

    def visible_to(self, visitor: Visitor) -> Self:
        """Keep the visitor's own series, and those of posts they may open."""
        seen = Q(_seen_by(visitor, series_entries__series=OuterRef("pk")))
        edits = visitor.has_perm("posts.change_series")
        return self if edits else self.filter(seen | Q(owner=visitor.pk))

    def with_all_counts(self) -> Self:
        """Annotate `all_count`: how many posts each has, whatever their state."""
        entries = apps.get_model("posts", "SeriesEntry").objects.filter(series=OuterRef("pk"))
        return self.annotate(all_count=_count(entries, "series"))


class SeriesEntryQuerySet(models.QuerySet["SeriesEntry"]):
    """Places of posts in series."""

    def around(self, post: "Post", listed: "models.QuerySet[Post]") -> Self:
        """Keep the places of the post, each with what surrounds it among the listed posts.

        Annotates `number`, `total`, and `previous_id` and `next_id` of the posts beside it.
        """
        others = apps.get_model("posts", "SeriesEntry").objects.filter(
            series=OuterRef("series"), post__in=listed
        )
        place = Q(position=OuterRef("position"))
        earlier = others.filter(
            Q(position__lt=OuterRef("position")) | place & Q(pk__lt=OuterRef("pk"))
        )
        later = others.filter(
            Q(position__gt=OuterRef("position")) | place & Q(pk__gt=OuterRef("pk"))
        )
        return (
            self.filter(post=post)
            .select_related("series")
            .order_by("series__title")
            .annotate(
                number=_count(earlier, "series") + 1,
                total=_count(others, "series"),
                previous_id=Subquery(earlier.order_by("-position", "-pk").values("post_id")[:1]),
                next_id=Subquery(later.order_by("position", "pk").values("post_id")[:1]),
            )
        )


def _count(rows: "models.QuerySet[Any]", by: str) -> Coalesce:
    """Return how many rows belong to the outer row, as a subquery: no join, no product."""
    totals = rows.order_by().values(by).annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(totals), 0)


class ImageQuerySet(models.QuerySet["Image"]):
    """Uploaded pictures."""

    def visible_to(self, visitor: Visitor) -> Self:
        """Keep the pictures this visitor may choose from."""
        if not visitor.is_authenticated:
            return self.none()
        if visitor.can("posts.edit_any_post"):
            return self
        return self.filter(owner=visitor)

    def choices_for(self, visitor: Visitor, post: "Post") -> Self:
        """Keep the pictures this visitor may put on the post, and the one that is there."""
        return self.visible_to(visitor) | self.filter(pk=post.cover_id)

    def with_use_counts(self) -> Self:
        """Annotate `use_count`: how often posts show each, in the text and as cover."""
        shown = self.model.showing_posts.through.objects.filter(image=OuterRef("pk"))
        covers = apps.get_model("posts", "Post").objects.filter(cover=OuterRef("pk"))
        return self.annotate(use_count=_count(shown, "image") + _count(covers, "cover"))
