"""Changing and resetting a password; each change is followed by a letter."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    PasswordChangeForm,
    PasswordResetForm,
    SetPasswordForm,
    SetUnusablePasswordMixin,
)
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from accounts import emails, limits
from accounts.models import User


class ResetAskForm(PasswordResetForm):
    """Django's form; every address gets a letter, so that page and time tell nothing about it."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["email"].label = _("E-mail address")

    def clean(self) -> None:
        """Refuse too many letters from one network."""
        if not self.errors:
            limits.check_letters(self.request)

    def get_users(self, email: str) -> Iterable[User]:
        """Return the one member with the address who has a password, by the index."""
        found = User.objects.active().with_email(email)
        return [person for person in found if person.has_usable_password()]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write to the address: a link to its account, or that there is none."""
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if not limits.may_write_to(email):
            return
        for person in self.get_users(email):
            uid = urlsafe_base64_encode(force_bytes(person.pk))
            emails.password_reset(person, uid, default_token_generator.make_token(person))
            return
        emails.no_account(email)


class ResetForm(SetPasswordForm):  # type: ignore[type-arg]
    """Sets a password by a link from a letter, which proves the address too."""

    def save(self, commit: bool = True) -> User:
        """Set the password and tell its owner."""
        person: User = super().save(commit)
        if person.email_confirmed_at is None:
            person.confirm_email()
        emails.password_changed(person)
        return person


class ChangeForm(PasswordChangeForm):
    """Changes one's own password; the present one is counted before it is hashed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Present password")
        # The form is one part of a page of settings: focus stays where the reader is.
        self.fields["old_password"].widget.attrs.pop("autofocus", None)

    def clean_old_password(self) -> str:
        """Refuse a wrong present password, and too many of them."""
        limits.check_own_password(self.user)
        return super().clean_old_password()

    def save(self, commit: bool = True) -> User:
        """Set the password and tell its owner."""
        person: User = super().save(commit)
        emails.password_changed(person)
        return person


class DeskPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """Sets somebody's password at the desk."""

    # Django puts a list into its sentence, and that into a paragraph, where HTML allows none.
    usable_password_help_text: Any = SetUnusablePasswordMixin.usable_password_help_text

    def save(self, commit: bool = True) -> User:
        """Set the password and tell its owner."""
        person: User = super().save(commit)
        emails.password_changed(person)
        return person
