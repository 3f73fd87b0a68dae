"""A change that asks for the password once more."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.models import User


class ConfirmedForm(forms.Form):
    """A form of a person who is signed in, with their password; `field_order` has it last."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        """Refuse a wrong password, and too many of them."""
        limits.check_own_password(self.person)
        password: str = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise forms.ValidationError(_("That is not your password."))
        return password
