import secrets
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models.post import Post

TOKEN_BYTES = 32
LABEL_LENGTH = 80


def digest_of(token: str) -> str:
    """Return what is stored of a token: it cannot be led back to the token."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """Links to posts that are not published."""

    def open(self) -> Self:
        """Keep those that lead somewhere by their own account: neither expired nor revoked."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())

    def of_token(self, token: str) -> Self:
        """Keep the one with that token."""
        return self.filter(token_hash=digest_of(token))

    def make(
        self, post: "Post", by: "User", *, lasts: timedelta, **fields: Any
    ) -> "tuple[ShareLink, str]":
        """Return a new link and its token, which nobody can read again later."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        expires_at = timezone.now() + lasts
        known: dict[str, Any] = {"token_hash": digest_of(token), "expires_at": expires_at}
        return self.create(post=post, made_by=by, **known, **fields), token


class ShareLink(models.Model):
    """A secret address under which people without an account read a post before it is published.

    It shows the draft as it is, or one version of it for good.
    """

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="share_links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    label = models.CharField(_("for whom"), max_length=LABEL_LENGTH, blank=True, default="")
    # Without its version the link is worthless: it must never show another in its place.
    revision = models.ForeignKey(
        "posts.Revision",
        verbose_name=_("version"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="share_links",
    )
    allows_notes = models.BooleanField(_("readers may leave notes"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="share_links",
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    view_count = models.PositiveIntegerField(_("opened"), default=0)
    last_viewed_at = models.DateTimeField(_("last opened"), null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.label or f"{self.post}, {self.created_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Tell whether it leads somewhere by its own account."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    def revoke(self) -> None:
        """Make the link worthless from now on; nothing brings it back."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])

    def count_view(self) -> None:
        """Count that somebody opened it."""
        mine = type(self).objects.filter(pk=self.pk)
        mine.update(view_count=F("view_count") + 1, last_viewed_at=timezone.now())
