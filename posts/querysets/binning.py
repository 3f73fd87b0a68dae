"""Filters over what can be put in the bin; no model is imported here."""

from typing import Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class BinnedQuerySet(models.QuerySet[Row]):
    """Rows that a person may put in the bin, and take out as they were."""

    def not_deleted(self) -> Self:
        """Leave out the bin."""
        return self.filter(deleted_at__isnull=True)

    def binned(self) -> Self:
        """Keep the bin, what was put there last first."""
        return self.filter(deleted_at__isnull=False).order_by("-deleted_at", "-pk")
