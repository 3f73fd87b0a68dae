"""A page between choosing an action and doing it: what will happen, and what it needs to know."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Field, Model, QuerySet
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


def choice_form(field: "Field[Any, Any]", label: str, rows: QuerySet[Any]) -> type[forms.Form]:
    """Return a form that chooses one row by typing some of its name, whatever their number."""
    choice = forms.ModelChoiceField(
        label=label, queryset=rows, widget=AutocompleteSelect(field, admin.site)
    )
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
