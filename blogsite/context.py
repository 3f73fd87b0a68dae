"""What every template can read."""

from typing import Any

from django.http import HttpRequest

from blogsite.appearance import theme_of
from blogsite.lib import site as site_settings


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates the site's settings as `site`, and the `theme` that the reader chose."""
    return {"site": site_settings.current(), "theme": theme_of(request)}
