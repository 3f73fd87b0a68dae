"""Filters over posts; no model is imported here."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, Union

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Substr
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from posts.querysets.order import Unindexed, beyond

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from posts.models import Image, Post, Series, SeriesEntry, Tag

Visitor = Union["User", "AnonymousUser"]
MANY = 1000  # posts of one author, from which on they are not sorted for a page
COUNTED = 1000  # posts, from which on their states are not counted for a page
OPENING = 400  # characters of the text that stand in for a missing summary


class PostQuerySet(models.QuerySet["Post"]):
    """Posts."""

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the posts for good; addresses that readers knew say so."""
        self.model.objects.hold(self.order_by().values("pk"))
        apps.get_model("posts", "FormerAddress").objects.bury_posts(self)
        return super().delete()

    delete.queryset_only = True  # type: ignore[attr-defined]

    def hold(self, keys: Any) -> None:
        """Have whoever comments on the posts wait until the transaction is over, in one order."""
        held = self.filter(pk__in=keys).order_by("pk").select_for_update()
        list(held.values_list("pk", flat=True))

    def not_deleted(self) -> Self:
        """Leave out the bin."""
        return self.filter(deleted_at__isnull=True)

    def published(self) -> Self:
        """Keep what readers can reach by now, whoever the reader is."""
        by_now = LessThanOrEqual(Unindexed(F("published_at")), timezone.now())
        return self.not_deleted().filter(
            not_ended(), by_now, published_at__isnull=False, withdrawn_at__isnull=True
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
        live = not_ended() & Q(published_at__lte=timezone.now(), withdrawn_at__isnull=True)
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

    def ending(self) -> Self:
        """Keep what is withdrawn by itself at a time, come or not, and is not withdrawn yet."""
        lasting = self.not_deleted().filter(ends_at__isnull=False, withdrawn_at__isnull=True)
        return lasting.filter(published_at__isnull=False)

    def binned(self) -> Self:
        """Keep the bin."""
        return self.filter(deleted_at__isnull=False)

    def counts_by_state(self) -> dict[str, int]:
        """Return how many posts are in each state, the bin as `deleted`; one query."""
        kept = Q(deleted_at__isnull=True)
        counts = {name: Count("pk", filter=kept & state) for name, state in _states().items()}
        return self.aggregate(**counts, deleted=Count("pk", filter=~kept))

    def showing(self, image: "Image") -> Self:
        """Keep the posts that show the picture: in text, as cover, with links, in a draft."""
        in_text = Q(pk__in=image.showing_posts.values("pk"))
        in_draft = Q(pk__in=image.mentions.drafted().values("post"))
        return self.filter(in_text | in_draft | Q(cover=image) | Q(share_image=image))

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
            self.defer("body", "html", "text", "headings", "stems")
            .select_related("cover")
            .prefetch_related(models.Prefetch("authorships", people), "tags")
            .annotate(opening=Substr("text", 1, OPENING))
        )

    def for_page(self) -> Self:
        """Load what the post's own page or a feed shows."""
        return (
            self.defer("body", "text", "stems")
            .select_related("cover", "share_image")
            .prefetch_related(models.Prefetch("authorships", _authorships()), "tags")
            .annotate(opening=Substr("text", 1, OPENING))
        )

    def for_twin(self) -> Self:
        """Load what the Markdown twin of a post says: its source, not its HTML."""
        return (
            self.defer("html", "text", "headings", "stems")
            .select_related("cover", "share_image")
            .prefetch_related(models.Prefetch("authorships", _authorships()), "tags", "series")
            .annotate(opening=Substr("text", 1, OPENING))
        )

    def newest_first(self) -> Self:
        """Order by publication, ties by age of the row."""
        return self.order_by("-published_at", "-pk")

    def pinned(self) -> Self:
        """Keep what stays on top of the home page, what was pinned last first."""
        # By way of the few that are pinned: SQLite would look through all that are published.
        stays = Q(pinned_until__isnull=True) | Q(pinned_until__gt=timezone.now())
        few = apps.get_model("posts", "Post").objects.filter(stays, pinned_at__isnull=False)
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
        titles = self.only("title", "slug", "language")
        return (
            titles.filter(older).order_by("-published_at", "-pk").first(),
            titles.filter(newer).order_by("published_at", "pk").first(),
        )


def not_ended(prefix: str = "") -> Q:
    """Return the condition that a post's time is not over, as seen from a row that leads to it."""
    ends = f"{prefix}ends_at"
    return Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gt": timezone.now()})


def _authorships() -> "models.QuerySet[Any]":
    return apps.get_model("posts", "Authorship").objects.select_related("person")


def _states() -> dict[str, Q]:
    """Return what tells the states of a post outside the bin apart, as `Post.status` does."""
    now = timezone.now()
    stays = Q(withdrawn_at__isnull=True) & (not_ended() | Q(published_at__isnull=True))
    waits = Q(submitted_at__isnull=False)
    return {
        "draft": stays & Q(published_at__isnull=True) & ~waits,
        "review": waits & (~stays | Q(published_at__isnull=True)),
        "scheduled": stays & Q(published_at__gt=now),
        "published": stays & Q(published_at__lte=now),
        "withdrawn": ~stays & ~waits,
    }
