"""Signing in."""

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.backends import Busy

LONGEST_PASSWORD = 4096
NO_FIT = _("That name and password do not fit together. Look at capital letters, and try again.")


class SignInForm(AuthenticationForm):
    """Django's form, by username or address, counted before a password is hashed."""

    error_messages = {"invalid_login": NO_FIT, "inactive": NO_FIT}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Username or e-mail address")
        # Django takes the limit from the model's username; an address is longer.
        for name, longest in (("username", 254), ("password", LONGEST_PASSWORD)):
            field = cast("forms.CharField", self.fields[name])
            field.max_length = field.widget.attrs["maxlength"] = longest

    def clean(self) -> dict[str, Any]:
        """Count the try; only then let Django hash."""
        typed, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (self.request and typed and password):
            return super().clean()
        limits.check_sign_in(self.request, typed)
        try:
            cleaned = super().clean()
        except Busy as error:
            limits.forgive_sign_in(self.request, typed)  # nothing was tried
            raise limits.BUSY from error
        limits.forgive_sign_in(self.request, typed)
        return cleaned
