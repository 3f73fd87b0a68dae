"""Filters of the desk's lists."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comments.models import Report

Choices = list[tuple[str, Any]]


class StateFilter(admin.SimpleListFilter):
    """Comments by their state."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the states, in the order of a moderator's day."""
        return [
            ("waiting", _("Waiting")),
            ("standing", pgettext_lazy("comment", "Standing")),
            ("hidden", _("Hidden")),
            ("spam", _("Spam")),
            ("deleted", _("Deleted by author")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the comments in the chosen state."""
        known = self.value() in dict(self.lookup_choices)
        return queryset.in_state(self.value()) if known else queryset  # type: ignore[attr-defined]


class ReportedFilter(admin.SimpleListFilter):
    """Comments that somebody reported and nobody has looked at."""

    title = _("reports")
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the one choice."""
        return [("open", _("With open reports"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the reported."""
        if self.value() != "open":
            return queryset
        return queryset.filter(pk__in=Report.objects.open().values("comment"))


class OpenFirstFilter(admin.SimpleListFilter):
    """Reports, those that wait unless told otherwise."""

    title = _("settled")
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return what else than the open ones can be listed."""
        return [("yes", _("Settled")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """Name the default."""
        first, *others = super().choices(changelist)
        yield first | {"display": _("Open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the open ones, the settled ones or all."""
        if self.value() == "all":
            return queryset
        return queryset.filter(settled_at__isnull=self.value() != "yes")
