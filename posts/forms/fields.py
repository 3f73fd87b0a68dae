"""Form fields that clean what people type: lines, long text, tags, several files."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from blogsite.lib.text import clean_line, clean_text, slugify

MAX_TAGS = 20
MAX_BODY = 1_000_000
MAX_SUMMARY = 500
TAG_LENGTH = 60


class LineField(forms.CharField):
    """One line, without control characters and needless space; limits count what is left."""

    def to_python(self, value: Any) -> str:
        """Return the cleaned line."""
        return clean_line(super().to_python(value) or "")


class LongTextField(forms.CharField):
    """Text of several lines, its newlines as \\n, without control characters."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the cleaned text."""
        return clean_text(super().to_python(value) or "")


class WebAddressField(forms.URLField):
    """The address of a page on the web; without a scheme it is taken for https."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)


class TagListField(forms.CharField):
    """Tags as one types them: separated by commas. The value is their names, each once."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Return the names in their order."""
        typed = (clean_line(part).lstrip("#").strip() for part in (value or "").split(","))
        names: dict[str, str] = {}
        for name in filter(None, typed):
            names.setdefault(slugify(name), name)
        return list(names.values())

    def validate(self, value: Any) -> None:
        """Raise ValidationError for too many tags, or one too long or without a letter."""
        super().validate(value)
        if len(value) > MAX_TAGS:
            raise ValidationError(_("At most %(limit)d tags, please."), params={"limit": MAX_TAGS})
        for name in value:
            if len(name) > TAG_LENGTH:
                raise ValidationError(_("“%(tag)s…” is too long."), params={"tag": name[:30]})
            if not any(character.isalnum() for character in name):
                raise ValidationError(_("“%(tag)s” has no letter."), params={"tag": name})

    def run_validators(self, value: Any) -> None:
        """Skip the validators of plain text; `validate` has looked at each name."""

    def prepare_value(self, value: Any) -> Any:
        """Return the line that is shown in the box."""
        return ", ".join(value) if isinstance(value, list) else value


class SeveralFilesInput(forms.ClearableFileInput):
    """The browser's own box for choosing several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PicturesField(forms.FileField):
    """Any number of uploaded files, as a list."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Return the files that were sent; what they are is for the image library to say."""
        files = data if isinstance(data, list | tuple) else [data]
        sent = [file for file in files if file]
        if self.required and not sent:
            raise ValidationError(_("Please choose a picture."), code="required")
        return sent


class SeveralField(forms.ModelMultipleChoiceField[Any]):
    """Any number of rows by their keys; an empty key, as of a list with none chosen, is none."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        """Return the rows; what cannot be a key, or is too large for one, is no row's."""
        keys = [str(key) for key in value or [] if key]
        return super().clean([key if is_key(key) else "0" for key in keys])


def is_key(text: str) -> bool:
    """Tell whether it may be the key of a row."""
    return text.isascii() and text.isdigit() and len(text) < 19
