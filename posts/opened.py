"""The key of an opened editor: names it, and proves long after sign-out who opened it."""

import time
from secrets import token_hex

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from accounts.models import User

DAY = 86400
OPEN_DAYS = 60  # an editor may stay open for longer than a session lasts
SEAL = 16
LONGEST_NUMBER = 13


def new_key(person: User) -> str:
    """Return a key of at most 40 characters for an editor that the person opens now."""
    today = int(time.time()) // DAY
    head = f"{int_to_base36(person.pk)}-{int_to_base36(today)}-{token_hex(4)}"
    return f"{head}-{_seal(head, person)}"


def is_anothers(key: str, person: User) -> bool:
    """Tell whether the key says of itself that it is somebody else's; that proves nothing."""
    return _number(key, 1) is not None and _number(key, 0) not in {None, person.pk}


def opener(key: str) -> User | None:
    """Return who opened the editor, if the key was made here, lately, for who has it still.

    It ends with the person's password, as their sessions do.
    """
    head, _dash, seal = key.rpartition("-")
    pk, opened = _number(head, 0), _number(head, 1)
    if pk is None or opened is None or opened + OPEN_DAYS < int(time.time()) // DAY:
        return None
    person: User | None = User.objects.active().filter(pk=pk).first()
    if person is None or not constant_time_compare(seal, _seal(head, person)):
        return None
    return person


def _number(key: str, place: int) -> int | None:
    parts = key.split("-")
    part = parts[place] if place < len(parts) else ""
    if not (part.isascii() and part.isalnum() and len(part) <= LONGEST_NUMBER):
        return None
    number = base36_to_int(part)
    return number if number < 2**63 else None


def _seal(head: str, person: User) -> str:
    value = f"{head} {person.get_session_auth_hash()}"
    return salted_hmac("posts.opened", value, algorithm="sha256").hexdigest()[:SEAL]
