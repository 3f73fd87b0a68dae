"""The site's own settings, as every app reads them; where they are kept is the root's business."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class SignupPolicy(models.TextChoices):
    """Who may become a member."""

    ANYBODY = "anybody", _("Anybody")
    INVITED = "invited", _("Invited people only")
    NOBODY = "nobody", _("Nobody")


class CommentPolicy(models.TextChoices):
    """Who may see and write the conversation under a post."""

    OPEN = "open", _("Open: everybody reads, members write")
    REVIEW = "review", _("Open; a member's first comment waits for a moderator")
    MEMBERS = "members", _("Members only: hidden from people who are not signed in")
    CLOSED = "closed", _("Closed: nobody can add a comment")


class Link(NamedTuple):
    """A place that staff lead readers to, from every page."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Site:
    """What staff decide about the whole site, frozen for one request.

    And when next something is to be done by itself, which is known under the same version.
    """

    title: str = "Blogsite"
    tagline: str = ""
    footer_html: str = ""
    language: str = "en"
    signup_policy: SignupPolicy = SignupPolicy.ANYBODY
    default_role: str = "author"
    comment_policy: CommentPolicy = CommentPolicy.OPEN
    writes_held: bool = False
    logo_url: str = ""
    logo_width: int = 0  # CSS pixels
    logo_height: int = 0
    accent: str = ""  # #rrggbb, "" for the look's own
    sheet_url: str = ""  # of the accent and staff's own rules, "" where there are none
    accent_url: str = ""  # of the accent alone, "" where it is the one that comes with the site
    navigation: tuple[Link, ...] = ()
    llms_txt: bool = False
    next_due: datetime | None = None


_read: Callable[[], Site] = Site
_current: ContextVar[Site | None] = ContextVar("site", default=None)


def provide(read: Callable[[], Site]) -> None:
    """Name the function that reads the stored settings; the root calls this once at start."""
    global _read
    _read = read


def current() -> Site:
    """Return the site's settings: one query, then remembered until `forget()`."""
    site = _current.get()
    if site is None:
        site = _read()
        _current.set(site)
    return site


def foreign(language: str = "") -> str:
    """Return the language of a text, the site's if it names none, where the page has another."""
    spoken = language or current().language
    return "" if spoken == get_language() else spoken


def forget() -> None:
    """Drop what `current()` remembers: at the start of each request and after a change."""
    _current.set(None)
