"""How a person is recognised when signing in."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest

from blogsite.lib import kept
from blogsite.lib.kept import RIGHTS, Kept

if TYPE_CHECKING:
    from accounts.models import User

# A hash fills a core for a quarter of a second: in each process one at a time, so that with a
# process a core pages go on beside them. Who waits holds a thread, so nobody waits for long.
HASHING = BoundedSemaphore(1)
HASHING_PATIENCE = 1.5


class Busy(Exception):
    """Too many passwords are being hashed just now; nothing was tried."""


@contextmanager
def hashing() -> Iterator[None]:
    """Hash a password inside this, when it is one's turn. Raises Busy after a short wait."""
    if not HASHING.acquire(timeout=HASHING_PATIENCE):
        raise Busy
    try:
        yield
    finally:
        HASHING.release()


@cache
def _columns() -> tuple[str, ...]:
    return tuple(field.attname for field in get_user_model()._meta.concrete_fields)  # noqa: SLF001


def _row(user_id: int) -> tuple[Any, ...] | None:
    people = get_user_model()._default_manager.using(DEFAULT_DB_ALIAS)  # noqa: SLF001
    row: tuple[Any, ...] | None = people.filter(pk=user_id).values_list(*_columns()).first()
    return row


class MemberBackend(ModelBackend):
    """Django's own backend: one password hash at a time; people and their rights are kept."""

    people: Kept[tuple[Any, ...] | None] = Kept(RIGHTS)
    rights: Kept[frozenset[str]] = Kept(RIGHTS)

    def get_user(self, user_id: int) -> "User | None":
        """Return whom a session names, if they can sign in; any change of theirs is seen at once.

        Each request gets an object of its own, made from the row as it was read before.
        """
        now = kept.versions(RIGHTS)
        row = self.people.get(user_id, lambda: _row(user_id), now)
        if row is None:
            return None
        user: User = get_user_model().from_db(DEFAULT_DB_ALIAS, _columns(), row)
        # One look at the versions proves both.
        if (rights := self.rights.known((user.pk, user.is_superuser), now)) is not None:
            vars(user)["_rights"] = rights
        return user if self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return what the person may do; read again once anybody's rights were changed."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            key = (user_obj.pk, user_obj.is_superuser)
            read = super().get_all_permissions
            known = vars(user_obj).get("_rights") if kept.is_possible() else None
            user_obj._perm_cache = (  # noqa: SLF001
                self.rights.get(key, lambda: frozenset(read(user_obj))) if known is None else known
            )
        return user_obj._perm_cache  # type: ignore[no-any-return] # noqa: SLF001

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> "User | None":
        """Return the person if name or address and password fit. Raises Busy."""
        with hashing():
            return super().authenticate(request, username=username, password=password, **kwargs)
