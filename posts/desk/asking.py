"""A page between choosing an action and doing it: what will happen, and what it needs to know."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

MOST = 500
SHOWN = 20


class ReasonForm(forms.Form):
    """Why staff did something; kept in the history of each thing."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class NothingForm(forms.Form):
    """Nothing but the question whether."""


class NamedField(forms.CharField):
    """One row, typed by its name: it takes no script and no list, whatever their number."""

    def __init__(self, find: Callable[[str], Model], **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)
        self.find = find

    def clean(self, value: Any) -> Any:
        """Return the row that `find` knows by the typed name."""
        name = super().clean(value)
        try:
            return self.find(name)
        except ObjectDoesNotExist:
            sentence = _("There is nothing called “%(name)s”. Look at the spelling.")
            raise forms.ValidationError(sentence, params={"name": name}) from None


def choice_form(label: str, find: Callable[[str], Model], help_text: str) -> type[forms.Form]:
    """Return a form that asks for the name of one row; `find` raises DoesNotExist for none."""
    choice = NamedField(find, label=label, help_text=help_text)
    return type("ChoiceForm", (forms.Form,), {"choice": choice})


def ask(
    model_admin: admin.ModelAdmin[Any],
    request: HttpRequest,
    rows: QuerySet[Any],
    form_class: type[forms.Form],
    question: str,
) -> forms.Form | TemplateResponse | None:
    """Return the answered form, or else the page that asks; None where too much was chosen."""
    number = rows.count()
    if number > MOST:
        sentence = _("At most %(most)d at once, please; %(number)d were chosen.")
        message = sentence % {"most": MOST, "number": number}
        model_admin.message_user(request, message, messages.ERROR)
        return None
    form = form_class(request.POST if "answered" in request.POST else None)
    if form.is_bound and form.is_valid():
        return form
    context = {
        **model_admin.admin_site.each_context(request),
        "title": question,
        "opts": model_admin.opts,
        "form": form,
        "media": model_admin.media + form.media,
        "rows": rows[:SHOWN],
        "more": max(0, number - SHOWN),
        "checkbox": ACTION_CHECKBOX_NAME,
        "chosen": rows.values_list("pk", flat=True),
        "action": request.POST.get("action", ""),
    }
    return TemplateResponse(request, "posts/admin/ask.html", context)


def record(request: HttpRequest, rows: "list[Any]", message: str) -> None:
    """Write into the history of each thing what was done and why."""
    things: list[Model] = rows
    if things:
        LogEntry.objects.log_actions(
            user_id=request.user.pk or 0,
            queryset=things,
            action_flag=CHANGE,
            change_message=message,
        )
