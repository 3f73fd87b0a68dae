from django.db import models

from posts.querysets.mention import PictureMentionQuerySet


class PictureMention(models.Model):
    """A version of the post, be it an early one or a draft over it, shows the picture.

    What a picture's deletion would take from the post's history. Rows stay when versions go.
    """

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="+")
    image = models.ForeignKey("posts.Image", on_delete=models.CASCADE, related_name="mentions")

    objects = PictureMentionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "post"], name="picture_mentioned_once")
        ]

    def __str__(self) -> str:
        return f"{self.post_id}, {self.image_id}"
