"""What the site must do once before it may serve: read its templates, and answer a stranger."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication
from wsgiref.util import setup_testing_defaults

from django.apps import apps
from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines

from blogsite.preparation import CannotStart
from blogsite.serving.gate import Begun, close

# The home page needs the frame, a list and the database; a missing one needs the error page.
HOME, NOWHERE = "/", "/a-page-that-is-not-there/"


def compile_templates() -> None:
    """Read every template of the site, which its workers then share; raises CannotStart."""
    engine = engines["django"]
    for name in sorted(_names()):
        try:
            engine.get_template(name)
        except (TemplateSyntaxError, TemplateDoesNotExist, UnicodeDecodeError) as error:
            raise CannotStart(f"The template {name} cannot be used: {error}") from error


def _names() -> set[str]:
    own = [Path(app.path) for app in apps.get_app_configs()]
    folders = [path / "templates" for path in own if path.parent == settings.BASE_DIR]
    folders += [Path(folder) for one in settings.TEMPLATES for folder in one["DIRS"]]
    return {
        str(path.relative_to(folder))
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"  # beside Python's own modules
    }


def ask(application: WSGIApplication, *paths: str) -> None:
    """Ask for the pages as a stranger does; raises CannotStart where the site is at fault."""
    origin = urlsplit(settings.SITE_URL)
    for path in paths:
        environ: dict[str, Any] = {
            "PATH_INFO": path,
            "HTTP_HOST": origin.netloc,
            "wsgi.url_scheme": origin.scheme,
            "REMOTE_ADDR": "127.0.0.1",
        }
        if settings.TRUSTED_PROXIES:
            environ["HTTP_X_FORWARDED_PROTO"] = origin.scheme
        setup_testing_defaults(environ)
        begun = Begun()
        close(application(environ, begun))
        if begun.status >= 500:
            raise CannotStart(f"The site answers {path} with the status {begun.status}.")
