"""The desk's pages about invitations."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import emails
from accounts.desk.access import OneOfTwo, is_owner
from accounts.forms.desk import InvitationForm
from accounts.models import Invitation, User
from accounts.roles import Role
from blogsite.lib import site
from blogsite.lib.site import SignupPolicy


class InvitationAdmin(OneOfTwo, admin.ModelAdmin[Invitation]):
    """Invitations: made here, sent by letter, taken back here."""

    form = InvitationForm
    actions = ("send_again", "revoke")
    list_display = ("email", "role", "invited_by", "created_at", "accepted_at", "revoked_at")
    list_filter = ("role",)
    list_select_related = ("invited_by",)
    search_fields = ("email",)
    ordering = ("-pk",)
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """An invitation is sent as it is: another one is made instead of changing it."""
        return False

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        """Ask for address and role; show what became of it afterwards."""
        asked = ("email", "role")
        return asked if obj is None else (*asked, *self.list_display[2:], "accepted_by")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer the desk's own roles to owners only."""
        form = super().get_form(request, obj, change, **kwargs)
        if "role" in form.base_fields and not is_owner(request):
            form.base_fields["role"].choices = Role.joinable()  # type: ignore[attr-defined]
        return form

    def save_model(
        self, request: HttpRequest, obj: Invitation, form: ModelForm[Invitation], change: bool
    ) -> None:
        """Keep who invites, and send the letter."""
        obj.invited_by = cast("User", request.user)
        super().save_model(request, obj, form, change)
        emails.invitation(obj)
        if site.current().signup_policy == SignupPolicy.NOBODY:
            messages.warning(
                request, _("Nobody can join at present: change the site settings first.")
            )

    @admin.action(description=_("Send the letter again"), permissions=["add"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """Send the letters of the open ones again; the days of a link count from the letter."""
        waiting = queryset.filter(pk__in=Invitation.objects.open())
        for row in waiting:
            emails.invitation(row)
        self._say(request, len(waiting))

    @admin.action(description=_("Take back"), permissions=["add"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """Make their links worthless."""
        self._say(request, sum(row.revoke() for row in queryset))

    def _say(self, request: HttpRequest, number: int) -> None:
        text = ngettext("%(n)d invitation", "%(n)d invitations", number)
        messages.success(request, text % {"n": number})
