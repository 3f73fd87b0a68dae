"""Signed links in letters: each proves that its reader gets mail at an address."""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.crypto import constant_time_compare

from accounts.limits import digest
from accounts.models import Attempt, Invitation, User
from accounts.roles import Role
from blogsite.lib import site
from blogsite.lib.site import SignupPolicy

DAY = 24 * 60 * 60
SIGNUP_AGE, INVITATION_AGE, ADDRESS_AGE = DAY, 14 * DAY, DAY
SIGNUP_SALT, INVITATION_SALT, ADDRESS_SALT = (
    f"accounts.{name}" for name in ("signup", "invitation", "address")
)


@dataclass(frozen=True, slots=True)
class Admission:
    """What a link of the second step of signing up gives: an address, a role, once."""

    token: str
    email: str
    role: Role
    invitation: Invitation | None = None

    def use(self, member: User) -> bool:
        """Record that the link made this member; False where it was used or revoked before.

        Belongs into the transaction that makes the member; of two at once, the database
        refuses one for the address that both bring.
        """
        if self.invitation:
            return self.invitation.accept(member)
        Attempt.objects.spend(SIGNUP_SALT, digest(self.token), seconds=SIGNUP_AGE)
        return True


def for_signup(email: str) -> str:
    """Return the token that lets the address sign up within a day."""
    return signing.dumps(email, salt=SIGNUP_SALT)


def for_invitation(invitation: Invitation) -> str:
    """Return the token that lets an invited person sign up within a fortnight."""
    return signing.dumps(invitation.pk, salt=INVITATION_SALT)


def admission(token: str) -> Admission | None:
    """Return what the token of a letter gives; None if it is forged, too old, used or revoked."""
    found = _signup(token) or _invitation(token)
    if found is None or User.objects.with_email(found.email).exists():
        return None
    return found


def for_address(person: User, email: str) -> str:
    """Return the token that makes the address the person's own within a day."""
    return signing.dumps([person.pk, email, _standing(person)], salt=ADDRESS_SALT)


def new_address(person: User, token: str) -> str:
    """Return the address the token gives the person; empty if it gives none.

    A change of password or address since makes it worthless.
    """
    match _load(token, ADDRESS_SALT, ADDRESS_AGE):
        case [int(pk), str(email), str(standing)] if pk == person.pk:
            return email if constant_time_compare(standing, _standing(person)) else ""
    return ""


def _signup(token: str) -> Admission | None:
    email = _load(token, SIGNUP_SALT, SIGNUP_AGE)
    current = site.current()
    if not isinstance(email, str) or current.signup_policy != SignupPolicy.ANYBODY:
        return None
    if Attempt.objects.is_spent(SIGNUP_SALT, digest(token)):
        return None
    return Admission(token, email, Role(current.default_role))


def _invitation(token: str) -> Admission | None:
    pk = _load(token, INVITATION_SALT, INVITATION_AGE)
    if not isinstance(pk, int) or site.current().signup_policy == SignupPolicy.NOBODY:
        return None
    invitation = Invitation.objects.open().filter(pk=pk).first()
    if invitation is None:
        return None
    return Admission(token, invitation.email, Role(invitation.role), invitation)


def _standing(person: User) -> str:
    return digest(f"{person.email} {person.get_session_auth_hash()}")


def _load(token: str, salt: str, age: int) -> Any:
    try:
        return signing.loads(token, salt=salt, max_age=age)
    except signing.BadSignature:
        return None
