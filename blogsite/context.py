"""What every template can read."""

from typing import Any

from django.http import HttpRequest

from blogsite.lib import site as site_settings


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates the site's settings as `site`."""
    return {"site": site_settings.current()}
