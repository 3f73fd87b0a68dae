"""The desk's record of decisions, and taking them back."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from comments.desk.parts import ReadOnlyAdmin, age, comment_link, with_excerpt
from comments.models import Decision
from comments.moderation import undo


class DecisionAdmin(ReadOnlyAdmin[Decision]):
    """Who decided what about which comment, why, and whether it still holds."""

    list_display = ("decided", "action", "about", "by", "reason", "undoing")
    list_display_links = None
    list_filter = ("action", "created_at")
    list_select_related = ("by", "comment", "undone_by")
    ordering = ("-pk",)
    search_fields = ("reason", "by__username", "by__display_name")
    search_help_text = _("Searches the reasons and the moderators' names.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        """Load what the list shows."""
        return with_excerpt(super().get_queryset(request), "comment__")

    def get_urls(self) -> list[URLPattern]:
        """Add the page that undoes what was decided together."""
        view = require_http_methods(["GET", "POST"])(self.undo_view)
        undo_page = path(
            "undo/<uuid:batch>/", self.admin_site.admin_view(view), name="comments_decision_undo"
        )
        return [undo_page, *super().get_urls()]

    @admin.display(description=_("age"), ordering="created_at")
    def decided(self, decision: Decision) -> str:
        """Return how long ago it was."""
        return age(decision.created_at)

    @admin.display(description=_("comment"))
    def about(self, decision: Any) -> str:
        """Return the comment it is about."""
        return comment_link(decision.comment_id, decision.excerpt)

    @admin.display(description=_("undone"))
    def undoing(self, decision: Decision) -> str:
        """Return who undid it, or the link that does."""
        if decision.undone_by:
            return format_html("<bdi>{}</bdi>", decision.undone_by)
        url = reverse("admin:comments_decision_undo", args=[decision.batch])
        return format_html('<a href="{}">{}</a>', url, _("Undo…"))

    def undo_view(self, request: HttpRequest, batch: UUID) -> HttpResponse:
        """Show what was decided together, then bring the comments back to what they were."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        rows = Decision.objects.in_force().filter(batch=batch)
        rows = rows.select_related("comment__author", "by")
        if request.method == "GET":
            if not rows:
                raise Http404
            context = self.admin_site.each_context(request) | {
                "title": _("Undo"),
                "opts": self.opts,
                "decisions": rows,
            }
            return TemplateResponse(request, "admin/comments/decision/undo.html", context)
        self._undo(request, batch)
        return redirect("admin:comments_comment_changelist")

    def _undo(self, request: HttpRequest, batch: UUID) -> None:
        assert isinstance(request.user, User)  # noqa: S101 - for the type checker
        done, left = undo(batch, by=request.user)
        sentence = ngettext("%d decision undone.", "%d decisions undone.", done)
        messages.success(request, sentence % done)
        if left:
            sentence = ngettext(
                "%d comment was decided about again since, and stays as it is.",
                "%d comments were decided about again since, and stay as they are.",
                left,
            )
            messages.warning(request, sentence % left)
