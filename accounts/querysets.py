"""Filters and lookups over people; no model is imported here."""

import time
from typing import TYPE_CHECKING, Any

from blogsite.lib.text import username_key
from django.contrib.auth.models import BaseUserManager
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import Attempt, OutgoingEmail, User


class UserQuerySet(models.QuerySet["User"]):
    """People."""

    def active(self) -> "UserQuerySet":
        """Keep the people who can sign in."""
        return self.filter(is_active=True)

    def with_email(self, email: str) -> "UserQuerySet":
        """Keep the one person with the address, whatever its case."""
        return self.annotate(email_lower=Lower("email")).filter(email_lower=email.strip().lower())

    def named(self, username: str) -> "UserQuerySet":
        """Keep the one person with the username, or one that looks the same."""
        return self.filter(username_key=username_key(username))


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes people, and finds them by what they type when signing in."""

    use_in_migrations = False

    def create_user(
        self, username: str, email: str = "", password: str | None = None, **extra: Any
    ) -> "User":
        """Return a new person, saved; without a password they cannot sign in."""
        user: User = self.model(username=username, email=email, **extra)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, email: str = "", password: str | None = None, **extra: Any
    ) -> "User":
        """Return a new owner."""
        extra |= {"is_staff": True, "is_superuser": True}
        return self.create_user(username, email, password, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person whose username or e-mail address this is."""
        typed = (username or "").strip()
        found: User = (
            self.get_queryset().with_email(typed).get()
            if "@" in typed
            else self.get_queryset().get(username__iexact=typed)
        )
        return found


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Counters of attempts, each for one scope, key and window of time."""

    def allow(self, scope: str, key: str, *, limit: int, per: int) -> bool:
        """Count one attempt and tell whether it is among the first `limit` of `per` seconds.

        The window is fixed, counted from the epoch; true over any number of processes.
        """
        window = int(time.time()) // per * per
        row = self.filter(scope=scope, key=key, window=window)
        if not row.update(count=F("count") + 1):
            try:
                with transaction.atomic():
                    self.create(scope=scope, key=key, window=window, count=1)
            except IntegrityError:
                row.update(count=F("count") + 1)
        return row.values_list("count", flat=True).get() <= limit

    def stale(self) -> "AttemptQuerySet":
        """Keep the counters of windows that ended more than a day ago."""
        return self.filter(window__lt=int(time.time()) - 2 * 86400)


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    """Letters waiting, sent or given up."""

    def due(self) -> "OutgoingEmailQuerySet":
        """Keep the letters to deliver now: unsent, not being sent by anybody, their pause over."""
        now = timezone.now()
        return self.filter(
            Q(claimed_until__isnull=True) | Q(claimed_until__lt=now),
            sent_at__isnull=True,
            given_up_at__isnull=True,
            next_attempt_at__lte=now,
        ).order_by("next_attempt_at", "pk")
