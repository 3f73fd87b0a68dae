"""Missing addresses at the desk: what readers asked for in vain, and where it is to lead."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from posts.forms.address import RedirectForm
from posts.models import MissingAddress
from posts.resembling import pages_like


class IgnoredFilter(admin.SimpleListFilter):
    """What staff put aside, or everything else."""

    title = _("attention")
    parameter_name = "ignored"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice beside the default."""
        return [("yes", _("Ignored"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep what waits; on request, what is ignored."""
        return queryset.filter(ignored_at__isnull=self.value() != "yes")

    def choices(self, changelist: Any) -> Any:
        """Name the default for what it is."""
        first, *others = super().choices(changelist)
        return [{**first, "display": _("Waiting")}, *others]


class MissingAddressAdmin(admin.ModelAdmin[MissingAddress]):
    """Rows come from what readers ask for; here they are led on, ignored or deleted."""

    list_display = ("path", "way_on", "count", "last_at", "first_at", "referrer")
    list_display_links = None
    list_filter = (IgnoredFilter,)
    search_fields = ("path", "referrer")
    ordering = ("-count", "-last_at")
    show_full_result_count = False
    list_per_page = 50
    actions = ("ignore", "attend")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MissingAddress]:
        """Leave out what answers meanwhile; should it be missing again, its count goes on."""
        return MissingAddress.objects.unanswered()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Readers ask; nobody types them."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the page that asks where an address is to lead."""
        view = self.admin_site.admin_view(self.redirect_view)
        own = path("<int:pk>/redirect/", view, name="posts_missingaddress_redirect")
        return [own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kw: Any) -> Any:
        """Show the one page there is about an address."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_change_permission(request, row):
            return super().change_view(request, object_id, *args, **kw)
        return redirect("admin:posts_missingaddress_redirect", row.pk)

    @admin.display(description=_("redirect"))
    def way_on(self, row: MissingAddress) -> str:
        """Return the link to the page that asks where to."""
        address = reverse("admin:posts_missingaddress_redirect", args=[row.pk])
        hidden = format_html('<span class="visually-hidden"> /{}</span>', row.path)
        return format_html('<a class="button" href="{}">{}{}</a>', address, _("Redirect…"), hidden)

    def redirect_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Offer pages with a like address, ask for another, and let the address lead there."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        row = get_object_or_404(MissingAddress, pk=pk)
        data = request.POST if request.method == "POST" else None
        may_leave = request.user.has_perm("posts.add_formeraddress")
        form = RedirectForm(data, path=row.path, may_leave=may_leave)
        if form.is_valid():
            former = form.save()
            self.log_deletions(request, MissingAddress.objects.filter(pk=row.pk))
            row.delete()
            done = _("%(path)s leads on from now on.") % {"path": former}
            self.message_user(request, str(done), messages.SUCCESS)
            return redirect("admin:posts_missingaddress_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Redirect a missing address"),
            "opts": self.opts,
            "row": row,
            "form": form,
            "alike": pages_like(row.path, request.user),
        }
        return TemplateResponse(request, "posts/admin/redirect.html", context)

    @admin.action(description=_("Ignore"), permissions=["change"])
    def ignore(self, request: HttpRequest, queryset: QuerySet[MissingAddress]) -> None:
        """Put the chosen addresses aside; they are counted on."""
        self._say(request, queryset.update(ignored_at=timezone.now()))

    @admin.action(description=_("Show again"), permissions=["change"])
    def attend(self, request: HttpRequest, queryset: QuerySet[MissingAddress]) -> None:
        """Bring back what was put aside."""
        self._say(request, queryset.update(ignored_at=None))

    def _say(self, request: HttpRequest, number: int) -> None:
        done = ngettext("%(number)d address.", "%(number)d addresses.", number)
        self.message_user(request, done % {"number": number}, messages.SUCCESS)
