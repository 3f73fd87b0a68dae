"""The desk's pages about letters."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import OutgoingEmail


class LetterStateFilter(admin.SimpleListFilter):
    """Letters by what became of them."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the states."""
        return [("waiting", _("Waiting")), ("sent", _("Sent")), ("given-up", _("Given up"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[OutgoingEmail]
    ) -> QuerySet[OutgoingEmail]:
        """Keep the letters of the chosen state."""
        match self.value():
            case "waiting":
                return queryset.filter(sent_at=None, given_up_at=None)
            case "sent":
                return queryset.filter(sent_at__isnull=False)
            case "given-up":
                return queryset.filter(given_up_at__isnull=False)
        return queryset


class LetterAdmin(admin.ModelAdmin[OutgoingEmail]):
    """Letters: what waits, what went out, what could not; their text is nobody's business."""

    actions = ("resend",)
    fields = list_display = (
        *("subject", "to", "created_at", "sent_at"),
        *("attempts", "next_attempt_at", "given_up_at", "error"),
    )
    list_filter = (LetterStateFilter,)
    search_fields = ("subject", "recipients")
    ordering = ("-pk",)
    show_full_result_count = False

    @admin.display(description=_("to"))
    def to(self, letter: OutgoingEmail) -> str:
        """Return the addresses it goes to."""
        return ", ".join(letter.recipients)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Letters are written by what they tell of."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A letter is sent as it was written."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Old letters go by themselves."""
        return False

    @admin.action(description=_("Try those given up again"), permissions=["view"])
    def resend(self, request: HttpRequest, queryset: QuerySet[OutgoingEmail]) -> None:
        """Make the chosen letters due if they were given up."""
        number = OutgoingEmail.objects.filter(pk__in=queryset.values("pk")).resend()
        text = ngettext("%(n)d letter is due again", "%(n)d letters are due again", number)
        messages.success(request, text % {"n": number})
