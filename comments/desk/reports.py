"""The desk's list of reports: open ones first."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comments.desk.filters import OpenFirstFilter
from comments.desk.parts import ReadOnlyAdmin, age, comment_link, person_link, with_excerpt
from comments.models import Report


class ReportAdmin(ReadOnlyAdmin[Report]):
    """What members say is wrong; a decision about the comment settles its reports too."""

    actions = ("settle",)
    list_display = ("about", "author", "reason", "who", "reported", "is_settled")
    list_display_links = None
    list_filter = (OpenFirstFilter, "created_at")
    list_select_related = ("reporter", "comment__author")
    ordering = ("-pk",)
    search_fields = ("reason", "reporter__username", "comment__author__username")
    search_help_text = _("Searches the reasons and both people's usernames.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """Load what the list shows."""
        return with_excerpt(super().get_queryset(request), "comment__")

    @admin.display(description=_("comment"))
    def about(self, report: Any) -> str:
        """Return the comment, whose page has the buttons."""
        return comment_link(report.comment_id, report.excerpt)

    @admin.display(description=_("author"))
    def author(self, report: Report) -> str:
        """Return who wrote the comment."""
        return person_link(report.comment.author)

    @admin.display(description=_("reported by"))
    def who(self, report: Report) -> str:
        """Return who reported it."""
        return person_link(report.reporter)

    @admin.display(description=_("age"), ordering="created_at")
    def reported(self, report: Report) -> str:
        """Return how long ago it was."""
        return age(report.created_at)

    @admin.display(description=_("settled"), boolean=True)
    def is_settled(self, report: Report) -> bool:
        """Tell whether somebody has looked at it."""
        return report.settled_at is not None

    @admin.action(description=_("Settle: leave the comment as it is"), permissions=["moderate"])
    def settle(self, request: HttpRequest, rows: QuerySet[Report]) -> None:
        """Note that the chosen reports were looked at."""
        chosen = Report.objects.open().filter(pk__in=rows.values("pk"))
        number = chosen.update(settled_at=timezone.now())
        sentence = ngettext("%d report settled.", "%d reports settled.", number)
        messages.success(request, sentence % number)
