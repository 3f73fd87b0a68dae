from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.querysets import CommentQuerySet
from posts.models import Post

MAX_LENGTH = 10_000


class Comment(models.Model):
    """What a member says under a post. Its state is what its timestamps say; see `state`."""

    post = models.ForeignKey(
        Post, verbose_name=_("post"), on_delete=models.CASCADE, related_name="comments"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="comments",
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    root = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="thread",
        editable=False,
    )
    depth = models.PositiveSmallIntegerField(default=0, editable=False)
    body = models.TextField(_("comment"), max_length=MAX_LENGTH)
    html = models.TextField(editable=False)
    renderer_version = models.PositiveSmallIntegerField(editable=False, default=0)

    created_at = models.DateTimeField(_("written"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    held_at = models.DateTimeField(_("waiting since"), null=True, blank=True)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)
    spam_at = models.DateTimeField(_("marked as spam"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted by its author"), null=True, blank=True)
    like_count = models.PositiveIntegerField(editable=False, default=0)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True, root__isnull=True, depth=0)
                | Q(parent__isnull=False, root__isnull=False, depth__gt=0),
                name="reply_has_parent_root_and_depth",
            )
        ]
        indexes = [
            models.Index(fields=["post", "root", "id"], name="comment_thread"),
            models.Index(fields=["author", "-created_at"], name="comment_by_author"),
            models.Index(
                fields=["held_at"], name="comment_held", condition=Q(held_at__isnull=False)
            ),
        ]
        permissions = [("moderate_comment", _("Can moderate comments"))]

    def __str__(self) -> str:
        return f"{self.author} on {self.post}"
