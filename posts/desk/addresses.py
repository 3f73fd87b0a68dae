"""Former addresses at the desk: what an old link leads to."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from posts.models import FormerAddress


class FormerAddressAdmin(admin.ModelAdmin[FormerAddress]):
    """One path, and the post, tag or series it leads to."""

    list_display = ("path", "leads_to", "created_at")
    list_select_related = ("post", "tag", "series")
    search_fields = ("path",)
    raw_id_fields = ("post", "tag", "series")
    fields = ("path", "post", "tag", "series")
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)

    @admin.display(description=_("leads to"))
    def leads_to(self, address: FormerAddress) -> str:
        """Return the name of what it leads to."""
        return str(address.post or address.tag or address.series)
