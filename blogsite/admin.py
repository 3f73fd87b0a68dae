"""The desk's own name, and the site's settings."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blogsite.lib import site
from blogsite.models import SiteSettings

admin.site.site_header = admin.site.site_title = _("Desk")
admin.site.index_title = _("What waits for you")
admin.site.enable_nav_sidebar = False


@admin.register(SiteSettings)
class SiteSettingsAdmin(admin.ModelAdmin[SiteSettings]):
    """One row: its list is its page, and it can be neither added nor deleted."""

    fieldsets = [
        (_("Name"), {"fields": ["title", "tagline", "language", "footer"]}),
        (_("People"), {"fields": ["signup_policy", "default_role"]}),
        (_("Conversation"), {"fields": ["comment_policy"]}),
    ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead straight to the row."""
        row = SiteSettings.load()
        return redirect(reverse("admin:blogsite_sitesettings_change", args=[row.pk]))

    def save_model(self, request: HttpRequest, obj: SiteSettings, *args: Any) -> None:
        """Let the rest of this request see the new settings."""
        super().save_model(request, obj, *args)
        site.forget()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one row, always."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SiteSettings | None = None) -> bool:
        """There is one row, always."""
        return False
