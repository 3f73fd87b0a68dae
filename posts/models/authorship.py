from django.conf import settings
from django.db import models


class Authorship(models.Model):
    """One author's place in a post's byline."""

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="authorships")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="authorships"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="author_once_on_each_post")
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.post}"
