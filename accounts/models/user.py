from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.former import FormerUsername
from accounts.names import validate_address, validate_display_name, validate_username
from accounts.querysets import UserManager
from accounts.roles import Role
from blogsite.lib import markdown, times
from blogsite.lib.text import clean_line, username_key


class User(AbstractBaseUser, PermissionsMixin):
    """A person: signs in by username or e-mail address, writes under a display name."""

    username = models.CharField(_("username"), max_length=30, validators=[validate_username])
    username_key = models.CharField(max_length=60, editable=False)
    email = models.EmailField(_("e-mail address"), blank=True, validators=[validate_address])
    display_name = models.CharField(
        _("display name"), max_length=80, blank=True, validators=[validate_display_name]
    )
    biography = models.TextField(_("biography"), blank=True, max_length=2000)
    biography_html = models.TextField(editable=False, blank=True)
    website = models.URLField(
        _("website"), blank=True, max_length=300, validators=[URLValidator(["http", "https"])]
    )
    picture = models.FileField(_("picture"), blank=True, upload_to="people/")
    is_active = models.BooleanField(_("can sign in"), default=True)
    is_staff = models.BooleanField(_("enters the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    email_confirmed_at = models.DateTimeField(_("e-mail confirmed"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=times.NAME_LENGTH, blank=True, default="", db_default=""
    )
    suspended_until = models.DateTimeField(_("suspended until"), null=True, blank=True)
    sessions_ended_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                fields=["username_key"],
                name="username_is_unique",
                violation_error_message=_("That username is taken, or looks like one that is."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="email_is_unique",
                violation_error_message=_("Somebody else uses that address."),
            ),
        ]
        indexes = [
            models.Index(Lower("email"), name="user_email_lower"),
            models.Index(Lower("username"), name="user_username_lower"),
        ]
        permissions = [("suspend_user", _("Can suspend people"))]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_absolute_url(self) -> str:
        """Return the address of the person's public page."""
        return reverse("posts:author", args=[self.username])

    def clean(self) -> None:
        """Bring names and address into their one form; refuse an impossible biography."""
        self.username = self.normalize_username(self.username.strip())
        self.username_key = username_key(self.username)
        self.display_name = clean_line(self.display_name)
        self.email = type(self).objects.normalize_email(self.email.strip())
        try:
            self._render()
        except markdown.TooComplex as error:
            raise ValidationError({"biography": str(error)}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the stored key and HTML true to what they come from."""
        self.username_key = username_key(self.username)
        fields = kwargs.get("update_fields")
        if fields is None or "biography" in fields:
            self._render()
            if fields is not None:
                kwargs["update_fields"] = {*fields, "biography_html"}
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the account; its name is not free for somebody else."""
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            FormerUsername.objects.keep(self.username, None)
        return deleted

    @property
    def is_suspended(self) -> bool:
        """Tell whether a suspension runs: may sign in and read, may not write, comment or like."""
        return self.suspended_until is not None and self.suspended_until > timezone.now()

    @property
    def roles(self) -> list[Role]:
        """Return the site's roles the person has; an owner is one by being a superuser."""
        names = {group.name for group in self.groups.all()}
        owner = {Role.OWNER.value} if self.is_superuser else set()
        return [role for role in Role if role.value in names | owner]

    @property
    def initial(self) -> str:
        """Return the letter that stands where a picture is missing."""
        return str(self)[:1].upper()

    @property
    def picture_url(self) -> str:
        """Return the address of the picture, "" where there is none."""
        return self.picture.url if self.picture else ""

    @property
    def suspension_reason(self) -> str:
        """Return why the person is suspended, as a moderator put it; empty if nobody said."""
        running = self.sanctions.filter(lifted_at__isnull=True, ends_at__gt=timezone.now())
        return running.order_by("-ends_at").values_list("reason", flat=True).first() or ""

    @classmethod
    def unnamed(cls) -> "User":
        """Return a member without name and rights, for whom what all members share is made."""
        return cls(pk=-1, is_active=False)

    def can(self, permission: str) -> bool:
        """Tell whether the person holds the permission and is not suspended."""
        return not self.is_suspended and self.has_perm(permission)

    @transaction.atomic
    def rename(self, username: str) -> None:
        """Take another username; the address of the former one leads to the new one."""
        before, self.username = self.username, username
        self.save(update_fields=["username", "username_key"])
        FormerUsername.objects.named(username).filter(person=self).delete()
        if before.lower() != username.lower():
            FormerUsername.objects.keep(before, self)

    def suspend(self, *, until: datetime) -> None:
        """Take away writing, commenting and liking until that time."""
        self.suspended_until = until
        self.save(update_fields=["suspended_until"])

    def reinstate(self) -> None:
        """End a suspension now."""
        self.suspended_until = None
        self.save(update_fields=["suspended_until"])

    def assign_roles(self, *roles: Role) -> None:
        """Give exactly these of the site's roles; other groups stay."""
        kept = self.groups.exclude(name__in=Role.values)
        given = Group.objects.filter(name__in=roles)
        self.groups.set([*kept, *given])
        self.is_superuser = Role.OWNER in roles
        self.is_staff = any(role.is_staff for role in roles)
        self.save(update_fields=["is_superuser", "is_staff"])

    def confirm_email(self, email: str = "") -> None:
        """Record that the person reads mail at their address, or at this one from now on."""
        self.email = email or self.email
        self.email_confirmed_at = timezone.now()
        self.save(update_fields=["email", "email_confirmed_at"])

    def end_sessions(self) -> None:
        """Sign the person out everywhere, and forget their browsers."""
        self.sessions_ended_at = timezone.now()
        self.save(update_fields=["sessions_ended_at"])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind sessions to the password, as Django does, and to when they were last ended."""
        ended = self.sessions_ended_at.isoformat() if self.sessions_ended_at else ""
        bound_to = f"{self.password} {ended}"
        salt = "accounts.User.get_session_auth_hash"
        return salted_hmac(salt, bound_to, secret=secret, algorithm="sha256").hexdigest()

    def _render(self) -> None:
        self.biography_html = markdown.render(self.biography, markdown.Kind.BIOGRAPHY).html
