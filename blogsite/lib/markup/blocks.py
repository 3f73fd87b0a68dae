"""What blocks become: code, tables, tasks, quotes and notes, each written by the decorator."""

from html import escape
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from blogsite.lib.markup.elements import Attributes

if TYPE_CHECKING:
    from blogsite.lib.markup.decorate import Decorator

_NOTE_TITLES = {
    "note": gettext_noop("Note"),
    "tip": gettext_noop("Tip"),
    "important": gettext_noop("Important"),
    "warning": gettext_noop("Warning"),
    "caution": gettext_noop("Caution"),
}


def start_preformatted(to: "Decorator", attributes: Attributes) -> str:
    """Return a block of code that was written as HTML."""
    return to.element("pre", attributes)[:-1] + ' class="code" tabindex="0">'


def start_table(to: "Decorator", attributes: Attributes) -> str:
    """Return a table that scrolls by itself; one within another does not."""
    table = to.element("table", attributes)
    if to.inside["table"] > 1:
        return table
    to.tables += 1
    label = escape(_("Table %(number)s") % {"number": to.tables})
    region = f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}">'
    return region + table


def end_table(to: "Decorator") -> str:
    """Return its end."""
    return "</table>" if to.inside["table"] > 1 else "</table></div>"


def start_cell(to: "Decorator", name: str, attributes: Attributes) -> str:
    """Return a cell; what is above a column says so."""
    if name == "th":
        to.cells.append((len(to.out), to.names))
        if to.inside["thead"]:
            attributes.setdefault("scope", "col")
    align = attributes.pop("style", "").rpartition(": ")[2]
    cell = to.element(name, attributes)
    return f'{cell[:-1]} class="align-{align}">' if align else cell


def end_header_cell(to: "Decorator") -> str:
    """An empty corner is no header of anything."""
    start, names = to.cells.pop()
    if names < to.names:
        return "</th>"
    to.out[start] = to.out[start].replace("<th", "<td", 1).replace(' scope="col"', "")
    return "</td>"


def checkbox(to: "Decorator", attributes: Attributes) -> str:
    """Return the box of a task, and mark the item it stands in."""
    for at in range(len(to.out) - 1, max(len(to.out) - 4, -1), -1):
        if to.out[at].startswith("<li") and " class=" not in to.out[at]:
            to.out[at] = f'{to.out[at][:-1]} class="task">'
            break
    done = "checked" in attributes
    label = escape(_("Done") if done else _("Not done"))
    return f'<input type="checkbox" disabled{" checked" * done} aria-label="{label}">'


def start_quote(to: "Decorator", attributes: Attributes) -> str:
    """Return a quote, or one of GitHub's notes with its title."""
    note = attributes.get("class", "").removeprefix("markdown-alert-")
    quote = to.element("blockquote", attributes)
    if not note:
        return quote
    title = escape(_(_NOTE_TITLES[note]))
    return f'{quote[:-1]} class="note note-{note}"><p class="note-title">{title}</p>'
