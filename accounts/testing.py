"""People for tests."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role

PASSWORD = "correct-horse-battery"


def make_user(username: str = "alice", role: Role = Role.AUTHOR, **extra: Any) -> User:
    """Return a member with a confirmed address and `PASSWORD`."""
    extra.setdefault("email", f"{username}@example.org")
    extra.setdefault("display_name", username.title())
    extra.setdefault("email_confirmed_at", timezone.now())
    user = User.objects.create_user(username, password=PASSWORD, **extra)
    user.assign_roles(role)
    return user
