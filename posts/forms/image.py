"""Forms of the image library."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from blogsite.lib import images
from blogsite.lib.storage import NOT_STORED
from posts.forms.fields import LineField, PicturesField
from posts.forms.uploads import MAX_FILES, read
from posts.models import Image
from posts.models.replacing import ReplacedMeanwhile
from posts.querysets.image import ImageQuerySet

MOST_AT_ONCE = 200
OVERTAKEN = _("Somebody replaced this picture just now. Look at it as it is, then decide again.")


class UploadForm(forms.Form):
    """Pictures for the library."""

    pictures = PicturesField(label=_("Add pictures"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Let the browser offer pictures only."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["pictures"]
        field.widget.attrs["accept"] = "image/*"
        field.help_text = _now(
            "JPEG, PNG, WebP, GIF or AVIF, up to 20 MB together, %(most)d at once."
        ) % {"most": MAX_FILES}


class DescriptionForm(forms.ModelForm[Image]):
    """What a picture shows, in words; or that it needs none."""

    alt = LineField(
        label=_("Description for people who cannot see it"),
        max_length=500,
        required=False,
        help_text=_("Used wherever you insert the picture from now on; each post may change it."),
    )

    class Meta:
        model = Image
        fields = ("alt", "is_decorative")

    def clean(self) -> dict[str, Any]:
        """Take a picture that has a description for one that needs it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("alt") and cleaned.get("is_decorative"):
            sentence = _("A decorative picture has no description: empty one or untick the other.")
            self.add_error("is_decorative", sentence)
        return cleaned


class LibraryForm(forms.Form):
    """What of the library is asked for, in its address."""

    SHOWN: ClassVar = {
        "": _("All"),
        "unused": _("Unused"),
        "undescribed": _("Without description"),
        "duplicates": _("Duplicates"),
        "bin": _("In the bin"),
    }

    q = LineField(max_length=200, required=False)
    show = forms.ChoiceField(choices=list(SHOWN.items()), required=False)
    of = forms.ChoiceField(choices=[("all", "all")], required=False)

    def asked(self, person: User) -> dict[str, str]:
        """Return what was asked for and makes sense; everybody's pictures are for editors."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        if not person.can("posts.edit_any_post"):
            found["of"] = ""
        return found

    @staticmethod
    def rows(asked: dict[str, str], person: User) -> ImageQuerySet:
        """Return the pictures that were asked for."""
        reach: Any = Image.objects.all() if asked["of"] else Image.objects.filter(owner=person)
        rows = reach.binned() if asked["show"] == "bin" else reach.not_deleted()
        if asked["show"] == "unused":
            rows = rows.unused()
        elif asked["show"] == "undescribed":
            rows = rows.undescribed()
        elif asked["show"] == "duplicates":
            rows = rows.doubled(reach.not_deleted())
        if words := asked["q"]:
            rows = rows.filter(Q(name__icontains=words) | Q(alt__icontains=words))
        return rows  # type: ignore[no-any-return]


class KeysField(forms.ModelMultipleChoiceField[Image]):
    """Rows by their keys; what cannot be a key is no row's."""

    def clean(self, value: Any) -> Any:
        """Return the rows."""
        keys = [key if key.isascii() and key.isdecimal() else "" for key in value or []]
        return super().clean([key if 0 < len(key) < 19 else "0" for key in keys])


class ChoiceForm(forms.Form):
    """Pictures of the library that were chosen, as many as a page may show."""

    picture = KeysField(
        queryset=Image.objects.none(),
        error_messages={
            "required": _("Choose at least one picture."),
            "invalid_choice": _("One of these pictures is not there any more."),
        },
    )

    def __init__(self, *args: Any, rows: ImageQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["picture"]
        field.queryset = rows

    def clean_picture(self) -> list[Image]:
        """Return the pictures."""
        return list(self.cleaned_data["picture"][:MOST_AT_ONCE])


class ReplacementForm(forms.Form):
    """Other bytes for a picture."""

    file = forms.FileField(label=_("New file"), allow_empty_file=True)
    instead_of = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(self, *args: Any, image: Image, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.image = image
        self.initial["instead_of"] = image.path
        self.fields["file"].widget.attrs["accept"] = "image/*"

    def clean_instead_of(self) -> str:
        """Refuse to replace what somebody else replaced since the page was shown."""
        seen: str = self.cleaned_data["instead_of"]
        if seen != self.image.path:
            self.add_error(None, OVERTAKEN)
        return seen

    def store(self, person: User) -> bool:
        """Replace the picture; False, with a sentence, where that cannot be."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        try:
            self.image.replace(read(person, file), by=person, name=file.name or "")
        except images.Refused as refusal:
            self.add_error("file", f"{file.name}: {refusal}")
        except ReplacedMeanwhile:
            self.add_error(None, OVERTAKEN)
        except OSError:
            self.add_error("file", f"{file.name}: {NOT_STORED}")
        return not self.errors
