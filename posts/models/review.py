from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.models.publication import REASON_LENGTH

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models.post import Post


class Verdict(models.TextChoices):
    """How a review ended."""

    SENT_BACK = "sent_back", _("sent back")
    PUBLISHED = "published", _("published")
    TAKEN_BACK = "taken_back", _("taken back by its author")


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reviews of posts."""

    def begin(self, post: "Post", by: "User") -> "Review":
        """Record that the post was sent for review; one that was left open ends with that."""
        now = timezone.now()
        self._open(post).update(decided_at=now, verdict=Verdict.TAKEN_BACK)
        return self.create(post=post, submitted_at=post.submitted_at or now, by=by)

    def end(self, post: "Post", by: "User", verdict: Verdict, reason: str = "") -> "Review":
        """Record how the post's review ended; one that began before this record gets its row."""
        review = self._open(post).order_by("-pk").first() or self.model(post=post)
        review.decided_at, review.verdict = timezone.now(), verdict
        review.editor, review.reason = by, reason[:REASON_LENGTH]
        review.save()
        return review

    def _open(self, post: "Post") -> "ReviewQuerySet":
        return self.filter(post=post, decided_at__isnull=True)


class Review(models.Model):
    """One time that a post waited for an editor, and how that ended."""

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="reviews")
    submitted_at = models.DateTimeField(_("sent for review"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="reviews_asked",
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    verdict = models.CharField(
        _("decision"), max_length=10, choices=Verdict.choices, blank=True, default=""
    )
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True, default="")
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="reviews_decided",
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, verdict="", reason="")
                | (Q(decided_at__isnull=False) & ~Q(verdict="")),
                name="only_decided_reviews_say_how",
            )
        ]

    def __str__(self) -> str:
        return f"{self.post}, {self.get_verdict_display() or _('waiting')}"

    @property
    def is_sent_back(self) -> bool:
        """Tell whether an editor gave the post back."""
        return self.verdict == Verdict.SENT_BACK
