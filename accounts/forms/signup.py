"""Signing up: an address first, then a name and a password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm, UsernameField
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import emails, limits
from accounts.forms.names import TAKEN, NewUsername
from accounts.models import User
from accounts.names import validate_address
from accounts.tokens import Admission


class AddressForm(forms.Form):
    """The first step: an address to write to."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        validators=[validate_address],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("A letter with a link comes to it. Nobody else sees it."),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> None:
        """Refuse too many letters from one network."""
        if not self.errors:
            limits.check_letters(self.request)

    def save(self) -> None:
        """Write to the address, whoever has it: a link for a stranger, a reminder for a member."""
        email = User.objects.normalize_email(self.cleaned_data["email"])
        known = User.objects.with_email(email).exists()
        if limits.may_write_to(email):
            emails.already_member(email) if known else emails.signup(email)


class MembershipForm(NewUsername, BaseUserCreationForm):  # type: ignore[type-arg]
    """The second step: name and password of somebody whose address is proven."""

    class Meta:
        model = User
        fields = ("username", "display_name")
        field_classes = {"username": UsernameField}
        help_texts = {
            "username": _("Letters a to z, digits, - and _. It is part of your addresses."),
            "display_name": _("How your name stands above what you write."),
        }
        widgets = {"display_name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, admission: Admission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.admission = admission
        self.instance.email = admission.email
        self.instance.email_confirmed_at = timezone.now()

    def save_member(self) -> User | None:
        """Make the account, once; None, with a sentence in the form, if others were faster."""
        try:
            with transaction.atomic():
                member: User = self.save()
                if not self.admission.use(member):
                    raise IntegrityError
                member.assign_roles(self.admission.role)
        except IntegrityError:
            self._explain()
            return None
        return member

    def _explain(self) -> None:
        if User.objects.named(self.cleaned_data["username"]).exists():
            self.add_error("username", TAKEN)
        else:
            self.add_error(None, _("This link was used or taken back a moment ago."))
