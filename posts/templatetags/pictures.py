"""Uploaded pictures in pages: in all the sizes there are, as blogsite.lib.markup.pictures says."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from blogsite.lib.markup.pictures import Shown, element
from posts import pictures

register = template.Library()


@register.filter
def with_pictures(html: str, cover: Any = None) -> SafeString:
    """Return a post's text with its pictures; below a cover none is loaded before all else."""
    return pictures.with_pictures(html, has_cover=cover is not None)


@register.simple_tag
def picture(shown: Shown, sizes: str, alt: str = "", *, is_first: bool = False) -> SafeString:
    """Return one picture; `sizes` says how wide the page shows it."""
    return mark_safe(element(shown, alt, sizes, is_first=is_first))  # noqa: S308 - escaped there
