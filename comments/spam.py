"""What makes a comment wait for a moderator: signs of spam, told in words."""

from django.utils.translation import gettext as _

MANY_LINKS = 5


def suspicion(html: str, *, is_known: bool, had_spam: bool) -> str:
    """Return why the rendered comment looks like spam, "" where nothing speaks for it.

    `is_known`: a comment of the person stands already. `had_spam`: one was marked lately.
    """
    links = html.count("<a ")
    if had_spam:
        return _("An earlier comment by this person was marked as spam.")
    if links > MANY_LINKS:
        return _("It has %(number)d links.") % {"number": links}
    if links and not is_known:
        return _("A first comment, with a link.")
    return ""
