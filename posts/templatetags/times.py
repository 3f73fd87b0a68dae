"""Moments in words, in the zone of whoever asks; for pages that are nobody else's."""

from datetime import UTC, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blogsite.lib import times

register = template.Library()


@register.simple_tag
def moment(time: datetime | None) -> SafeString:
    """Show such as "Mon 14 Sep 09:00 Europe/Madrid, in 2 days"; nothing where there is no time.

    In the zone that the writer's pages are in: that of whoever is signed in.
    """
    if time is None:
        return SafeString()
    stamp = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_html('<time datetime="{}">{}</time>', stamp, times.spelled(time))


@register.filter
def spelled(time: datetime | None) -> str:
    """Return the same as words alone."""
    return times.spelled(time) if time else ""
