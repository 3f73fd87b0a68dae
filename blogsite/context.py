"""What every template can read."""

from typing import Any

from django.http import HttpRequest

from blogsite.appearance import theme_of
from blogsite.lib import site as site_settings


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates the site's settings as `site`, and the `theme` that the reader chose.

    `foreign` is the language of what the site's people wrote, where the page has another.
    """
    current = site_settings.current()
    return {"site": current, "theme": theme_of(request), "foreign": site_settings.foreign()}
