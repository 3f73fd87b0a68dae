"""The bin at the desk: a filter, and two actions for things that have one."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class BinFilter(admin.SimpleListFilter):
    """Things in the bin, or outside."""

    title = _("bin")
    parameter_name = "bin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two choices."""
        return [("no", _("Not in the bin")), ("yes", _("In the bin"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the chosen."""
        chosen = self.value()
        if chosen not in {"no", "yes"}:
            return queryset
        return queryset.filter(deleted_at__isnull=chosen == "no")


@admin.action(description=_("Put them in the bin"), permissions=["change"])
def put_in_bin(desk: Any, request: HttpRequest, queryset: Any) -> None:
    """Put the chosen in the bin, those that are there already left out."""
    chosen = list(queryset.filter(deleted_at__isnull=True))
    for thing in chosen:
        thing.bin()
    done = ngettext("%d is in the bin.", "%d are in the bin.", len(chosen))
    desk.message_user(request, done % len(chosen), messages.SUCCESS)


@admin.action(description=_("Take them out of the bin"), permissions=["change"])
def take_out(desk: Any, request: HttpRequest, queryset: Any) -> None:
    """Take the chosen out of the bin."""
    chosen = list(queryset.filter(deleted_at__isnull=False))
    for thing in chosen:
        thing.unbin()
    done = ngettext("%d is back.", "%d are back.", len(chosen))
    desk.message_user(request, done % len(chosen), messages.SUCCESS)
