"""What the desk's pages about people take."""

from typing import Any

from django import forms
from django.contrib.auth.forms import (
    AdminUserCreationForm,
    ReadOnlyPasswordHashWidget,
    UserChangeForm,
    UsernameField,
)
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.forms.names import NewUsername
from accounts.models import Invitation, User
from accounts.roles import Role


class PasswordState(ReadOnlyPasswordHashWidget):
    """What is known of a password; HTML has no <div> that is disabled."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Leave the attribute out that only a field may have."""
        return super().get_context(name, value, {**(attrs or {}), "disabled": False})


class PersonForm(UserChangeForm):  # type: ignore[type-arg]
    """Somebody's page at the desk; which fields it has is for the admin to say."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Moderators, editors and owners enter this desk."),
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "roles" in self.fields:
            self.fields["roles"].initial = self.instance.roles
        if "password" in self.fields:
            self.fields["password"].widget = PasswordState()
        groups = self.fields.get("groups")
        if isinstance(groups, forms.ModelMultipleChoiceField):
            groups.label = _("Further groups")
            groups.queryset = Group.objects.exclude(name__in=Role.values)

    def clean(self) -> dict[str, Any]:
        """Keep the site from losing its last owner."""
        cleaned = super().clean() or self.cleaned_data
        stays = Role.OWNER in cleaned.get("roles", []) and cleaned.get("is_active")
        was_owner = type(self.instance).objects.owners().filter(pk=self.instance.pk).exists()
        others = User.objects.owners().exclude(pk=self.instance.pk)
        if was_owner and "roles" in cleaned and not stays and not others.exists():
            self.add_error("roles", _("A site needs an owner who can sign in."))
        return cleaned


class NewPersonForm(NewUsername, AdminUserCreationForm):  # type: ignore[type-arg]
    """Makes a member without a letter; an invitation is kinder."""

    class Meta:
        model = User
        fields = ("username", "display_name", "email")
        field_classes = {"username": UsernameField}


class InvitationForm(forms.ModelForm[Invitation]):
    """An invitation to an address without an account."""

    class Meta:
        model = Invitation
        fields = ("email", "role")

    def clean_email(self) -> str:
        """Refuse the address of a member, or of somebody invited already."""
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if User.objects.with_email(email).exists():
            raise forms.ValidationError(_("Somebody with that address is a member already."))
        if Invitation.objects.open().for_email(email).exists():
            raise forms.ValidationError(_("That address is invited already; see the list."))
        return email
