"""Pictures sent with a form: how many, how often, how large, and a sentence for each refusal."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.models import Attempt, User
from blogsite.lib import images
from blogsite.lib.storage import NOT_STORED
from blogsite.lib.text import clean_line
from posts.models import Image

MAX_FILES = 50
PATIENCE = 30.0  # seconds for all of them; what is left then is named, to be sent again
NAME = 80  # characters of a file's name
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
    until, taken = time.monotonic() + PATIENCE, 0
    with images.Processor() as processor:
        for file in sent[:MAX_FILES]:
            if time.monotonic() > until:
                break
            taken += 1
            try:
                uploads.stored.append(_store(person, file, processor))
            except images.Refused as refusal:
                uploads.refused.append(f"{_named(file)}: {refusal}")
            except OSError as error:  # a full disk, or a storage that does not answer
                logger.warning("A picture could not be stored: %s", error)
                uploads.refused.append(f"{_named(file)}: {NOT_STORED}")
    if sent[taken:]:
        why = _("At most %(limit)d pictures at once. Please send these again: %(names)s")
        if taken < MAX_FILES:
            why = _("There was no time for all of them. Please send these again: %(names)s")
        names = ", ".join(_named(file) for file in sent[taken:])
        uploads.refused.append(why % {"limit": MAX_FILES, "names": names})
    return uploads


def _named(file: UploadedFile[bytes]) -> str:
    """Return the name of a file, short and on one line."""
    return clean_line(file.name or "")[:NAME] or _("a picture without a name")


def read(person: User, file: UploadedFile[bytes]) -> bytes:
    """Return what was sent, if it may be and the person sends not too many. Raises Refused."""
    if (file.size or 0) > images.MAX_BYTES:
        raise images.Refused("bytes")
    if not Attempt.objects.allow("upload", str(person.pk), limit=UPLOADS_AN_HOUR, per=AN_HOUR):
        raise images.Refused(_("That were many pictures in one hour; please wait a little."))
    data: bytes = file.read()
    return data


def _store(person: User, file: UploadedFile[bytes], processor: images.Processor) -> Image:
    data = read(person, file)
    return Image.store(person, data, name=file.name or "", process=processor.process)
