"""The desk's own name, and the site's settings."""

import logging
from typing import Any

from django.contrib import admin, messages
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blogsite.lib import colours, look, site
from blogsite.models import SiteSettings
from blogsite.settings_form import SiteSettingsForm

DEFAULT_ACCENT = "#0a6152"  # of static/css/tokens.css

logger = logging.getLogger("blogsite.storage")

admin.site.site_header = admin.site.site_title = _("Desk")
admin.site.index_title = _("What waits for you")
admin.site.enable_nav_sidebar = False


@admin.register(SiteSettings)
class SiteSettingsAdmin(admin.ModelAdmin[SiteSettings]):
    """One row: its list is its page, and it can be neither added nor deleted."""

    form = SiteSettingsForm
    readonly_fields = ["logo_now", "accent_now"]
    fieldsets = [
        (_("Name"), {"fields": ["title", "tagline", "language"]}),
        (
            _("Look"),
            {
                "fields": ["logo_now", "logo_file", "remove_logo", "accent", "accent_now"],
                "description": _("Seen on every page as soon as it is saved."),
            },
        ),
        (_("Around every page"), {"fields": ["navigation", "footer"]}),
        (_("People"), {"fields": ["signup_policy", "default_role"]}),
        (_("Conversation"), {"fields": ["comment_policy"]}),
        (_("Machines"), {"fields": ["llms_txt"]}),
        (_("Custom CSS"), {"fields": ["custom_css"], "classes": ["collapse"]}),
    ]

    @admin.display(description=_("Logo now"))
    def logo_now(self, row: SiteSettings) -> str:
        """Show the logo as the header does."""
        if not row.logo:
            return gettext("None: the title stands there.")
        width, height = look.logo_size(row.logo_width, row.logo_height)
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="">', row.logo.url, width, height
        )

    @admin.display(description=_("Accent now"))
    def accent_now(self, row: SiteSettings) -> str:
        """Show the accent as text and as a button, on light pages and on dark ones."""
        made = colours.accent(row.accent or DEFAULT_ACCENT)
        shown = {"light": made.light, "dark": made.dark, "site": row}
        return render_to_string("blogsite/_accent.html", shown)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead straight to the row."""
        row = SiteSettings.load()
        return redirect(reverse("admin:blogsite_sitesettings_change", args=[row.pk]))

    def save_model(self, request: HttpRequest, obj: SiteSettings, form: Any, *args: Any) -> None:
        """Let the rest of this request see the new settings, and say what became of the accent."""
        former = SiteSettings.read().logo.name
        super().save_model(request, obj, form, *args)
        site.forget()
        if former and former != obj.logo.name:
            transaction.on_commit(lambda: discard(former))
        if "accent" in form.changed_data and (words := form.accent_words()):
            messages.info(request, words)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one row, always."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SiteSettings | None = None) -> bool:
        """There is one row, always."""
        return False


def discard(path: str) -> None:
    """Delete the file of a logo that is none any more."""
    try:
        default_storage.delete(path)
    except OSError as error:
        logger.warning("The logo %s, which no page shows, was left: %s", path, error)
