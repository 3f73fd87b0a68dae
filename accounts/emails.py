"""The letters of accounts, one function each; to add one, copy a sibling and its templates.

Links start with SITE_URL, never with what a request says. A letter to an address that is not
proven yet holds no text that people chose freely: it could carry somebody's advertisement.
"""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django_stubs_ext import StrOrPromise

from accounts import tokens
from accounts.models import Invitation, User
from blogsite.lib import site


def signup(email: str) -> None:
    """Send a stranger the link that makes an account."""
    link = _link("signup_finish", tokens.for_signup(email))
    _send("signup", email, _("Your account at %(site)s"), link=link)


def already_member(email: str) -> None:
    """Tell a member who signs up again that there is an account, and how to get in."""
    links = {"login": _link("login"), "reset": _link("password_reset")}
    _send("already_member", email, _("Your account at %(site)s"), **links)


def invitation(invitation: Invitation) -> None:
    """Send an invited person the link that makes their account."""
    link = _link("signup_finish", tokens.for_invitation(invitation))
    host = invitation.invited_by
    _send("invitation", invitation.email, _("You are invited to %(site)s"), link=link, host=host)


def password_reset(person: User, uid: str, token: str) -> None:
    """Send a member the link that sets a new password."""
    link = _link("password_reset_confirm", uid, token)
    _send("password_reset", person.email, _("A new password for %(site)s"), link=link, to=person)


def no_account(email: str) -> None:
    """Tell somebody who asked for a new password that no account has their address."""
    _send("no_account", email, _("A new password for %(site)s"), link=_link("signup"))


def password_changed(person: User) -> None:
    """Tell a member that the password was changed; nothing if they have no address."""
    if person.email:
        link = _link("password_reset")
        subject = _("Your password at %(site)s was changed")
        _send("password_changed", person.email, subject, link=link, to=person)


def address_confirm(person: User, email: str) -> None:
    """Send the new address of a member the link that confirms it."""
    link = _link("address_confirm", tokens.for_address(person, email))
    _send("address_confirm", email, _("Confirm your address at %(site)s"), link=link, to=person)


def address_taken(person: User, email: str) -> None:
    """Tell the holder of an address that a member tried to take it too."""
    _send("address_taken", email, _("Confirm your address at %(site)s"), to=person)


def address_asked(person: User, email: str) -> None:
    """Tell a member at the present address that another one was named."""
    links = {"link": _link("password_reset"), "wanted": email}
    subject = _("Your address at %(site)s is about to change")
    _send("address_asked", person.email, subject, to=person, **links)


def _link(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(f"accounts:{name}", args=args)


def _send(name: str, email: str, subject: StrOrPromise, **context: Any) -> None:
    send(f"accounts/emails/{name}", email, subject, **context)


def send(template: str, email: str, subject: StrOrPromise, **context: Any) -> None:
    """Send the letter of that template, `.txt` and `.html`; `%(site)s` is put into the subject.

    In the site's language: whose action it tells of may read another.
    """
    with override(site.current().language):
        _write(template, email, subject, context)


def _write(template: str, email: str, subject: StrOrPromise, context: dict[str, Any]) -> None:
    current = site.current()
    title = " ".join(current.title.split())
    context |= {"site": current, "home": settings.SITE_URL, "subject": subject % {"site": title}}
    message = EmailMultiAlternatives(
        subject=context["subject"],
        body=render_to_string(f"{template}.txt", context).lstrip(),
        to=[email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    html = render_to_string(f"{template}.html", context)
    message.attach_alternative(html, "text/html")
    message.send()
