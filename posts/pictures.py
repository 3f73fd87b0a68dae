"""Texts with their uploaded pictures in all the sizes there are when the page is made."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.safestring import SafeString, mark_safe

from blogsite.lib.markup.pictures import Shown, complete, uploaded
from posts.models import Image

COLUMNS = ("path", "width", "height", "smaller", "tone", "recipe")


def with_pictures(html: str, *, has_cover: bool = False) -> SafeString:
    """Return a post's stored HTML with its pictures in their sizes; one query at most."""
    sources = uploaded(html, settings.MEDIA_URL)
    if not sources:
        return mark_safe(html)  # noqa: S308 - the renderer's
    paths = [source.removeprefix(settings.MEDIA_URL) for source in sources]
    # Two people may have sent the same picture: the row with sizes comes last, and stays.
    rows = Image.objects.filter(path__in=paths).only(*COLUMNS).order_by("recipe")
    found: dict[str, Shown] = {default_storage.url(row.path): row.shown() for row in rows}
    return mark_safe(complete(html, found.get, has_cover=has_cover))  # noqa: S308
