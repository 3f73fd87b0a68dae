"""The desk's list of comments and the page of one: look, then approve, hide or mark as spam."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from comments.desk.filters import ReportedFilter, StateFilter
from comments.desk.parts import (
    ReadOnlyAdmin,
    age,
    comment_link,
    person_link,
    post_link,
    with_excerpt,
)
from comments.forms import ReasonForm
from comments.models import Action, Comment, Report
from comments.moderation import decide, may_suspend

AT_ONCE = 1000
STATE_NAMES = {
    "deleted": _("Deleted by author"),
    "spam": _("Spam"),
    "hidden": _("Hidden"),
    "waiting": _("Waiting"),
    "standing": pgettext_lazy("comment", "Standing"),
}


class CommentAdmin(ReadOnlyAdmin[Comment]):
    """Comments: nobody's words are edited here; decisions are, and each can be undone."""

    actions = ("approve", "hide", "mark_spam")
    list_display = ("text", "under", "by", "written", "standing", "reported")
    list_display_links = None
    list_filter = (StateFilter, ReportedFilter, "created_at")
    list_select_related = ("post", "author")
    ordering = ("-pk",)
    search_fields = ("body", "author__username", "author__display_name", "post__title")
    search_help_text = _("Searches the text, the author's names and the title of the post.")

    class Media:
        css = {"all": ["css/desk.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        """Load what the list shows."""
        rows: QuerySet[Comment] = with_excerpt(
            Comment.objects.annotate(open_reports=Report.objects.number_open())
        )
        return rows.defer("body", "html", "post__body", "post__html", "post__text")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let links list one person's comments, or one post's."""
        return lookup in {"author__id__exact", "post__id__exact"} or super().lookup_allowed(
            lookup, value, request
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the address that takes a decision about one comment."""
        view = self.admin_site.admin_view(require_POST(self.decision_view))
        name = "comments_comment_decide"
        return [path("<int:pk>/decision/", view, name=name), *super().get_urls()]

    @admin.display(description=_("comment"))
    def text(self, comment: Any) -> str:
        """Return the beginning."""
        return comment_link(comment.pk, comment.excerpt)

    @admin.display(description=_("post"))
    def under(self, comment: Comment) -> str:
        """Return the post it stands under."""
        return post_link(comment.post)

    @admin.display(description=_("author"))
    def by(self, comment: Comment) -> str:
        """Return who wrote it."""
        return person_link(comment.author)

    @admin.display(description=_("age"), ordering="created_at")
    def written(self, comment: Comment) -> str:
        """Return how old it is."""
        return age(comment.created_at)

    @admin.display(description=_("state"))
    def standing(self, comment: Comment) -> str:
        """Return its state, and why it waits."""
        name = STATE_NAMES[comment.state]
        because = comment.held_because if comment.state == "waiting" else ""
        return format_html(
            '<span class="status status-{}">{}</span> {}', comment.state, name, because
        )

    @admin.display(description=_("reports"))
    def reported(self, comment: Any) -> str:
        """Return how many reports are open."""
        return str(comment.open_reports or "")

    @admin.action(description=_("Approve…"), permissions=["moderate"])
    def approve(self, request: HttpRequest, rows: QuerySet[Comment]) -> HttpResponse | None:
        """Let the chosen ones stand."""
        return self._decide_about(request, rows, Action.APPROVE)

    @admin.action(description=_("Hide…"), permissions=["moderate"])
    def hide(self, request: HttpRequest, rows: QuerySet[Comment]) -> HttpResponse | None:
        """Take the chosen ones out of the conversation."""
        return self._decide_about(request, rows, Action.HIDE)

    @admin.action(description=_("Mark as spam…"), permissions=["moderate"])
    def mark_spam(self, request: HttpRequest, rows: QuerySet[Comment]) -> HttpResponse | None:
        """Take the chosen ones out of the conversation as spam."""
        return self._decide_about(request, rows, Action.SPAM)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one comment with all that a decision about it needs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        known = object_id if object_id.isdecimal() and len(object_id) < 19 else None
        rows = Comment.objects.select_related("post", "author", "parent__author")
        comment = get_object_or_404(rows, pk=known)
        context = self.admin_site.each_context(request) | self._facts(request, comment)
        return TemplateResponse(request, "admin/comments/comment/page.html", context)

    def decision_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the decision whose button was pressed, and lead back to the comment."""
        form, action = ReasonForm(request.POST), request.POST.get("action", "")
        allowed = self.has_moderate_permission(request) and action in Action.values
        if not allowed or not form.is_valid():
            raise PermissionDenied
        comment = get_object_or_404(Comment.objects.select_related("post"), pk=pk)
        self._decide(request, [comment], Action(action), form)
        return redirect("admin:comments_comment_change", pk)

    def _facts(self, request: HttpRequest, comment: Comment) -> dict[str, Any]:
        assert isinstance(request.user, User)  # noqa: S101 - for the type checker
        theirs = comment.author.comments
        useless = {"standing": Action.APPROVE, "hidden": Action.HIDE, "spam": Action.SPAM}
        return {
            "title": _("Comment"),
            "opts": self.opts,
            "comment": comment,
            "state": STATE_NAMES[comment.state],
            "decisions": comment.decisions.select_related("by", "undone_by"),
            "reports": comment.reports.select_related("reporter"),
            "sanctions": comment.author.sanctions.select_related("by")[:5],
            "counts": {
                str(name): theirs.in_state(state).count() for state, name in STATE_NAMES.items()
            },
            "may_suspend": may_suspend(request.user, comment.author),
            "form": ReasonForm() if self.has_moderate_permission(request) else None,
            "actions": [action for action in Action if action != useless.get(comment.state)],
        }

    def _decide_about(
        self, request: HttpRequest, rows: QuerySet[Comment], action: Action
    ) -> HttpResponse | None:
        """Ask for the reason on a page between, then decide about all."""
        chosen = list(Comment.objects.filter(pk__in=rows.values("pk")[: AT_ONCE + 1]))
        if len(chosen) > AT_ONCE:
            sentence = _("Please choose at most %(number)d comments at once.")
            messages.warning(request, sentence % {"number": AT_ONCE})
            return None
        form = ReasonForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            self._decide(request, chosen, action, form)
            return None
        context = self.admin_site.each_context(request) | {
            "title": action.label,
            "opts": self.opts,
            "form": form,
            "comments": chosen,
            "action": request.POST["action"],
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/comments/comment/reason.html", context)

    def _decide(
        self, request: HttpRequest, comments: list[Comment], action: Action, form: ReasonForm
    ) -> None:
        assert isinstance(request.user, User)  # noqa: S101 - for the type checker
        batch = decide(comments, action, by=request.user, because=form.cleaned_data["reason"])
        number = len(comments)
        done = {
            Action.APPROVE: ngettext("%d comment approved.", "%d comments approved.", number),
            Action.HIDE: ngettext("%d comment hidden.", "%d comments hidden.", number),
            Action.SPAM: ngettext(
                "%d comment marked as spam.", "%d comments marked as spam.", number
            ),
        }[action]
        url = reverse("admin:comments_decision_undo", args=[batch])
        message = format_html('{} <a href="{}">{}</a>', done % number, url, _("Undo"))
        messages.success(request, message)
