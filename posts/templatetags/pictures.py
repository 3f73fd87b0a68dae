"""Uploaded pictures in pages: in all the sizes there are, as blogsite.lib.markup.pictures says."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from blogsite.lib.markup.pictures import Shown, element
from posts import pictures

register = template.Library()

# How wide each place shows a picture, by the stylesheets: css/post.css, home.css, list.css.
_PHONE = "calc(100vw - 2.25rem)"
PLACES = {
    "cover": f"(min-width: 72rem) 56rem, (min-width: 42rem) 40rem, {_PHONE}",
    "lead": f"(min-width: 62rem) 39rem, {_PHONE}",
    "pinned": f"(min-width: 62rem) 34rem, (min-width: 36rem) 46vw, {_PHONE}",
    "entry": f"(min-width: 62rem) 13rem, (min-width: 40rem) 9rem, {_PHONE}",
}


@register.filter
def with_pictures(html: str, cover: Any = None) -> SafeString:
    """Return a post's text with its pictures; below a cover none is loaded before all else."""
    return pictures.with_pictures(html, has_cover=cover is not None)


@register.simple_tag
def picture(shown: Shown, place: str, alt: str = "", *, is_first: bool = False) -> SafeString:
    """Return one picture, in sizes for one of the PLACES."""
    html = element(shown, alt, PLACES[place], is_first=is_first)
    return mark_safe(html)  # noqa: S308 - escaped there
