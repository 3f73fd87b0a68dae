"""Pictures sent with a form: how many, how often, how large, and a sentence for each refusal."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.models import Attempt, User
from blogsite.lib import images
from blogsite.lib.storage import NOT_STORED
from posts.models import Image

MAX_FILES = 20
AN_HOUR = 3600
UPLOADS_AN_HOUR = 200

logger = logging.getLogger("blogsite.storage")


@dataclass(slots=True)
class Uploads:
    """What became of the files that were sent."""

    stored: list[Image] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def store_pictures(person: User, files: Iterable[UploadedFile[bytes]]) -> Uploads:
    """Store each picture for the person; what is refused gets a sentence with its name."""
    uploads, sent = Uploads(), list(files)
    if not sent:
        return uploads
    with images.Processor() as processor:
        for file in sent[:MAX_FILES]:
            try:
                uploads.stored.append(_store(person, file, processor))
            except images.Refused as refusal:
                uploads.refused.append(f"{file.name}: {refusal}")
            except OSError as error:  # a full disk, or a storage that does not answer
                logger.warning("A picture could not be stored: %s", error)
                uploads.refused.append(f"{file.name}: {NOT_STORED}")
    if sent[MAX_FILES:]:
        sentence = _("At most %(limit)d pictures at once; the others were left out.")
        uploads.refused.append(sentence % {"limit": MAX_FILES})
    return uploads


def _store(person: User, file: UploadedFile[bytes], processor: images.Processor) -> Image:
    if (file.size or 0) > images.MAX_BYTES:
        raise images.Refused("bytes")
    if not Attempt.objects.allow("upload", str(person.pk), limit=UPLOADS_AN_HOUR, per=AN_HOUR):
        raise images.Refused(_("That were many pictures in one hour; please wait a little."))
    return Image.store(person, file.read(), name=file.name or "", process=processor.process)
