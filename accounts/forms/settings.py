"""A member's own settings."""

import logging
from hashlib import sha256
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import emails, limits
from accounts.forms.confirmed import ConfirmedForm
from accounts.models import Attempt, User
from accounts.names import validate_address
from blogsite.lib import images, markdown, times
from blogsite.lib.storage import NOT_STORED

PICTURE_BYTES = 10 * 1024 * 1024
PICTURES_AN_HOUR = 20

logger = logging.getLogger("blogsite.storage")


class ProfileForm(forms.ModelForm[User]):
    """How a person appears: name, biography, website, picture."""

    picture_file = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG, WebP, GIF or AVIF, up to 10 MB; shown as a circle."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif,.avif"}),
    )
    remove_picture = forms.BooleanField(label=_("Remove the picture"), required=False)
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=lambda: [("", _site_zone()), *((name, name) for name in times.zones())],
        help_text=_("Of the times you choose and read on the pages where you write."),
    )

    class Meta:
        model = User
        fields = ("display_name", "biography", "website", "time_zone")
        widgets = {
            "display_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "biography": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "display_name": _("Stands above what you write; empty shows your username."),
            "biography": _("A few sentences about you, in Markdown, for your page."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored = ""
        if not self.instance.picture:
            del self.fields["remove_picture"]

    def clean_picture_file(self) -> images.Rendition | None:
        """Decode and re-encode the picture; what it cannot be is said in a sentence."""
        file: UploadedFile[Any] | None = self.cleaned_data["picture_file"]
        if file is None:
            return None
        if (file.size or 0) > PICTURE_BYTES:
            limit = filesizeformat(PICTURE_BYTES)
            raise forms.ValidationError(
                _("The picture is larger than %(limit)s.") % {"limit": limit}
            )
        key = str(self.instance.pk)
        if not Attempt.objects.allow("picture", key, limit=PICTURES_AN_HOUR, per=limits.HOUR):
            raise limits.TOO_MANY
        try:
            return images.portrait(file.read())
        except images.Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        """Store the picture once all else is right: nothing is lost where that cannot be done."""
        portrait: images.Rendition | None = self.cleaned_data.get("picture_file")
        if portrait and not self.errors:
            try:
                self._stored = _store(portrait)
            except OSError as error:  # a full disk, or a storage that does not answer
                logger.warning("A picture could not be stored: %s", error)
                self.add_error("picture_file", NOT_STORED)
        return self.cleaned_data

    def preview(self) -> str:
        """Return the biography as readers would see it."""
        text = self.cleaned_data["biography"]
        return markdown.render(text, markdown.Kind.BIOGRAPHY).html

    def save(self, commit: bool = True) -> User:
        """Save the profile and let go of a picture that was replaced or removed."""
        before = self.instance.picture.name
        if self._stored:
            self.instance.picture.name = self._stored
        elif self.cleaned_data.get("remove_picture"):
            self.instance.picture.name = ""
        fields = [*self.Meta.fields, "picture"]
        # Only these columns: a suspension decided meanwhile must not be undone.
        self.instance.save(update_fields=fields)
        if before and before != self.instance.picture.name:
            transaction.on_commit(lambda: _discard(before))
        return self.instance


def _site_zone() -> str:
    return _("The site's: %(zone)s") % {"zone": timezone.get_default_timezone_name()}


class AddressChangeForm(ConfirmedForm):
    """Asks for another address, with the password."""

    field_order = ("email", "password")
    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        validators=[validate_address],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        """Refuse the address the person has already."""
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if email == self.person.email:
            raise forms.ValidationError(_("That is your address already."))
        return email

    def save(self) -> None:
        """Write to the new address and, of it, to the present one."""
        email = self.cleaned_data["email"]
        if not limits.may_write_to(email):
            return
        if User.objects.with_email(email).exclude(pk=self.person.pk).exists():
            emails.address_taken(self.person, email)
        else:
            emails.address_confirm(self.person, email)
        if self.person.email:
            emails.address_asked(self.person, email)


class AddressConfirmForm(forms.Form):
    """The button that makes a proven address the person's own."""

    def __init__(self, *args: Any, person: User, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.email = person, email

    def save(self) -> bool:
        """Change the address; False, with a sentence, if somebody else was faster."""
        try:
            with transaction.atomic():
                self.person.confirm_email(self.email)
        except IntegrityError:
            self.add_error(None, _("Somebody else uses that address."))
            return False
        return True


def _store(portrait: images.Rendition) -> str:
    """Write the picture, named by its content, and return its path."""
    path = f"people/{sha256(portrait.data).hexdigest()}.{portrait.format}"
    if default_storage.exists(path):
        return path
    return default_storage.save(path, ContentFile(portrait.data))


def _discard(path: str) -> None:
    """Delete the file unless somebody shows the very same picture."""
    if User.objects.filter(picture=path).exists():
        return
    try:
        default_storage.delete(path)
    except OSError as error:
        logger.warning("The picture %s, which nobody shows, was left: %s", path, error)
