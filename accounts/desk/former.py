"""The desk's page about names that people had: an owner may let one go."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import FormerUsername


class FormerUsernameAdmin(admin.ModelAdmin[FormerUsername]):
    """Names nobody else may take; deleted here, a name is free again."""

    fields = list_display = ("username", "person", "created_at")
    list_select_related = ("person",)
    search_fields = ("username",)
    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Names get here by being given up."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whose name it was does not change."""
        return False
