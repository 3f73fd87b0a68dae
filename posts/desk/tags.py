"""Tags at the desk: renamed without a dead link, and merged."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from blogsite.lib.text import slugify
from posts.desk.asking import ask, choice_form, record
from posts.models import Tag, TagSynonym


class SynonymInline(admin.StackedInline[TagSynonym, Tag]):
    """Other names of the tag: whoever types one gets the tag."""

    model = TagSynonym
    fields = ("name",)
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for the right to the tag."""
        return request.user.has_perm("posts.change_tag")

    has_add_permission = has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


class TagAdmin(admin.ModelAdmin[Tag]):
    """A changed slug keeps its former address answering; see Tag.save()."""

    list_display = ("name", "slug", "post_count")
    search_fields = ("name", "slug", "synonyms__name")
    show_full_result_count = False
    list_per_page = 50
    ordering = ("name",)
    fields = ("name", "slug", "description")
    actions = ("merge",)
    inlines = (SynonymInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        """Count the posts of each tag in the same query."""
        return Tag.objects.with_all_counts().order_by("name")

    @admin.display(description=_("posts"), ordering="all_count")
    def post_count(self, tag: Any) -> int:
        """Return how many posts have the tag, drafts included."""
        return int(tag.all_count)

    @admin.action(description=_("Merge into another tag…"), permissions=["change", "delete"])
    def merge(self, request: HttpRequest, queryset: Any) -> TemplateResponse | None:
        """Give the posts and addresses of the chosen tags to one other tag."""
        form_class = choice_form(str(_("Into the tag")), _find, str(_("The name of a tag.")))
        answer = ask(self, request, queryset, form_class, str(_("Merge tags")))
        if answer is None or isinstance(answer, TemplateResponse):
            return answer
        target: Tag = answer.cleaned_data["choice"]
        merged = [tag for tag in queryset if tag.pk != target.pk]
        names = ", ".join(tag.name for tag in merged)
        for tag in merged:
            tag.merge_into(target)
        if merged:
            record(request, [target], str(_("Took in: %(names)s") % {"names": names}))
        number = len(merged)
        done = ngettext(
            "%(number)d tag went into %(tag)s.", "%(number)d tags went into %(tag)s.", number
        )
        level = messages.SUCCESS if number else messages.WARNING
        self.message_user(request, done % {"number": number, "tag": target}, level)
        return None


def _find(name: str) -> Tag:
    named = Tag.objects.filter(name__iexact=name).first()
    return (
        named
        or Tag.objects.filter(synonyms__slug=slugify(name)).first()
        or Tag.objects.get(slug=slugify(name))
    )
