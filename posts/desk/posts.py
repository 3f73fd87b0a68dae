"""Posts at the desk: found quickly, withdrawn with a reason, given to another author."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from blogsite.lib.paginate import BoundedPaginator
from posts.desk.asking import ReasonForm, ask, choice_form, record
from posts.models import Cause, Post, Revision
from posts.search.finding import matching
from posts.search.query import parse

STATES = {
    "draft": _("Draft"),
    "review": _("In review"),
    "scheduled": _("Scheduled"),
    "published": _("Published"),
    "withdrawn": _("Withdrawn"),
    "deleted": _("In the bin"),
}


class StateFilter(admin.SimpleListFilter):
    """Posts by what their timestamps say."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the states."""
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the posts of the chosen state."""
        state = self.value()
        if state not in STATES:
            return queryset
        return queryset.binned() if state == "deleted" else queryset.in_state(state)


class PinnedFilter(admin.SimpleListFilter):
    """Posts on top of the home page."""

    title = _("place")
    parameter_name = "pinned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice."""
        return [("yes", _("Pinned to the home page"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the pinned posts."""
        return queryset.pinned() if self.value() else queryset


class PostAdmin(admin.ModelAdmin[Post]):
    """The text is written in the editor; here is what staff decide about it."""

    list_display = (
        *("title", "byline", "state", "readers", "published_at"),
        *("comment_count", "like_count"),
    )
    list_filter = (
        StateFilter,
        "visibility",
        PinnedFilter,
        "published_at",
    )
    search_fields = ("title",)  # in fact the whole text, see get_search_results()
    search_help_text = _("Searches titles, texts, tags and authors; finds the newest 1,000.")
    show_full_result_count = False
    paginator = BoundedPaginator
    list_per_page = 50
    ordering = ("-pk",)
    actions = ("withdraw", "restore", "pin", "unpin", "put_in_bin", "change_author")
    fields = (
        *("title", "editor", "byline", "state", "picture"),
        *("visibility", "comment_policy"),
        *("slug", "words", "comment_count", "like_count"),
        *("created_at", "updated_at", "submitted_at", "published_at"),
        *("withdrawn_at", "withdrawn_by", "withdrawal_reason", "deleted_at"),
        *("ends_at", "pinned_at", "pinned_until"),
    )
    editable_fields = frozenset({"visibility", "comment_policy"})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return everything but the few fields that are decided here."""
        return [name for name in self.fields if name not in self.editable_fields]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """Load what the list shows, without the texts."""
        posts = super().get_queryset(request).defer("body", "html", "text", "headings", "stems")
        return posts.select_related("cover", "withdrawn_by").prefetch_related("authorships__person")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Look into the site's search index, whatever state a post is in."""
        terms = parse(search_term)
        return (queryset.filter(pk__in=matching(terms)) if search_term else queryset), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Send whoever wants to write to the editor."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep the bin between a post and its end."""
        return False

    def has_edit_any_permission(self, request: HttpRequest) -> bool:
        """Let editors alone give back what was withdrawn."""
        return request.user.has_perm("posts.edit_any_post")

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        """Write what was changed here and nothing else."""
        names = [name for name in form.changed_data if name in self.editable_fields]
        with Revision.objects.recording(obj, by=cast("User", request.user), cause=Cause.SAVED):
            obj.save(update_fields=names)

    @admin.display(description=_("authors"), ordering="author")
    def byline(self, post: Post) -> str:
        """Return the authors in their order."""
        return ", ".join(str(authorship.person) for authorship in post.authorships.all())

    @admin.display(description=_("state"))
    def state(self, post: Post) -> str:
        """Return where the post stands."""
        return format_html(
            '<span class="status status-{}">{}</span>', post.status, STATES[post.status]
        )

    @admin.display(description=_("readers"), ordering="visibility")
    def readers(self, post: Post) -> str:
        """Return who may read it, in one word."""
        return post.get_visibility_display().partition(":")[0]

    @admin.display(description=_("text"))
    def editor(self, post: Post) -> str:
        """Return the ways to the text."""
        links = [(post.get_absolute_url(), _("Read it"))]
        if not post.deleted_at:
            links.insert(0, (reverse("posts:edit", args=[post.pk]), _("Open the editor")))
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    @admin.display(description=_("cover picture"))
    def picture(self, post: Post) -> str:
        """Return a small cover."""
        if post.cover is None:
            return "–"
        return format_html(
            '<img src="{}" width="160" alt="{}">', post.cover.thumbnail_url, post.cover_alt
        )

    @admin.action(description=_("Withdraw from readers…"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: Any) -> TemplateResponse | None:
        """Take the chosen posts from readers, with a reason for their history."""
        answer = ask(self, request, queryset, ReasonForm, str(_("Withdraw from readers")))
        if answer is None or isinstance(answer, TemplateResponse):
            return answer
        reason: str = answer.cleaned_data["reason"]
        by = cast("User", request.user)
        done = _("Withdrawn: %(reason)s") % {"reason": reason}
        live = queryset.in_state("published") | queryset.in_state("scheduled")
        self._each(request, live, lambda post: post.withdraw(by=by, because=reason), str(done))
        return None

    @admin.action(
        description=_("Give back to readers, or out of the bin"), permissions=["edit_any"]
    )
    def restore(self, request: HttpRequest, queryset: Any) -> None:
        """Undo withdrawing and the bin."""
        gone = queryset.binned() | queryset.filter(withdrawn_at__isnull=False)
        self._each(request, gone, _give_back, str(_("Restored.")))

    @admin.action(description=_("Pin to the home page"), permissions=["change"])
    def pin(self, request: HttpRequest, queryset: Any) -> None:
        """Keep the chosen posts on top of the home page."""
        pinned = Post.objects.pinned().values("pk")
        self._each(request, queryset.exclude(pk__in=pinned), Post.pin, str(_("Pinned.")))

    @admin.action(description=_("Unpin"), permissions=["change"])
    def unpin(self, request: HttpRequest, queryset: Any) -> None:
        """Let the chosen posts take their places by date."""
        self._each(request, queryset.exclude(pinned_at=None), Post.unpin, str(_("Unpinned.")))

    @admin.action(description=_("Put in the bin"), permissions=["change"])
    def put_in_bin(self, request: HttpRequest, queryset: Any) -> None:
        """Put the chosen posts in the bin; `restore` undoes it."""
        self._each(request, queryset.not_deleted(), Post.bin, str(_("Put in the bin.")))

    @admin.action(description=_("Give to another author…"), permissions=["change"])
    def change_author(self, request: HttpRequest, queryset: Any) -> TemplateResponse | None:
        """Let somebody else be the first author of the chosen posts."""
        find, how = User.objects.get_by_natural_key, str(_("Username or e-mail address."))
        form_class = choice_form(str(_("New author")), find, how)
        answer = ask(self, request, queryset, form_class, str(_("Give to another author")))
        if answer is None or isinstance(answer, TemplateResponse):
            return answer
        person: User = answer.cleaned_data["choice"]
        done = _("Given to %(person)s.") % {"person": person}
        self._each(request, queryset, lambda post: post.give_to(person), str(done))
        return None

    def _each(
        self, request: HttpRequest, posts: Any, verb: Callable[[Post], None], message: str
    ) -> None:
        """Do it to each post, write it into their history, and say to how many."""
        rows = list(posts)
        for post in rows:
            with Revision.objects.recording(post, by=cast("User", request.user), cause=Cause.BULK):
                verb(post)
        record(request, rows, message)
        number = len(rows)
        done = ngettext("%(number)d post. %(done)s", "%(number)d posts. %(done)s", number)
        level = messages.SUCCESS if number else messages.WARNING
        self.message_user(request, done % {"number": number, "done": message}, level)


def _give_back(post: Post) -> None:
    if post.deleted_at:
        post.unbin()
    else:
        post.publish(at=post.published_at)
