"""The form of the site's settings on the desk: its name, its look, and who may do what."""

import logging
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from blogsite.lib import colours, images, markdown, sheets
from blogsite.lib.storage import NOT_STORED
from blogsite.models import SiteSettings
from blogsite.navigation import NavigationField

LOGO_BYTES = 5 * 1024 * 1024
CSS_BYTES = 50 * 1024
ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,.avif"

logger = logging.getLogger("blogsite.storage")


class SiteSettingsForm(forms.ModelForm[SiteSettings]):
    """What staff decide about the whole site."""

    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_(
            "JPEG, PNG, WebP, GIF or AVIF, up to 5 MB; stands at the top of every page instead of"
            " the title, 40 pixels high. Best with a transparent background."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    navigation = NavigationField(
        label=_("Links"),
        required=False,
        help_text=_(
            "Stand in the header of every page, in the order of their numbers. An address is"
            " a page of this site, such as /archive/, or begins with https:// or http://."
        ),
    )

    class Meta:
        model = SiteSettings
        exclude: tuple[str, ...] = ()
        widgets = {
            "footer": forms.Textarea(attrs={"rows": 2}),
            "accent": forms.TextInput(
                attrs={"placeholder": "#0a6152", "size": 9, "spellcheck": "false"}
            ),
            "custom_css": forms.Textarea(
                attrs={"rows": 12, "spellcheck": "false", "class": "vLargeTextField code"}
            ),
        }
        help_texts = {
            "accent": _(
                "Of links and buttons, such as #0a6152; empty for the one that comes with the site."
                " Made darker on light pages or lighter on dark ones where it could not be read."
            ),
            "custom_css": _(
                "Rules of your own, at most 50 kB, after and above all of the site's. Sheets, fonts"
                " and pictures from elsewhere are not fetched. The desk and the page to sign in"
                " never load them: whatever they break, they can be repaired here."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Its default is asked of the environment, and would be sent along hidden for comparison.
        self.fields["language"].show_hidden_initial = False

    def clean_footer(self) -> str:
        """Refuse what cannot be rendered."""
        footer: str = self.cleaned_data["footer"]
        try:
            markdown.render(footer, markdown.Kind.BIOGRAPHY)
        except markdown.TooComplex as error:
            raise ValidationError(str(error)) from error
        return footer

    def clean_accent(self) -> str:
        """Write the colour in one way."""
        accent: str = self.cleaned_data["accent"].strip()
        if not accent:
            return ""
        try:
            return colours.normal(accent)
        except ValueError as error:
            raise ValidationError(
                _("A colour is written with a number sign and six digits or letters: #0a6152.")
            ) from error

    def clean_custom_css(self) -> str:
        """Refuse what would have no effect, and say so."""
        css: str = self.cleaned_data["custom_css"].replace("\r\n", "\n")
        if len(css.encode()) > CSS_BYTES:
            size = filesizeformat(len(css.encode()))
            raise ValidationError(
                _("These are %(size)s; at most 50 kB are taken.") % {"size": size}
            )
        if sheets.imports(css):
            raise ValidationError(_("@import has no effect here: copy the rules themselves."))
        if sheets.leads_elsewhere(css):
            raise ValidationError(
                _(
                    "Nothing is fetched from other hosts: it would tell them who reads here."
                    " Use a picture of this site, by an address that begins with /media/."
                )
            )
        return css

    def clean_logo_file(self) -> UploadedFile[Any] | None:
        """Refuse a file that is too large before it is read."""
        file: UploadedFile[Any] | None = self.cleaned_data["logo_file"]
        if file is not None and (file.size or 0) > LOGO_BYTES:
            limit = filesizeformat(LOGO_BYTES)
            raise ValidationError(_("The picture is larger than %(limit)s.") % {"limit": limit})
        return file

    def clean(self) -> dict[str, Any]:
        """Store the logo once all else is right: nothing is lost where that cannot be done."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("logo_file")
        if file is not None and not self.errors:
            try:
                self.instance.set_logo(file.read())
            except images.Refused as refusal:
                self.add_error("logo_file", str(refusal))
            except OSError as error:  # a full disk, or a storage that does not answer
                logger.warning("The logo could not be stored: %s", error)
                self.add_error("logo_file", NOT_STORED)
        elif self.cleaned_data.get("remove_logo"):
            self.instance.remove_logo()
        return self.cleaned_data

    def accent_words(self) -> str:
        """Return what was made of the accent where it could not be read, "" where it could."""
        accent: str = self.cleaned_data["accent"]
        if not accent:
            return ""
        made = colours.accent(accent)
        changed = {"light": made.light.accent, "dark": made.dark.accent, "given": accent}
        if made.light.accent != accent != made.dark.accent:
            words = _(
                "%(given)s could be read on no page: it is %(light)s on light ones, and %(dark)s on"
                " dark ones."
            )
        elif made.light.accent != accent:
            words = _("%(given)s is too pale for light pages: there it is %(light)s.")
        elif made.dark.accent != accent:
            words = _("%(given)s is too dark for dark pages: there it is %(dark)s.")
        else:
            return ""
        return words % changed
