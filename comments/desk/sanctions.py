"""The desk's suspensions: impose one with a reason and an end, lift one before that."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.models import User
from comments.desk.parts import ReadOnlyAdmin, person_link
from comments.models import Sanction
from comments.moderation import may_suspend

MOST_YEARS = 100


class SanctionForm(forms.ModelForm[Sanction]):
    """Who, why, and until when: in days, or a date."""

    days = forms.TypedChoiceField(
        label=_("For"),
        coerce=int,
        empty_value=None,
        required=False,
        initial=7,
        choices=[
            ("1", _("1 day")),
            ("3", _("3 days")),
            ("7", _("1 week")),
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("1 year")),
        ],
    )
    until = forms.DateField(
        label=_("Or until the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    by: User

    class Meta:
        model = Sanction
        fields = ("person", "reason")

    def clean_person(self) -> User:
        """Refuse people whom this moderator may not suspend."""
        person: User = self.cleaned_data["person"]
        if not may_suspend(self.by, person):
            raise ValidationError(_("You cannot suspend this person."))
        return person

    def clean_until(self) -> date | None:
        """Refuse a day that is surely a slip, or past the end of the calendar."""
        day: date | None = self.cleaned_data["until"]
        if day is not None and day.year > timezone.localdate().year + MOST_YEARS:
            raise ValidationError(_("Choose a day within %d years.") % MOST_YEARS)
        return day

    def clean(self) -> dict[str, Any]:
        """Set the end; a date counts before the days."""
        cleaned = super().clean() or {}
        if day := cleaned.get("until"):
            ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        else:
            ends = timezone.now() + timedelta(days=cleaned.get("days") or 7)
        if ends <= timezone.now():
            self.add_error("until", _("That day is over."))
        self.instance.ends_at = ends
        return cleaned


class SanctionAdmin(ReadOnlyAdmin[Sanction]):
    """People who may not write for a time, and the record of it."""

    change_form_template = "admin/comments/sanction/page.html"
    form = SanctionForm
    list_display = ("__str__", "who", "by", "created_at", "ends_at", "in_force")
    list_filter = ("created_at", "ends_at")
    list_select_related = ("person", "by")
    ordering = ("-pk",)
    raw_id_fields = ("person",)
    search_fields = ("reason", "person__username", "person__display_name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Moderators may, by permission."""
        return request.user.has_perm("comments.add_sanction")

    def get_fields(self, request: HttpRequest, obj: Sanction | None = None) -> tuple[str, ...]:
        """Show the record; ask for less when it is made."""
        if obj is None:
            return ("person", "reason", "days", "until")
        return ("person", "reason", "by", "created_at", "ends_at", "lifted_at")

    def get_form(
        self, request: Any, obj: Sanction | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Sanction]]:
        """Tell the form who asks."""
        if obj is None:
            kwargs["fields"] = ("person", "reason")
        form = super().get_form(request, obj, change, **kwargs)
        cast("type[SanctionForm]", form).by = request.user
        return form

    def get_urls(self) -> list[URLPattern]:
        """Add the address that lifts one."""
        view = self.admin_site.admin_view(require_POST(self.lift_view))
        return [path("<int:pk>/lift/", view, name="comments_sanction_lift"), *super().get_urls()]

    def save_model(self, request: Any, obj: Sanction, form: Any, change: bool) -> None:
        """Impose it on the person's row as well."""
        made = Sanction.impose(obj.person, by=request.user, because=obj.reason, until=obj.ends_at)
        obj.pk = made.pk
        obj.by = made.by

    @admin.display(description=_("person"))
    def who(self, sanction: Sanction) -> str:
        """Return whom it is about."""
        return person_link(sanction.person)

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, sanction: Sanction) -> bool:
        """Tell whether it holds now."""
        return sanction.is_in_force

    def lift_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a suspension now."""
        assert isinstance(request.user, User)  # noqa: S101 - for the type checker
        sanction = get_object_or_404(Sanction.objects.select_related("person"), pk=pk)
        allowed = request.user.has_perm("comments.change_sanction")
        if not allowed or not may_suspend(request.user, sanction.person):
            raise PermissionDenied
        if sanction.is_in_force:
            sanction.lift()
        messages.success(request, _("The suspension is lifted."))
        return redirect("admin:comments_sanction_change", pk)
