"""What staff decide about the whole site: one row."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from blogsite.lib.kept import SITE, Kept
from blogsite.lib.site import CommentPolicy, SignupPolicy, Site


def default_language() -> str:
    """Return the language that the operator named."""
    return settings.LANGUAGE_CODE


class SiteSettings(models.Model):
    """The only row of its table; made when first asked for."""

    title = models.CharField(_("title"), max_length=80, default="Blogsite")
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    footer = models.CharField(_("footer"), max_length=300, blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        default=default_language,
        help_text=_("Of the site's own words and letters; readers can choose another one."),
    )
    signup_policy = models.CharField(
        _("who may sign up"),
        max_length=10,
        choices=SignupPolicy.choices,
        default=SignupPolicy.ANYBODY,
    )
    default_role = models.CharField(
        _("role of a new member"), max_length=20, choices=Role.joinable(), default=Role.AUTHOR
    )
    comment_policy = models.CharField(
        _("comments"),
        max_length=10,
        choices=CommentPolicy.choices,
        default=CommentPolicy.OPEN,
        help_text=_("Each post can say otherwise."),
    )
    writes_held_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("site settings")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="only_one_site_settings_row")
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it the only row."""
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def load(cls) -> "SiteSettings":
        """Return the row, made with its defaults where it is missing."""
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def hold_writes(cls, *, held: bool, using: str = "default") -> None:
        """Have every node refuse what would be written, in words; or take it again."""
        since = {"writes_held_at": timezone.now() if held else None}
        cls.objects.using(using).update_or_create(pk=1, defaults=since)


_kept_site: Kept[Site] = Kept(SITE)


def read_site() -> Site:
    """Return the settings as the apps read them: at most one query, no write."""
    return _kept_site.get(None, _read_site)


def _read_site() -> Site:
    row = SiteSettings.objects.filter(pk=1).first() or SiteSettings()
    return Site(
        title=row.title,
        tagline=row.tagline,
        footer=row.footer,
        language=row.language,
        signup_policy=SignupPolicy(row.signup_policy),
        default_role=row.default_role,
        comment_policy=CommentPolicy(row.comment_policy),
        writes_held=row.writes_held_at is not None,
    )
