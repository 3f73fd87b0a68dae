"""Filters and lookups over people; no model is imported here."""

import time
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import BaseUserManager
from django.db import IntegrityError, models, transaction
from django.db.models import F, Min, Q, Sum
from django.db.models.functions import Lower
from django.utils import timezone

from blogsite.lib.leases import WorkQuerySet
from blogsite.lib.text import username_key

if TYPE_CHECKING:
    from accounts.models import Attempt, FormerUsername, Invitation, OutgoingEmail, User

# A window of time is counted in steps, so that it slides.
STEPS = 5


class UserQuerySet(models.QuerySet["User"]):
    """People."""

    def active(self) -> "UserQuerySet":
        """Keep the people who can sign in."""
        return self.filter(is_active=True)

    def owners(self) -> "UserQuerySet":
        """Keep the owners who can sign in."""
        return self.active().filter(is_superuser=True)

    def with_role(self, role: str) -> "UserQuerySet":
        """Keep the people of that role, by its name."""
        if role == "owner":
            return self.filter(is_superuser=True)
        return self.filter(groups__name=role)

    def able_to(self, permission: str) -> "UserQuerySet":
        """Keep the people who can sign in and have the permission, by whatever way."""
        app, _dot, codename = permission.partition(".")
        meant = apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label=app, codename=codename
        )
        by_role = Q(groups__permissions__in=meant) | Q(user_permissions__in=meant)
        return self.active().filter(Q(is_superuser=True) | by_role).distinct()

    def with_email(self, email: str) -> "UserQuerySet":
        """Keep the one person with the address, whatever its case."""
        return self.annotate(email_lower=Lower("email")).filter(email_lower=email.strip().lower())

    def named(self, username: str) -> "UserQuerySet":
        """Keep the one person with the username, or one that looks the same."""
        return self.filter(username_key=username_key(username))

    def resembling(self, typed: str) -> "User | None":
        """Return whom a name or address, in any spelling, is meant for; None if nobody."""
        plain = unicodedata.normalize("NFKC", typed).strip()
        return (self.with_email(plain) if "@" in plain else self.named(plain)).first()

    def suspended(self) -> "UserQuerySet":
        """Keep the people whose suspension runs."""
        return self.filter(suspended_until__gt=timezone.now())

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the accounts, and keep their names from being taken by somebody else."""
        former = apps.get_model("accounts", "FormerUsername").objects
        names = list(self.order_by().values_list("username", flat=True))
        deleted = super().delete()
        for name in names:
            former.keep(name, None)
        return deleted

    delete.queryset_only = True  # type: ignore[attr-defined]


class FormerUsernameQuerySet(models.QuerySet["FormerUsername"]):
    """Names that people had."""

    def named(self, username: str) -> Self:
        """Keep the one of exactly that name, whatever its case."""
        return self.annotate(lower=Lower("username")).filter(lower=username.lower())

    def bars(self, username: str, person: "User | None" = None) -> bool:
        """Tell whether the name, or one that looks the same, was somebody else's."""
        same = self.filter(username_key=username_key(username))
        return (same.exclude(person=person) if person else same).exists()

    def keep(self, username: str, person: "User | None") -> None:
        """Let the name lead to the person from now on, or say that its owner is gone."""
        self.named(username).delete()
        self.create(username=username, person=person)


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
        """Return the person whose username or e-mail address this is, whatever its case.

        Raises User.DoesNotExist, for a name that only looks the same too.
        """
        typed = (username or "").strip()
        if "@" in typed:
            person: User = self.get_queryset().with_email(typed).get()
            return person
        person = self.get_queryset().named(typed).get()
        if person.username.casefold() != unicodedata.normalize("NFKC", typed).casefold():
            raise self.model.DoesNotExist
        return person

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the address with its domain in the one form that mail is sent to."""
        name, at, domain = (email or "").strip().rpartition("@")
        return name + at + unicodedata.normalize("NFKC", domain).lower()


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Counters of attempts, each for one scope, key and step of time."""

    def allow(self, scope: str, key: str, *, limit: int, per: int) -> bool:
        """Count an attempt and tell whether it is among the first `limit` of any `per` seconds.

        True over any number of processes: refused attempts do not count, and two at once can
        both be refused for the last place, but never both get it.
        """
        step = max(1, per // STEPS)
        now = int(time.time()) // step * step
        mine = self.filter(scope=scope, key=key, window=now)
        # Most attempts are the first of their step: to look costs less than to write to no row.
        if not (mine.exists() and mine.update(count=F("count") + 1)):
            try:
                with transaction.atomic():
                    self.create(scope=scope, key=key, window=now, count=1)
            except IntegrityError:
                mine.update(count=F("count") + 1)
        # One step more than the window has: the oldest may have begun before it did.
        recent = self.filter(scope=scope, key=key, window__gte=now - step * STEPS)
        allowed: bool = recent.aggregate(total=Sum("count"))["total"] <= limit
        if not allowed:
            mine.update(count=F("count") - 1)
        return allowed

    def forgive(self, scope: str, key: str, *, per: int) -> None:
        """Take back the attempt just counted."""
        step = max(1, per // STEPS)
        now = int(time.time()) // step * step
        self.filter(scope=scope, key=key, window=now, count__gt=0).update(count=F("count") - 1)

    def spend(self, scope: str, key: str, *, seconds: int) -> None:
        """Remember for so many seconds, at least, that something was used up."""
        self.create(scope=scope, key=key, window=int(time.time()) + seconds, count=1)

    def is_spent(self, scope: str, key: str) -> bool:
        """Tell whether `spend()` was called."""
        return self.filter(scope=scope, key=key).exists()

    def stale(self) -> "AttemptQuerySet":
        """Keep the counters of windows that ended more than a day ago."""
        return self.filter(window__lt=int(time.time()) - 2 * 86400)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations."""

    def open(self) -> "InvitationQuerySet":
        """Keep those whose link still works, its age apart."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def for_email(self, email: str) -> "InvitationQuerySet":
        """Keep those to the address, whatever its case."""
        return self.annotate(email_lower=Lower("email")).filter(email_lower=email.strip().lower())


class OutgoingEmailQuerySet(WorkQuerySet["OutgoingEmail"]):
    """Letters waiting, sent or given up."""

    def due(self) -> Self:
        """Keep the letters to deliver now: unsent, not being sent by anybody, their pause over."""
        return super().due().filter(sent_at__isnull=True, given_up_at__isnull=True)

    def given_up(self) -> "OutgoingEmailQuerySet":
        """Keep the letters that could not be delivered."""
        return self.filter(given_up_at__isnull=False)

    def resend(self) -> int:
        """Try those given up again, from the beginning; return how many."""
        now = timezone.now()
        return self.given_up().update(
            given_up_at=None, claimed_until=None, attempts=0, next_attempt_at=now
        )

    def overdue_seconds(self) -> float:
        """Return how long the letter that has waited longest has been due; 0 if none is."""
        since = self.due().aggregate(since=Min("next_attempt_at"))["since"]
        return (timezone.now() - since).total_seconds() if since else 0.0

    def old(self, age: timedelta) -> "OutgoingEmailQuerySet":
        """Keep the letters sent or given up longer ago than that."""
        then = timezone.now() - age
        return self.filter(Q(sent_at__lt=then) | Q(given_up_at__lt=then))
