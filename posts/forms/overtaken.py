"""A form that notices when what it was opened with was changed before it is saved."""

from typing import Any, NamedTuple, TypeVar

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from posts import snapshot

Row = TypeVar("Row", bound=models.Model)


class Overtaken(NamedTuple):
    """A field that is stored otherwise than it was typed, as both are shown."""

    name: str
    label: str
    stored: str
    typed: str


class OvertakenForm(forms.ModelForm[Row]):
    """Refuses, once, to replace what somebody stored since it was opened.

    `overtaken` has the fields that differ then; saving once more replaces them.
    """

    started_from = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.overtaken: list[Overtaken] = []
        self.stored = {name: self.initial.get(name) for name in self._meta.fields or ()}
        self.initial["started_from"] = snapshot.digest(self.stored)

    def clean(self) -> dict[str, Any]:
        """Refuse what would replace others' words unseen; a form from before may say nothing."""
        cleaned = super().clean() or self.cleaned_data
        begun, now = cleaned.get("started_from"), self.initial["started_from"]
        if self.instance.pk and begun and begun != now:
            self.overtaken = [self._pair(name) for name in self.stored if self._differs(name)]
        if self.overtaken:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data[self.add_prefix("started_from")] = now  # type: ignore[index]
            raise forms.ValidationError(
                _("This was changed meanwhile. What is stored now is shown above your text.")
            )
        return cleaned

    def _differs(self, name: str) -> bool:
        return name in self.cleaned_data and self.cleaned_data[name] != self.stored[name]

    def _pair(self, name: str) -> Overtaken:
        field: Any = self.fields[name]
        named = dict(getattr(field, "choices", ()))
        both = (self.stored[name], self.cleaned_data[name])
        shown = [named.get(one) if named else field.prepare_value(one) for one in both]
        return Overtaken(name, str(field.label), *(str(one or "") for one in shown))
