from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.redirects import FormerAddressQuerySet


class FormerAddress(models.Model):
    """A path that once answered, or answered on another site, and what it leads to now."""

    path = models.CharField(
        _("path"),
        max_length=300,
        unique=True,
        help_text=_("Without the slashes at its ends, such as 2021/08/03/a-post.html"),
    )
    post = models.ForeignKey(
        "posts.Post",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="former_addresses",
    )
    tag = models.ForeignKey(
        "posts.Tag",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="former_addresses",
    )
    series = models.ForeignKey(
        "posts.Series",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="former_addresses",
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [
            models.CheckConstraint(
                name="former_address_leads_to_one_thing",
                condition=(
                    models.Q(post__isnull=False, tag__isnull=True, series__isnull=True)
                    | models.Q(post__isnull=True, tag__isnull=False, series__isnull=True)
                    | models.Q(post__isnull=True, tag__isnull=True, series__isnull=False)
                ),
            )
        ]

    def __str__(self) -> str:
        return f"/{self.path}"
