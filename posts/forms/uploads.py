"""Pictures sent with a form: how many, how often, how large, and a sentence for each refusal."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.models import Attempt, User
from blogsite.lib import images
from posts.models import Image

MAX_FILES = 20
MAX_BYTES = 15 * 1024 * 1024
AN_HOUR = 3600
UPLOADS_AN_HOUR = 200


@dataclass(slots=True)
class Uploads:
    """What became of the files that were sent."""

    stored: list[Image] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def store_pictures(person: User, files: Iterable[UploadedFile[bytes]]) -> Uploads:
    """Store each picture for the person; what is refused gets a sentence with its name."""
    uploads = Uploads()
    for number, file in enumerate(files):
        if number == MAX_FILES:
            uploads.refused.append(
                _("At most %(limit)d pictures at once; the others were left out.")
                % {"limit": MAX_FILES}
            )
            break
        try:
            uploads.stored.append(_store(person, file))
        except images.Refused as refusal:
            uploads.refused.append(f"{file.name}: {refusal}")
    return uploads


def _store(person: User, file: UploadedFile[bytes]) -> Image:
    if (file.size or 0) > MAX_BYTES:
        raise images.Refused(
            _("The file is larger than %(limit)s.") % {"limit": filesizeformat(MAX_BYTES)}
        )
    if not Attempt.objects.allow("upload", str(person.pk), limit=UPLOADS_AN_HOUR, per=AN_HOUR):
        raise images.Refused(_("That were many pictures in one hour; please wait a little."))
    return Image.store(person, file.read(), name=file.name or "")
