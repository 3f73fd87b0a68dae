"""Former addresses at the desk: what an old link leads to."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from posts.forms.address import FormerAddressForm, leads_to
from posts.models import FormerAddress


class FormerAddressAdmin(admin.ModelAdmin[FormerAddress]):
    """One path, and the page it leads to; deleted here, the path is missing."""

    form = FormerAddressForm
    list_display = ("path", "leads_to", "created_at")
    search_fields = ("path", "target")
    fields = ("path", "to")
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FormerAddress]:
        """Load what each leads to, without the texts."""
        things = ("post", "tag", "series", "person")
        shown = ("path", "target", "gone_at", "created_at", "post__slug", "tag__slug")
        rows = super().get_queryset(request).select_related(*things)
        return rows.only(*shown, "series__slug", "person__username")

    @admin.display(description=_("leads to"))
    def leads_to(self, address: FormerAddress) -> str:
        """Return the address it leads to, or that what was there is gone."""
        return str(_("Gone")) if address.gone_at else leads_to(address)
