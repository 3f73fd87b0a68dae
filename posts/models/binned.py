"""The bin: what is put there is seen no more, and comes back as it was."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Binned(models.Model):
    """A thing that goes into the bin before it goes for good."""

    deleted_at = models.DateTimeField(_("put in the bin"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def bin(self) -> None:
        """Put it in the bin; `unbin()` undoes this."""
        self.deleted_at = timezone.now()
        models.Model.save(self, update_fields=["deleted_at"])

    def unbin(self) -> None:
        """Take it out of the bin as it was."""
        self.deleted_at = None
        models.Model.save(self, update_fields=["deleted_at"])
