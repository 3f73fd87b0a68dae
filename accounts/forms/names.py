"""What every form that takes a new username shares."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import FormerUsername, User

TAKEN = ValidationError(_("That username is taken, or looks like one that is."), code="taken")


class NewUsername:
    """Put before a form with a username: refuses one taken, or like one that is."""

    cleaned_data: dict[str, Any]

    def clean_username(self) -> str:
        """Look now; the database still decides between two at once."""
        username: str = self.cleaned_data["username"]
        # In this order: who is renamed meanwhile is found by the one or by the other.
        if User.objects.named(username).exists() or FormerUsername.objects.bars(username):
            raise TAKEN
        return username
