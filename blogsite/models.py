"""What staff decide about the whole site: one row."""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from blogsite.lib import images, look, markdown
from blogsite.lib.kept import SITE, Kept
from blogsite.lib.site import CommentPolicy, Link, SignupPolicy, Site
from posts import due


def default_language() -> str:
    """Return the language that the operator named."""
    return settings.LANGUAGE_CODE


class SiteSettings(models.Model):
    """The only row of its table; made when first asked for."""

    title = models.CharField(_("title"), max_length=80, default="Blogsite")
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    footer = models.CharField(
        _("footer"),
        max_length=300,
        blank=True,
        help_text=_("Stands under every page; Markdown makes links: [words](https://address)."),
    )
    footer_html = models.TextField(blank=True, editable=False)
    logo = models.FileField(_("logo"), blank=True, upload_to="site/", editable=False)
    logo_width = models.PositiveSmallIntegerField(default=0, editable=False)
    logo_height = models.PositiveSmallIntegerField(default=0, editable=False)
    accent = models.CharField(_("accent colour"), max_length=7, blank=True)
    navigation = models.JSONField(_("links"), default=list, blank=True)
    custom_css = models.TextField(_("custom CSS"), blank=True)
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
    llms_txt = models.BooleanField(
        _("list the newest posts in /llms.txt"),
        default=False,
        help_text=_("For programs that answer questions from texts: it leads them to the posts."),
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
        self.footer_html = markdown.render(self.footer, markdown.Kind.BIOGRAPHY).html
        if (fields := kwargs.get("update_fields")) is not None and "footer" in fields:
            kwargs["update_fields"] = {*fields, "footer_html"}
        super().save(*args, **kwargs)

    @classmethod
    def load(cls) -> "SiteSettings":
        """Return the row, made with its defaults where it is missing."""
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def read(cls) -> "SiteSettings":
        """Return the row without writing, one with its defaults where it is missing."""
        return cls.objects.filter(pk=1).first() or cls()

    @classmethod
    def hold_writes(cls, *, held: bool, using: str = "default") -> None:
        """Have every node refuse what would be written, in words; or take it again."""
        since = {"writes_held_at": timezone.now() if held else None}
        cls.objects.using(using).update_or_create(pk=1, defaults=since)

    @property
    def sheets(self) -> tuple[str, str]:
        """Return the rules of the site's own, and those of its accent alone."""
        accent = look.accent_rules(self.accent) if self.accent else ""
        return accent + self.custom_css, accent

    def set_logo(self, data: bytes) -> None:
        """Keep the picture as the logo, once saved. Raises Refused; OSError where nothing can be.

        Writes a file first, which may be left over where the row is not saved.
        """
        made = images.logo(data)
        path = f"site/{sha256(made.data).hexdigest()[:32]}.{made.format}"
        if not default_storage.exists(path):
            path = default_storage.save(path, ContentFile(made.data))
        self.logo.name, self.logo_width, self.logo_height = path, made.width, made.height

    def remove_logo(self) -> None:
        """Stand without a logo, once saved."""
        self.logo.name, self.logo_width, self.logo_height = "", 0, 0


_kept_site: Kept[Site] = Kept(SITE)


def read_site() -> Site:
    """Return the settings as the apps read them: at most one query, no write."""
    return _kept_site.get(None, _read_site)


def _read_site() -> Site:
    row = SiteSettings.read()
    return Site(
        title=row.title,
        tagline=row.tagline,
        footer_html=row.footer_html,
        language=row.language,
        signup_policy=SignupPolicy(row.signup_policy),
        default_role=row.default_role,
        comment_policy=CommentPolicy(row.comment_policy),
        llms_txt=row.llms_txt,
        writes_held=row.writes_held_at is not None,
        next_due=due.next_due(),
        **_look(row),
    )


def _look(row: SiteSettings) -> dict[str, Any]:
    sheet, accent = map(_address, row.sheets)
    width, height = look.logo_size(row.logo_width, row.logo_height)
    return {
        "logo_url": row.logo.url if row.logo else "",
        "logo_width": width,
        "logo_height": height,
        "accent": row.accent,
        "sheet_url": sheet,
        "accent_url": accent,
        "navigation": tuple(Link(*pair) for pair in row.navigation),
    }


def _address(sheet: str) -> str:
    return reverse("site_sheet", args=[look.digest(sheet)]) if sheet else ""
