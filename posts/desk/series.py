"""Series at the desk: their posts in order."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from posts.desk.binning import BinFilter, put_in_bin, take_out
from posts.models import Series, SeriesEntry


class Entries(admin.StackedInline[SeriesEntry, Series]):
    """Places in a series: whoever may change the series may change them."""

    model = SeriesEntry

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for the right to the series."""
        return request.user.has_perm("posts.change_series")

    has_add_permission = has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


class EntryInline(Entries):
    """The posts there are; each a link, so that no box has to look up its title."""

    verbose_name_plural = _("posts")
    fields = ("position", "title")
    readonly_fields = ("title",)
    extra = 0
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[SeriesEntry]:
        """Load the titles with the places, never the texts."""
        return (
            super()
            .get_queryset(request)
            .select_related("post", "series")
            .only("position", "series__title", "post__title")
        )

    @admin.display(description=_("post"))
    def title(self, entry: SeriesEntry) -> str:
        """Return the post's title, leading to its page at the desk."""
        address = reverse("admin:posts_post_change", args=[entry.post_id])
        return format_html('<a href="{}">{}</a>', address, entry.post.title)


class NewEntryInline(Entries):
    """Boxes for further posts."""

    verbose_name = _("post to add")
    verbose_name_plural = _("posts to add")
    fields = ("position", "post")
    raw_id_fields = ("post",)
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[SeriesEntry]:
        """Leave the present entries to the other table."""
        return super().get_queryset(request).none()


class SeriesAdmin(admin.ModelAdmin[Series]):
    """A changed slug keeps its former address answering; see Series.save()."""

    list_display = ("title", "slug", "owner", "post_count", "deleted_at")
    list_filter = (BinFilter,)
    actions = (put_in_bin, take_out)
    readonly_fields = ("deleted_at",)
    list_select_related = ("owner",)
    search_fields = ("title", "owner__username", "owner__display_name")
    raw_id_fields = ("owner",)
    prepopulated_fields = {"slug": ("title",)}
    show_full_result_count = False
    list_per_page = 50
    ordering = ("title",)
    inlines = (EntryInline, NewEntryInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Series]:
        """Count the posts of each series in the same query."""
        return Series.objects.with_all_counts().order_by("title")

    @admin.display(description=_("posts"), ordering="all_count")
    def post_count(self, series: Any) -> int:
        """Return how many posts it has, drafts included."""
        return int(series.all_count)
