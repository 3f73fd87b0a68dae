"""Forms of the image library."""

from django import forms
from django.utils.translation import gettext_lazy as _

from posts.forms.fields import LineField, PicturesField
from posts.models import Image


class UploadForm(forms.Form):
    """Pictures for the library."""

    pictures = PicturesField(
        label=_("Add pictures"),
        help_text=_("JPEG, PNG, WebP, GIF or AVIF, up to 20 MB together, 20 at once."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Let the browser offer pictures only."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["pictures"].widget.attrs["accept"] = "image/*"


class DescriptionForm(forms.ModelForm[Image]):
    """What a picture shows, in words."""

    alt = LineField(
        label=_("Description for people who cannot see it"), max_length=500, required=False
    )

    class Meta:
        model = Image
        fields = ("alt",)
