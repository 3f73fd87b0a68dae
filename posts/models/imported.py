from django.db import models
from django.utils import timezone

from posts.models.post import Post


class ImportedPost(models.Model):
    """Where a post came from, so that importing again finds it and does not double it."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="imported")
    source = models.CharField(max_length=400, help_text="Kind and name, such as markdown:a/b.md")
    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source"], name="each_source_imported_once")]

    def __str__(self) -> str:
        return self.source
