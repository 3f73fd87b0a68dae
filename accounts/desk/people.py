"""The desk's pages about people."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.desk.access import OneOfTwo, is_owner
from accounts.forms.desk import NewPersonForm, PersonForm
from accounts.forms.password import DeskPasswordForm
from accounts.models import User
from accounts.roles import Role
from blogsite.lib import site


class RoleFilter(admin.SimpleListFilter):
    """People of one role."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the roles."""
        return [(role.value, role.label) for role in Role]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Keep the people of the chosen role."""
        return queryset.with_role(self.value()) if self.value() else queryset  # type: ignore[attr-defined]


class SuspendedFilter(admin.SimpleListFilter):
    """People whose suspension runs."""

    title = _("suspended")
    parameter_name = "suspended"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice."""
        return [("now", _("Suspended now"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Keep the suspended."""
        return queryset.suspended() if self.value() else queryset  # type: ignore[attr-defined]


class PersonAdmin(OneOfTwo, UserAdmin):  # type: ignore[type-arg]
    """People: everybody's names, and for owners alone their roles and passwords."""

    form = PersonForm
    add_form = NewPersonForm
    change_password_form = DeskPasswordForm
    list_display = (
        *("__str__", "username", "email", "role_names", "is_active"),
        *("date_joined", "suspended_until"),
    )
    list_filter = (RoleFilter, "is_staff", "is_active", SuspendedFilter)
    search_fields = ("username", "display_name", "email")
    ordering = ("-pk",)
    show_full_result_count = False
    filter_horizontal = ("user_permissions", "groups")
    readonly_fields = (
        *("username", "role_names", "suspended_until", "email_confirmed_at"),
        *("last_login", "date_joined"),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    *("username", "display_name", "email"),
                    *("usable_password", "password1", "password2"),
                ),
            },
        ),
    )
    about = (_("About"), {"fields": ("display_name", "email", "biography", "website")})
    dates = (
        _("Dates"),
        {"fields": ("date_joined", "last_login", "email_confirmed_at", "suspended_until")},
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Load the roles the list shows, at once."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Show passwords, roles and permissions to owners only."""
        if obj is None:
            return self.add_fieldsets
        if not is_owner(request):
            standing = (None, {"fields": ("username", "role_names", "is_active")})
            return (standing, self.about, self.dates)
        return (
            (None, {"fields": ("username", "password")}),
            self.about,
            (_("Standing"), {"fields": ("is_active", "roles")}),
            self.dates,
            (
                _("Further permissions"),
                {"classes": ("collapse",), "fields": ("groups", "user_permissions")},
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """A username is typed once; an address opens an account, so only owners change it."""
        if obj is None:
            return ()
        return self.readonly_fields if is_owner(request) else (*self.readonly_fields, "email")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let nobody but an owner change people who enter the desk."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_staff or is_owner(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let owners add people by hand."""
        return is_owner(request)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let owners delete others, one at a time."""
        return is_owner(request) and obj is not None and obj != request.user

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django calls it so
        form_url: str = "",
    ) -> HttpResponse:
        """Let owners alone set a password."""
        if not is_owner(request):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def save_related(
        self, request: HttpRequest, form: ModelForm[User], formsets: Any, change: bool
    ) -> None:
        """Give the ticked roles, to a new person the role of new members."""
        super().save_related(request, form, formsets, change)
        if not change:
            form.instance.assign_roles(Role(site.current().default_role))
        elif "roles" in form.cleaned_data and is_owner(request):
            form.instance.assign_roles(*(Role(name) for name in form.cleaned_data["roles"]))

    @admin.display(description=_("roles"))
    def role_names(self, person: User) -> str:
        """Return the roles in a word each."""
        return ", ".join(person.roles)
