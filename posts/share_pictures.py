"""The picture beside a link to a post that has none of its own: drawn once, kept with the media.

Its address holds a digest of all that it shows, so that browsers keep it for good. Its place among
the media is named by the site's secret: who knows the title of a withdrawn post cannot guess it.
"""

import json
import logging
import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.models import User
from blogsite.lib import colours, images, languages, site
from posts import picture_files
from posts.models import Post
from posts.models.image import Card

logger = logging.getLogger("blogsite.pictures")

# To be raised when the same should be drawn otherwise.
EDITION = 1
SIZE = WIDTH, HEIGHT = 1200, 630
DIGITS = 16  # of the digest in an address
FOLDERS = 1000  # that the pictures of posts are spread over
# Of the light pages; blogsite/tests/test_share_drawing.py holds them to static/css/tokens.css.
LIGHT = {"paper": "#fcfbf7", "ink": "#1d1c18", "soft": "#5d594f", "rule": "#e2ded2"}
ACCENT = "#0a6152"


def of_post(post: Post, authors: Iterable[User]) -> dict[str, Any]:
    """Return all that the picture of a post shows."""
    title = post.meta_title or post.title
    byline = ", ".join(str(person) for person in authors)
    return _asked(title, byline, post.direction)


def of_site() -> dict[str, Any]:
    """Return all that the picture of the site shows."""
    current = site.current()
    direction = languages.direction(current.language)
    return _asked(current.tagline or current.title, "", direction)


def digest(asked: dict[str, Any]) -> str:
    """Return what stands in the address for all that is shown."""
    return sha256(f"{EDITION} {json.dumps(asked, sort_keys=True)}".encode()).hexdigest()[:DIGITS]


def address(post: Post, authors: Iterable[User]) -> str:
    """Return where everybody finds the picture of the post."""
    return reverse("posts:share_picture", args=[post.slug, digest(of_post(post, authors))])


def card_of_post(post: Post, authors: Iterable[User]) -> Card:
    """Return what other sites show beside a link to the post: its own picture, or a drawn one."""
    own = post.share_image or post.cover
    return own.card if own else Card(address(post, authors), WIDTH, HEIGHT)


def card_of_site() -> Card:
    """Return what other sites show beside a link to a list."""
    return Card(reverse("posts:site_picture", args=[digest(of_site())]), WIDTH, HEIGHT)


def drawn(asked: dict[str, Any], key: int = 0) -> bytes:
    """Return the picture, made if it is not there; `key` is the post's, 0 for the site.

    Raises blogsite.lib.images.Refused. Where it cannot be stored it is made for each who asks.
    """
    folder, name = f"share/{key % FOLDERS:03}", f"{key}-{_secret(asked)}.png"
    path = f"{folder}/{name}"
    try:
        return picture_files.read(path)
    except OSError:
        pass
    made = images.share(json.dumps(asked).encode())
    try:
        picture_files.write({path: made})
        _remove_former(folder, name, key)
    except OSError as error:
        logger.warning("The share picture %s was not stored: %s", path, error)
    return made.data


def _asked(title: str, byline: str, direction: str) -> dict[str, Any]:
    current = site.current()
    tones = colours.accent(current.accent or ACCENT).light
    return {
        "title": title,
        "byline": byline,
        "site": current.title,
        "place": urlsplit(settings.SITE_URL).netloc,
        "is_rtl": _begins_rtl(title) if direction == "auto" else direction == "rtl",
        "colours": {**LIGHT, "accent": tones.accent, "on": tones.on},
    }


def _begins_rtl(text: str) -> bool:
    """Tell how a text without a known language is read: by its first letter with a direction."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)


def _secret(asked: dict[str, Any]) -> str:
    return salted_hmac("posts.share_pictures", digest(asked)).hexdigest()[:32]


def _remove_former(folder: str, name: str, key: int) -> None:
    """Delete what was drawn for the same before it changed."""
    _folders, files = default_storage.listdir(folder)
    former = (one for one in files if one.startswith(f"{key}-") and one != name)
    picture_files.remove(f"{folder}/{one}" for one in former)
