"""What Django's form views are missing: the status that says there were too many tries."""

from typing import Any

from django import forms
from django.http import HttpResponse

from accounts.limits import status_of


class Throttled:
    """Put before a form view of Django's: answers 429 where the form was refused for its pace."""

    def form_invalid(self, form: forms.BaseForm) -> HttpResponse:
        """Show the form again."""
        view: Any = super()
        response: HttpResponse = view.form_invalid(form)
        response.status_code = status_of(form)
        return response
