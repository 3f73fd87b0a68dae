"""Invitations to write together: nothing is anybody's before they said yes."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.models.revision import Revision
from posts.querysets.invited import CoAuthorInvitationQuerySet, SeriesInvitationQuerySet

OPEN = models.Q(answered_at__isnull=True, revoked_at__isnull=True)


class Answer(models.TextChoices):
    """What the invited person said."""

    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


class Invited(models.Model):
    """One person asked by another; to add a kind of thing to share, copy a sibling below."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited person"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    # Whose address was typed is known to the host by what was typed until there is a yes.
    asked_as = models.CharField(max_length=254)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True)

    objects: Any

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.person}: {self.shared}"

    def get_absolute_url(self) -> str:
        """Return the address of the page that asks the invited person."""
        raise NotImplementedError

    @property
    def shared(self) -> Any:
        """Return what is to be written together."""
        raise NotImplementedError

    @transaction.atomic
    def accept(self) -> bool:
        """Let the person in; False where it was answered or taken back meanwhile."""
        self.shared.hold()
        if not self._close(answer=Answer.ACCEPTED, answered_at=timezone.now()):
            return False
        self.let_in()
        return True

    def decline(self) -> bool:
        """Record the no; False where it was answered or taken back meanwhile."""
        return self._close(answer=Answer.DECLINED, answered_at=timezone.now())

    def revoke(self) -> bool:
        """Take it back; False where it was answered meanwhile."""
        return self._close(revoked_at=timezone.now())

    def let_in(self) -> None:
        """Give the person what accepting gives; in a transaction, with what is shared held."""
        raise NotImplementedError

    def _close(self, **values: Any) -> bool:
        return bool(type(self).objects.open().filter(pk=self.pk).update(**values))


class CoAuthorInvitation(Invited):
    """Somebody asked to be an author of a post."""

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="invitations")

    objects = CoAuthorInvitationQuerySet.as_manager()

    class Meta(Invited.Meta):
        verbose_name = _("invitation of an author")
        verbose_name_plural = _("invitations of authors")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["post", "person"], condition=OPEN, name="asked_once_about_each_post"
            )
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the page that asks the invited person."""
        return reverse("posts:author_invitation", args=[self.pk])

    @property
    def shared(self) -> Any:
        """Return the post."""
        return self.post

    def let_in(self) -> None:
        """Name the person last among the authors, and keep that in the post's history."""
        self.post.refresh_from_db()  # it was read before it was held
        Revision.objects.begin(self.post)
        self.post.add_author(self.person)
        Revision.objects.record(self.post, by=self.person, cause="authors")


class SeriesInvitation(Invited):
    """Somebody asked to share a series."""

    series = models.ForeignKey("posts.Series", on_delete=models.CASCADE, related_name="invitations")

    objects = SeriesInvitationQuerySet.as_manager()

    class Meta(Invited.Meta):
        verbose_name = _("invitation to a series")
        verbose_name_plural = _("invitations to series")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["series", "person"], condition=OPEN, name="asked_once_about_each_series"
            )
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the page that asks the invited person."""
        return reverse("posts:series_invitation", args=[self.pk])

    @property
    def shared(self) -> Any:
        """Return the series."""
        return self.series

    def let_in(self) -> None:
        """Share the series with the person."""
        self.series.add_author(self.person)
