"""Pictures at the desk: whose, how large, where used."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from blogsite.lib.storage import NOT_DELETED
from posts.desk.asking import NothingForm, ask
from posts.desk.binning import BinFilter, put_in_bin, take_out
from posts.models import Image, Post

SHOWN = 20


class ImageAdmin(admin.ModelAdmin[Image]):
    """Pictures arrive through the editor; a used one cannot be deleted."""

    list_display = (
        "thumbnail",
        "name",
        "owner",
        "dimensions",
        "bytes",
        "sizes",
        "uses",
        "created_at",
        "deleted_at",
    )
    list_display_links = ("name",)
    list_select_related = ("owner",)
    list_filter = (BinFilter, "created_at")
    search_fields = ("name", "alt", "owner__username", "owner__display_name")
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)
    actions = ("make_sizes", put_in_bin, take_out, "delete_unused")
    readonly_fields = (
        *("thumbnail", "owner", "dimensions", "bytes", "sizes", "used_in", "created_at"),
        *("deleted_at", "replaced_at"),
    )
    fields = (
        *("thumbnail", "name", "alt", "is_decorative", "owner", "dimensions"),
        *("bytes", "sizes", "used_in", "created_at", "deleted_at", "replaced_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        """Count where each is used in the same query."""
        return Image.objects.with_use_counts().order_by("-pk")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out Django's own deletion, which would not look whether posts show them."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_view_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """Show everybody's pictures, those of drafts too, to whoever may edit everybody's posts."""
        return request.user.has_perm("posts.edit_any_post")

    has_module_permission = has_change_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Send whoever has a picture to the editor."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """Keep pictures that a post shows, or an unsaved text or a template names."""
        allowed = self.has_view_permission(request)
        return allowed and not (obj is not None and (obj.is_used or obj.is_named))

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """Delete it, or say that the storage does not answer."""
        try:
            return super().delete_view(request, object_id, *args)
        except OSError:
            self.message_user(request, str(NOT_DELETED), messages.ERROR)
            return redirect("admin:posts_image_change", object_id)

    @admin.display(description=_("picture"))
    def thumbnail(self, image: Image) -> str:
        """Return the picture, small."""
        return format_html('<img src="{}" width="96" alt="{}">', image.thumbnail_url, image.alt)

    @admin.display(description=_("pixels"))
    def dimensions(self, image: Image) -> str:
        """Return width and height."""
        return f"{image.width} × {image.height}"

    @admin.display(description=_("size"), ordering="size")
    def bytes(self, image: Image) -> str:
        """Return what all its sizes take on the disk."""
        return filesizeformat(image.size)

    @admin.display(description=_("sizes"))
    def sizes(self, image: Image) -> str:
        """Return how far its smaller sizes and other formats are, and why there are none."""
        if image.given_up_at:
            return str(_("could not be made: %(why)s") % {"why": image.error})
        return str(_("are being made") if image.is_being_prepared else _("are there"))

    @admin.display(description=_("uses"), ordering="use_count")
    def uses(self, image: Any) -> int:
        """Return how often posts show it."""
        return int(image.use_count)

    @admin.display(description=_("used in"))
    def used_in(self, image: Image) -> str:
        """Return the posts that show it, with links."""
        posts = Post.objects.showing(image).only("title")[:SHOWN]
        links = [(reverse("admin:posts_post_change", args=[post.pk]), post.title) for post in posts]
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "–"

    @admin.action(description=_("Make their sizes again"), permissions=["change"])
    def make_sizes(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        """Have the worker make all sizes of the chosen ones; those there are stay until then."""
        number = Image.objects.filter(
            pk__in=list(queryset.values_list("pk", flat=True))
        ).try_again()
        done = ngettext(
            "The sizes of %d picture will be made in a moment.",
            "The sizes of %d pictures will be made in a while.",
            number,
        )
        self.message_user(request, done % number, messages.SUCCESS)

    @admin.action(description=_("Delete those that no post shows…"), permissions=["delete"])
    def delete_unused(self, request: HttpRequest, queryset: Any) -> TemplateResponse | None:
        """Delete the unused ones among the chosen, files included."""
        unused = queryset.filter(use_count=0)
        answer = ask(self, request, unused, NothingForm, str(_("Delete unused pictures")))
        if answer is None or isinstance(answer, TemplateResponse):
            return answer
        number = 0
        for image in unused:
            try:
                number += image.delete_unused()
            except OSError:
                self.message_user(request, str(NOT_DELETED), messages.ERROR)
                break
        done = ngettext("%d picture is deleted.", "%d pictures are deleted.", number)
        self.message_user(request, done % number, messages.SUCCESS)
        return None
