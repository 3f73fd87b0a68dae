"""Another username: what was at the former address is found at the new one."""

from django import forms
from django.contrib.auth.forms import UsernameField
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.forms.confirmed import ConfirmedForm
from accounts.forms.names import TAKEN
from accounts.models import Attempt, FormerUsername, User
from accounts.names import validate_username

A_MONTH = 30 * 24 * limits.HOUR
RENAMINGS = 2  # a month: each keeps a name from everybody else

OFTEN = _("You have changed your username twice this month. Please wait a few weeks.")


class UsernameForm(ConfirmedForm):
    """Asks for another username, with the password."""

    field_order = ("username", "password")
    username = UsernameField(
        label=_("New username"),
        max_length=30,
        validators=[validate_username],
        help_text=_("Letters a to z, digits, - and _."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )

    def clean_username(self) -> str:
        """Refuse the present name, and one that is or was somebody else's."""
        username: str = self.cleaned_data["username"]
        if username == self.person.username:
            raise forms.ValidationError(_("That is your username already."))
        # In this order: who is renamed meanwhile is found by the one or by the other.
        if User.objects.named(username).exclude(pk=self.person.pk).exists():
            raise TAKEN
        if FormerUsername.objects.bars(username, self.person):
            raise TAKEN
        return username

    def clean(self) -> None:
        """Refuse one name after the other."""
        key = str(self.person.pk)
        if not self.errors and not Attempt.objects.allow(
            "username", key, limit=RENAMINGS, per=A_MONTH
        ):
            self.add_error("username", OFTEN)

    def save(self) -> bool:
        """Change the name; False, with a sentence, if somebody else was faster."""
        try:
            with transaction.atomic():
                self.person.rename(self.cleaned_data["username"])
        except IntegrityError:
            self.add_error("username", TAKEN)
            return False
        return True
