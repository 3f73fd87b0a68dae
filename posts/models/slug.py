"""The last part of an address, in any script."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from blogsite.lib.text import SLUG_PATTERN

validate_slug = RegexValidator(
    rf"\A{SLUG_PATTERN}\Z", _("Use letters, digits, hyphens and underscores."), "invalid"
)


class AnySlugField(models.SlugField[Any, Any]):
    """Django's field without its check, which refuses the vowel signs of Hindi, Thai and others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default_validators = [validate_slug]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Be Django's own field to migrations: the database knows no difference."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.SlugField", args, kwargs

    def formfield(self, *args: Any, **kwargs: Any) -> forms.Field | None:
        """Return a plain box: the form's own slug field has the same check."""
        return models.CharField.formfield(self, *args, **kwargs)
