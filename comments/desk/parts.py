"""What the pages of the desk share: read-only lists, and links between them."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from blogsite.lib.paginate import BoundedPaginator

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from posts.models import Post

Row = TypeVar("Row", bound=Model)
EXCERPT = 120


class ReadOnlyAdmin(admin.ModelAdmin[Row]):
    """A list whose rows nobody makes, changes or deletes by hand; large tables stay quick."""

    show_full_result_count = False
    paginator = BoundedPaginator
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from what people do on the site."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Nobody edits a record, or somebody else's words."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """What happened stays on record."""
        return False

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person decides about comments."""
        return request.user.has_perm("comments.moderate_comment")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Name the page after what it lists."""
        context = {"title": capfirst(str(self.opts.verbose_name_plural))} | (extra_context or {})
        return super().changelist_view(request, context)


def with_excerpt(rows: QuerySet[Any], path: str = "") -> QuerySet[Any]:
    """Annotate `excerpt`, the beginning of the comment at `path`, and leave its texts unread."""
    begun: QuerySet[Any] = rows.annotate(excerpt=Left(f"{path}body", EXCERPT))
    return begun.defer(f"{path}body", f"{path}html")


def comment_link(pk: int, excerpt: str) -> str:
    """Return a link to the comment's page on the desk."""
    url = reverse("admin:comments_comment_change", args=[pk])
    shown = excerpt if len(excerpt) < EXCERPT else f"{excerpt}…"
    return format_html('<a href="{}" dir="auto">{}</a>', url, shown.strip() or _("(empty)"))


def person_link(person: "User") -> str:
    """Return a link to the person's comments on the desk."""
    url = reverse("admin:comments_comment_changelist")
    return format_html(
        '<a href="{}?author__id__exact={}"><bdi>{}</bdi></a>', url, person.pk, person
    )


def post_link(post: "Post") -> str:
    """Return a link to the post's conversation on the site."""
    return format_html(
        '<a href="{}#comments" dir="auto">{}</a>', post.get_absolute_url(), post.title
    )


def age(moment: "datetime") -> str:
    """Return how long ago that was, with the time itself for machines and as a tooltip."""
    return format_html(
        '<time datetime="{0}" title="{0}">{1}</time>',
        moment.isoformat(timespec="minutes"),
        timesince(moment, depth=1),
    )
