"""Which usernames and display names may be taken."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from blogsite.lib.text import clean_line, username_key

USERNAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,28}[A-Za-z0-9])", re.ASCII)
# Names that would speak for the site: refused in every look-alike spelling.
OFFICIAL_NAMES = """
    abuse admin administrator blogsite hostmaster mailer-daemon moderation moderator moderators
    noreply no-reply official operator owner postmaster root security staff superuser support
    sysadmin system webmaster
"""
# Words of the site's own addresses, and of sentences: refused as they are.
RESERVED_NAMES = """
    about account accounts all anonymous api archive author authors blog bot bots comment comments
    contact editor editors everybody everyone feed feeds guest health help here home host info
    invite login logout mail me media member members mod news nobody none null post posts privacy
    rss search series server settings setup signin signout signup site sitemap static status tag
    tags team terms undefined user users write you
"""
OFFICIAL = frozenset(username_key(name) for name in OFFICIAL_NAMES.split())
RESERVED = frozenset(RESERVED_NAMES.split())


def validate_username(value: str) -> None:
    """Raise ValidationError for a name of other characters or one the site keeps for itself."""
    if not USERNAME.fullmatch(value):
        raise ValidationError(
            _(
                "Use 2 to 30 letters from a to z, digits, hyphens and underscores, "
                "with a letter or digit at both ends."
            ),
            code="invalid",
        )
    if value.casefold() in RESERVED or username_key(value) in OFFICIAL:
        raise ValidationError(_("That username is kept for the site itself."), code="reserved")


def validate_address(value: str) -> None:
    """Raise ValidationError for an e-mail address with a look-alike letter before the @.

    Django's own check, blind to case, lets two letters of other alphabets through.
    """
    if not value.rpartition("@")[0].isascii():
        raise ValidationError(_("Use only plain letters before the @."), code="invalid")


def validate_display_name(value: str) -> None:
    """Raise ValidationError for a name that shows nothing once invisible characters are gone."""
    if value and not any(character.isalnum() for character in clean_line(value)):
        raise ValidationError(_("Use at least one letter or digit."), code="invalid")
