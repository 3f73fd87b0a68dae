from django.db import models

from accounts.querysets import AttemptQuerySet


class Attempt(models.Model):
    """How often something was tried within one window of time."""

    scope = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    window = models.BigIntegerField(help_text="Start of the window, in seconds since the epoch.")
    count = models.PositiveIntegerField(default=0)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key", "window"], name="one_counter_for_each_window"
            )
        ]
        indexes = [models.Index(fields=["window"], name="attempt_window")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}: {self.count}"
