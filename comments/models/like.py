from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from posts.models import Post


class PostLike(models.Model):
    """One person likes one post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="likes")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="post_likes"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("like on a post")
        verbose_name_plural = _("likes on posts")
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="one_like_on_each_post")
        ]

    def __str__(self) -> str:
        return f"{self.person} likes {self.post}"


class CommentLike(models.Model):
    """One person likes one comment."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="likes")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comment_likes"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("like on a comment")
        verbose_name_plural = _("likes on comments")
        constraints = [
            models.UniqueConstraint(fields=["comment", "person"], name="one_like_on_each_comment")
        ]

    def __str__(self) -> str:
        return f"{self.person} likes {self.comment}"
