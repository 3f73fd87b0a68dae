"""What is like what: computed by the worker once something changed, never while a page is made."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from posts.querysets.related import RelatedPostQuerySet


class RelatedPost(models.Model):
    """A listed post, another that is like it, and how much; each way has a row of its own."""

    post = models.ForeignKey(
        "posts.Post", on_delete=models.CASCADE, db_index=False, related_name="related_rows"
    )
    other = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="related_to")
    score = models.FloatField(_("likeness"))

    objects = RelatedPostQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["post", "other"], name="post_related_once"),
            models.CheckConstraint(
                condition=~models.Q(post=F("other")), name="post_related_to_others"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} like {self.other_id}: {self.score:.2f}"


class PostTerm(models.Model):
    """One of the few most telling words of a listed post, as a number, and how telling it is.

    Kept by the worker alone; the row of a post that is gone goes with its work.
    """

    post = models.ForeignKey(
        "posts.Post", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="terms",
    )  # fmt: skip
    term = models.BigIntegerField()
    weight = models.FloatField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["post", "term"], name="term_once_in_each_post")
        ]
        indexes = [models.Index(F("term"), F("weight").desc(), name="term_most_telling")]

    def __str__(self) -> str:
        return f"{self.term} in {self.post_id}"


class RelatedTag(models.Model):
    """A tag, and another that often stands beside it; the nearest first."""

    tag = models.ForeignKey(
        "posts.Tag", on_delete=models.CASCADE, db_index=False, related_name="related_rows"
    )
    other = models.ForeignKey("posts.Tag", on_delete=models.CASCADE, related_name="related_to")
    position = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["tag", "other"], name="tag_related_once"),
            models.CheckConstraint(
                condition=~models.Q(tag=F("other")), name="tag_related_to_others"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} beside {self.other_id}"


class RelatingWork(models.Model):
    """A listed post or a tag to be looked at anew; triggers write it, see posts.relating_index."""

    POST, TAG = 0, 1

    kind = models.PositiveSmallIntegerField()
    key = models.BigIntegerField()
    is_taken = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "key"], name="relating_work_of")]

    def __str__(self) -> str:
        return f"{'tag' if self.kind else 'post'} {self.key}"
