"""How a person is recognised when signing in."""

from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import User

# A hash takes a core for a tenth of a second and more: pages must go on beside them.
HASHES_AT_ONCE = BoundedSemaphore(2)


class MemberBackend(ModelBackend):
    """Django's own backend, with at most two password hashes at a time in each process."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> "User | None":
        """Return the person if name or address and password fit."""
        with HASHES_AT_ONCE:
            return super().authenticate(request, username=username, password=password, **kwargs)
