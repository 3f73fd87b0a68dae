"""How often a password may be tried and a letter asked for, counted before any hash is made."""

import unicodedata
from secrets import token_hex

from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.access import client_network
from accounts.models import Attempt, User
from blogsite.lib.text import username_key

# Wrong passwords: for one account by its name and by its address, each in all and from one
# network; for a known browser; from one network; and passwords hashed for it, right ones too.
WINDOW = 5 * 60
ACCOUNT_LIMIT, PAIR_LIMIT, BROWSER_LIMIT, NETWORK_LIMIT, HASHES_LIMIT = 5, 4, 10, 30, 200
# Letters asked for: from one network and to one address.
HOUR = 60 * 60
LETTERS_FROM_NETWORK, LETTERS_TO_ADDRESS = 20, 3

KNOWN_SALT = "accounts.known-browser"
KNOWN_AGE = 365 * 24 * HOUR

TOO_MANY = ValidationError(
    _("Too many tries. Please wait a few minutes, then try again."), code="throttled"
)

BUSY = ValidationError(
    _("Many people sign in at this moment. Please try again in a few seconds."), code="throttled"
)


def status_of(form: BaseForm) -> int:
    """Return the HTTP status of a page that shows the form again."""
    errors = (error for found in form.errors.as_data().values() for error in found)
    return 429 if any(error.code == TOO_MANY.code for error in errors) else 200


def check_sign_in(request: HttpRequest, typed: str) -> None:
    """Count a try of a password for the account that was typed; raise TOO_MANY past the limits.

    Every spelling of a name counts together, and every spelling of an address; but never a name
    with its address, or a visitor could learn by wrong passwords which address is whose. A
    browser that has been signed in to the account is counted alone, so that guessing elsewhere
    does not shut the owner out.
    """
    hashes = ("sign-in hashes", client_network(request), HASHES_LIMIT)
    for scope, key, limit in (hashes, *_counters(request, typed)):
        if not Attempt.objects.allow(scope, key, limit=limit, per=WINDOW):
            raise TOO_MANY


def forgive_sign_in(request: HttpRequest, typed: str) -> None:
    """Take the try back after it succeeded: a school behind one address fills no counter."""
    for scope, key, _limit in _counters(request, typed):
        Attempt.objects.forgive(scope, key, per=WINDOW)


def _counters(request: HttpRequest, typed: str) -> list[tuple[str, str, int]]:
    """Return scope, key and limit of what a wrong password adds to."""
    person = User.objects.resembling(typed)
    if person and (browser := known_browser(request, person)):
        return [("sign-in browser", browser, BROWSER_LIMIT)]
    way = "address" if "@" in _plain(typed) else "name"
    account = f"{way} of {person.pk}" if person else digest(_plain(typed))
    network = client_network(request)
    return [
        ("sign-in network", network, NETWORK_LIMIT),
        ("sign-in pair", f"{account} {network}", PAIR_LIMIT),
        ("sign-in account", account, ACCOUNT_LIMIT),
    ]


def check_own_password(person: User) -> None:
    """Count a try of a signed-in person's own password; raise TOO_MANY past the limit."""
    if not Attempt.objects.allow("own password", str(person.pk), limit=BROWSER_LIMIT, per=WINDOW):
        raise TOO_MANY


def check_letters(request: HttpRequest) -> None:
    """Count a letter asked for from the visitor's network; raise TOO_MANY past the limit."""
    network = client_network(request)
    if not Attempt.objects.allow("letters from", network, limit=LETTERS_FROM_NETWORK, per=HOUR):
        raise TOO_MANY


def may_write_to(address: str) -> bool:
    """Count a letter to the address and tell whether it may still be sent.

    The visitor is never told: the page is the same, so it says nothing about the address.
    """
    key = digest(_plain(address))
    return Attempt.objects.allow("letters to", key, limit=LETTERS_TO_ADDRESS, per=HOUR)


def remember_browser(response: HttpResponseBase, person: User) -> None:
    """Let this browser be known again as one that was signed in to the account."""
    response.set_signed_cookie(
        _cookie_name(),
        f"{token_hex(8)}.{_mark(person)}",
        salt=KNOWN_SALT,
        max_age=KNOWN_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_browser(request: HttpRequest, person: User) -> str:
    """Return the mark of a browser that was signed in to the account; empty for any other.

    A new password makes every browser unknown.
    """
    cookie = request.get_signed_cookie(
        _cookie_name(), default="", salt=KNOWN_SALT, max_age=KNOWN_AGE
    )
    browser, _dot, mark = str(cookie).partition(".")
    return f"{person.pk} {browser}" if constant_time_compare(mark, _mark(person)) else ""


def digest(text: str) -> str:
    """Return a short keyed hash, so that counters do not hold what people typed."""
    return salted_hmac("accounts.limits", text, algorithm="sha256").hexdigest()[:40]


def _plain(typed: str) -> str:
    folded = unicodedata.normalize("NFKC", typed).strip().casefold()
    return folded if "@" in folded else username_key(folded)


def _mark(person: User) -> str:
    return digest(f"{person.pk} {person.get_session_auth_hash()}")


def _cookie_name() -> str:
    return "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"
