"""What lists are read from: a row for each place of a post, and how many each month or day has.

All are kept by triggers alone, in the transaction of the change; see posts.listing_index.
"""

from django.db import models
from django.db.models import F, Q

from posts.querysets.listing import DayCountQuerySet, ListingQuerySet, MonthCountQuerySet


class Kind(models.IntegerChoices):
    """What a list is of; its key is the primary key of that thing, 0 for the whole site."""

    SITE = 0
    TAG = 1
    AUTHOR = 2
    SERIES = 3


class Listing(models.Model):
    """A post's place in one list that readers see, or will see from `at` on."""

    post = models.ForeignKey(
        "posts.Post", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="listings",
    )  # fmt: skip
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    key = models.BigIntegerField()
    at = models.DateTimeField()
    is_public = models.BooleanField(help_text="For everybody, not for members alone.")
    position = models.PositiveIntegerField(null=True, help_text="In a series.")

    objects = ListingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["post", "kind", "key"], name="post_once_in_each_list")
        ]
        indexes = [
            models.Index(
                F("kind"),
                F("key"),
                F("at").desc(),
                F("post").desc(),
                name="listing_for_strangers",
                condition=Q(is_public=True),
            ),
            models.Index(
                F("kind"), F("key"), F("at").desc(), F("post").desc(), name="listing_for_members"
            ),
            models.Index(
                fields=["key", "position", "post", "at", "is_public"],
                name="listing_in_series",
                condition=Q(position__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} in {Kind(self.kind).label} {self.key}"


class MonthCount(models.Model):
    """How many rows of Listing a list has in a month of UTC, by their sum.

    On PostgreSQL there can be several rows, so that nobody who writes waits for another.
    """

    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    key = models.BigIntegerField()
    month = models.IntegerField(help_text="Twelve times the year, and 0 for January.")
    listed = models.IntegerField()
    public = models.IntegerField()

    objects = MonthCountQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "key", "month"], name="month_count_of_list")]

    def __str__(self) -> str:
        return f"{Kind(self.kind).label} {self.key}, {self.month}: {self.listed}"


class DayCount(models.Model):
    """How many rows of Listing the site's own list has in a day of UTC, by their sum.

    For months that are long to step over: the other lists are parts of the site's.
    """

    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    key = models.BigIntegerField()
    day = models.IntegerField(help_text="31 times the month, and 0 for its first.")
    listed = models.IntegerField()
    public = models.IntegerField()

    objects = DayCountQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "key", "day"], name="day_count_of_list")]

    def __str__(self) -> str:
        return f"{Kind(self.kind).label} {self.key}, {self.day}: {self.listed}"
