"""The pictures of the editor's form: stored as they arrive, good form or not."""

import re
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from blogsite.lib import images
from posts.forms.uploads import store_pictures
from posts.models import Image, Post
from posts.rendering import pictures_by_address

# A browser does not send the refused files again by itself.
NOT_SAVED = _(
    "Nothing is saved yet. The other pictures are in their places already;"
    " press Save again to save without those that failed."
)
KEY = re.compile("[1-9][0-9]{0,17}", re.ASCII)


def no_picture() -> forms.ModelChoiceField[Image]:
    """Return the hidden field that names a picture of the library; the form says which may be."""
    return forms.ModelChoiceField(
        queryset=Image.objects.none(), required=False, widget=forms.HiddenInput
    )


def picture_file() -> forms.FileField:
    """Return the field for a new picture in its place."""
    return forms.FileField(
        label=_("Choose a picture"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )


class PicturesTaken(forms.BaseModelForm[Post]):
    """Stores what was sent first, and writes it into what was typed in the files' place."""

    person: User
    typed: QueryDict
    files: MultiValueDict[str, UploadedFile[bytes]]
    SINGLE: ClassVar = ("cover", "share_image")
    picture_limit: ClassVar = images.MAX_BYTES

    def full_clean(self) -> None:
        """Store the pictures and write them into what was typed, then clean as usual."""
        self.refused: list[tuple[str, str]] = []
        if self.is_bound:
            self._describe_pictures()
            for name in self.SINGLE:
                self._take_one(name)
            self._take_pictures()
        super().full_clean()
        for field, sentence in self.refused:
            self.add_error(field, sentence)
        if self.refused:
            self.add_error(None, NOT_SAVED)

    def picture(self, name: str) -> Any:
        """Return the picture that a single field names, None where it names none."""
        field: Any = self.fields[name]
        try:
            return field.to_python(self[name].value())
        except forms.ValidationError:
            return None

    def _take_one(self, name: str) -> None:
        uploads = store_pictures(self.person, self.files.getlist(f"{name}_file")[:1])
        self.refused += [(f"{name}_file", sentence) for sentence in uploads.refused]
        if uploads.stored:
            self.typed[name] = str(uploads.stored[0].pk)
        elif self.typed.get(f"remove_{name}"):
            self.typed[name] = ""
        self.typed.pop(f"remove_{name}", None)

    def _take_pictures(self) -> None:
        uploads = store_pictures(self.person, self.files.getlist("pictures"))
        self.refused += [("pictures", sentence) for sentence in uploads.refused]
        if uploads.stored:
            shown = "\n\n".join(picture.markdown for picture in uploads.stored)
            self.typed["body"] = f"{self.typed.get('body', '').rstrip()}\n\n{shown}\n"

    def _describe_pictures(self) -> None:
        """Keep each picture's typed description, and put it where the text has none yet."""
        typed = {name[4:]: self.typed[name] for name in self.typed if name.startswith("alt-")}
        wanted = [int(pk) for pk in typed if KEY.fullmatch(pk)]
        described = Image.objects.editable_by(self.person).in_bulk(wanted[:100])
        for pk, picture in described.items():
            mark = self.typed.get(f"decorative-{pk}")  # "" where the box is there and not ticked
            picture.describe(str(typed[str(pk)]), None if mark is None else bool(mark))
        body = self.typed.get("body", "")
        for address, shown in pictures_by_address(body, self.person.pk).items():
            if shown.pk in described:
                words = described[shown.pk].markdown_at(address)
                body = body.replace(f"![]({address})", words)
        self.typed["body"] = body
