"""The words that stand in every comment of a page, looked up once for all of them."""

from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def labels() -> dict[str, dict[str, str]]:
    """Return the words as templates know them."""
    return {"words": words()}


def words() -> dict[str, str]:
    """Return the labels in the visitor's language, and where the icons are."""
    return {
        "author": _("Author"),
        "edited": _("edited"),
        "reason": _("The moderator's reason:"),
        "reply": _("Reply"),
        "edit": _("Edit"),
        "delete": _("Delete"),
        "hide": _("Hide"),
        "report": _("Report"),
        "like": ngettext("like", "likes", 1),
        "likes": ngettext("like", "likes", 2),
        "sign_in": _("Sign in to like it"),
        "icons": static("img/icons.svg"),
    }
