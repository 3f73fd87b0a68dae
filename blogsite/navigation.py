"""The links of the site's header, as rows of a form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from blogsite.lib.text import clean_line

ROWS = 8
LABEL, ADDRESS, POSITION = 40, 300, 2  # characters

Row = dict[str, str]
_is_address = URLValidator(["http", "https"])


class NavigationRows(forms.Widget):
    """A number, a label and an address for each link, and empty rows for more."""

    use_fieldset = True

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the rows; the renderer of forms does not know the project's templates."""
        rows: list[Row] = [_row(position, given) for position, given in enumerate(value or [], 1)]
        rows += [_row(position) for position in range(len(rows) + 1, ROWS + 1)]
        return render_to_string(
            "blogsite/_navigation_rows.html",
            {"name": name, "rows": rows, "label_length": LABEL, "address_length": ADDRESS},
        )

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> list[Row]:
        """Return the rows that were sent, as they were."""
        return [
            {
                part: data.get(f"{name}-{row}-{part}", "")
                for part in ("position", "label", "address")
            }
            for row in range(1, ROWS + 1)
        ]

    def id_for_label(self, id_: str) -> str:
        """Name no single input: each has a name of its own."""
        return ""


class NavigationField(forms.Field):
    """Links in order, each a label and an address."""

    widget = NavigationRows

    def clean(self, value: list[Row]) -> list[list[str]]:
        """Return the links; refuse one without its half, or that leads nowhere, by its row."""
        links: list[tuple[int, list[str]]] = []
        wrong: list[ValidationError] = []
        for number, row in enumerate(value, 1):
            label, address = clean_line(row["label"]), row["address"].strip()
            if not label and not address:
                continue
            position = row["position"].strip()
            if problem := _problem(label, address, position):
                words = {"number": number, "problem": problem}
                wrong.append(ValidationError(_("Link %(number)s: %(problem)s"), params=words))
                continue
            place = int(position) if position.isascii() and position.isdigit() else number
            links.append((place, [label, address]))
        if wrong:
            raise ValidationError(wrong)
        return [link for _place, link in sorted(links, key=lambda one: one[0])]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what the rows say."""
        sent = [[row["label"], row["address"]] for row in data if row["label"] or row["address"]]
        return sent != [list(link) for link in initial or []]


def _row(position: int, given: Row | list[str] | None = None) -> Row:
    if isinstance(given, dict):
        return given
    label, address = given or ("", "")
    return {"position": str(position), "label": label, "address": address}


def _problem(label: str, address: str, position: str) -> str:
    if not label or not address:
        return str(_("it needs both words and an address."))
    if len(label) > LABEL or len(address) > ADDRESS or len(position) > POSITION:
        return str(_("it is too long."))
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, None):
        return "" if address.isprintable() and " " not in address else str(_NOWHERE)
    try:
        _is_address(address)
    except ValidationError:
        return str(_NOWHERE)
    return ""


_NOWHERE = _("its address is neither a page of this site, such as /archive/, nor https://….")
