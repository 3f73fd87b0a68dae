from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.querysets.missing import MissingAddressQuerySet
from posts.redirects import FormerAddressQuerySet

THINGS = ("post", "tag", "series", "person")


def _leads_to(one: str) -> Q:
    """Return the condition that this and nothing else is what the address leads to."""
    others = {f"{name}__isnull": name != one for name in THINGS}
    target = ~Q(target="") if one == "target" else Q(target="")
    return Q(**others, gone_at__isnull=one != "gone_at") & target


class FormerAddress(models.Model):
    """A path that once answered, or answered on another site, and what it leads to now.

    What was here and is deleted has `gone_at` in place of a thing it leads to.
    """

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
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="former_addresses",
    )
    target = models.CharField(_("address"), max_length=500, blank=True, default="")
    gone_at = models.DateTimeField(_("gone"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [
            models.CheckConstraint(
                name="former_address_leads_to_one_thing",
                condition=_leads_to("post")
                | _leads_to("tag")
                | _leads_to("series")
                | _leads_to("person")
                | _leads_to("target")
                | _leads_to("gone_at"),
            )
        ]

    def __str__(self) -> str:
        return f"/{self.path}"

    @property
    def thing(self) -> Any:
        """Return the post, tag, series or person it leads to, None for another."""
        return self.post or self.tag or self.series or self.person


class MissingAddress(models.Model):
    """A path that readers asked for and the site does not have; see posts.missing."""

    path = models.CharField(_("path"), max_length=300, unique=True)
    count = models.PositiveIntegerField(_("asked"), default=0)
    first_at = models.DateTimeField(_("first"), default=timezone.now)
    last_at = models.DateTimeField(_("last"), default=timezone.now)
    referrer = models.CharField(_("linked from"), max_length=100, blank=True)
    ignored_at = models.DateTimeField(_("ignored"), null=True, blank=True, editable=False)

    objects = MissingAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("missing address")
        verbose_name_plural = _("missing addresses")
        indexes = [models.Index(fields=["count", "last_at"], name="missing_least_asked")]

    def __str__(self) -> str:
        return f"/{self.path}"
