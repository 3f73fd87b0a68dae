"""The form of the first-run set-up page."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from blogsite import ownership
from blogsite.models import SiteSettings, default_language


class SetupForm(forms.Form):
    """Names the site and makes its owner."""

    title = forms.CharField(
        label=_("Name of the site"),
        max_length=80,
        help_text=_("Shown at the top of every page; it can be changed later."),
    )
    language = forms.ChoiceField(
        label=_("Language of the site"),
        choices=settings.LANGUAGES,
        required=False,
        initial=default_language,
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        help_text=_("Shown with what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    username = forms.CharField(
        label=_("Username"),
        max_length=30,
        required=False,
        help_text=_("Part of your page's address. Left empty, it is made from your name."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("set_up", _("Set up the site")))

    def clean(self) -> dict[str, Any]:
        """Hold the owner to the same rules as every member."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if not data["username"]:
            data["username"] = slugify(data["name"])[:30].strip("-_")
        self._check_person(data)
        return data

    def _check_person(self, data: dict[str, Any]) -> None:
        person = User(username=data["username"], email=data["email"], display_name=data["name"])
        fields = {"username": "username", "email": "email", "display_name": "name"}
        try:
            person.full_clean(exclude=["password"])
        except ValidationError as error:
            for field, messages in error.message_dict.items():
                self.add_error(fields.get(field, "username"), messages)
        try:
            validate_password(data["password"], person)
        except ValidationError as error:
            self.add_error("password", error)

    def save(self) -> User | None:
        """Return the new owner; None if somebody else was quicker."""
        data = self.cleaned_data
        SiteSettings.load()
        with transaction.atomic():
            # The row is the lock: of two people with the link, one waits here for the other.
            row = SiteSettings.objects.select_for_update().get(pk=1)
            if ownership.has_owner():
                return None
            row.title, row.language = data["title"], data["language"] or row.language
            row.save(update_fields=["title", "language"])
            return ownership.create_owner(
                username=data["username"],
                email=data["email"],
                name=data["name"],
                password=data["password"],
            )
