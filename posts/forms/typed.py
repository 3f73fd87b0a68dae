"""What was typed into the editor's form, taken as it is: half of a text is a text too."""

from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from blogsite.lib.text import clean_text
from blogsite.lib.worddiff import Difference, compare
from posts.forms.fields import MAX_BODY, is_key
from posts.forms.post import PostForm
from posts.querysets.autosave import Page
from posts.snapshot import TEXTS

LINE = 5_000  # characters of any field but the text: far beyond what may be saved
KEY, TAB, DIGITS = 40, 20, 16
VALUES = 200  # of one field: the series that are ticked
PAGE = ("tab", "version", "after")  # what the editor's script says of the page itself
NOT_TYPED = frozenset({"key"})
FIELDS = tuple(
    name
    for name, field in PostForm.base_fields.items()
    if not isinstance(field, forms.FileField) and name not in NOT_TYPED
)


class TooLong(Exception):
    """More was typed than a post may hold; holds the sentence that says so."""


def typed_fields(data: QueryDict) -> dict[str, list[str]]:
    """Return the raw values of the form's own fields, for a JSON column. Raises TooLong."""
    fields = {name: data.getlist(name) for name in FIELDS if name in data}
    for name, values in fields.items():
        longest = MAX_BODY if name == "body" else LINE
        if len(values) > VALUES or any(
            len(value) > longest + value.count("\r") for value in values
        ):
            raise TooLong(
                _("The text is longer than a million characters.")
                if name == "body"
                else _("One of the fields is far too long.")
            )
    return {name: [clean_text(value) for value in values] for name, values in fields.items()}


def page_of(data: QueryDict) -> Page:
    """Return what the form says of the page that sent it."""
    tab = data.get("tab", "").replace("\0", "")[:TAB]
    return Page(tab, _number(data.get("version", "")), _number(data.get("after", "")))


def _number(sent: str) -> int | None:
    is_number = sent.isascii() and sent.isdigit() and len(sent) < DIGITS
    return int(sent) if is_number else None


def sent_key(data: QueryDict) -> str:
    """Return the key of the opened editor, as a column can hold it."""
    return data.get("key", "").replace("\0", "")[:KEY]


def has_words(fields: dict[str, list[str]]) -> bool:
    """Tell whether somebody typed something worth keeping."""
    return any(value.strip() for name in ("title", "body") for value in fields.get(name, []))


def fill(form: PostForm, fields: dict[str, list[str]]) -> None:
    """Show the raw values in an editor that was opened, not sent."""
    for name in FIELDS:
        if name in form.fields:
            form.initial[name] = _shown(form.fields[name], fields.get(name, []))


def differs(form: PostForm, fields: dict[str, list[str]]) -> bool:
    """Tell whether the values are others than those the opened editor shows."""
    return any(
        _plain(form, name, form.get_initial_for_field(form.fields[name], name))
        != _plain(form, name, _shown(form.fields[name], fields[name]))
        for name in fields
        if name in form.fields and name != "started_from"
    )


def _shown(field: forms.Field, values: list[str]) -> Any:
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [value for value in values if value]
    if isinstance(field, forms.BooleanField):
        return bool(values)
    return values[-1] if values else ""


def _plain(form: PostForm, name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(form.fields[name], forms.ModelMultipleChoiceField):
        return sorted(str(one) for one in value or [])
    shown = form.fields[name].prepare_value(value)
    return clean_text("" if shown is None else str(shown)).strip()


class Change(NamedTuple):
    """A field that was typed into: its label, and both values as they are read."""

    name: str
    label: str
    stored: str
    typed: str

    @property
    def difference(self) -> Difference | None:
        """Return what was changed in a text, word by word; None for any other field."""
        return compare(self.stored, self.typed) if self.name in TEXTS else None


def compared(form: PostForm, fields: dict[str, list[str]]) -> list[Change]:
    """Return the fields whose values are others than the opened editor's, in the form's order."""
    found = []
    for name in FIELDS:
        if name in fields and name in form.fields and differs(form, {name: fields[name]}):
            field = form.fields[name]
            values = (form.get_initial_for_field(field, name), _shown(field, fields[name]))
            found.append(Change(name, str(field.label), *(_read(field, one) for one in values)))
    return found


def _read(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(field, forms.ModelMultipleChoiceField | forms.ModelChoiceField):
        keys = [str(one) for one in (value if isinstance(value, list) else [value]) if one]
        wanted = [int(key) for key in keys if is_key(key)]
        rows: Any = field.queryset
        return ", ".join(str(row) for row in rows.filter(pk__in=wanted))
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return str(dict(choices).get(value, value))
    shown = field.prepare_value(value)
    return "" if shown is None else str(shown)
