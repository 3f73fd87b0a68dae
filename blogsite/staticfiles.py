"""How static files are stored, bundles joined, names hashed, bytes compressed; and served."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

from blogsite.stylesheets import compact

IMPORT = re.compile(r'^@import url\("(?P<name>[\w.-]+\.css)"\);\n?', re.MULTILINE)


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Joins the parts of each stylesheet of imports into it, so that a reader asks once."""

    # A script asks for the others by their hashed names.
    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Join first: the hash in a bundle's name must follow its parts."""
        if not dry_run:
            paths = paths | {name: (self, name) for name in self._join(paths)}
        yield from super().post_process(paths, dry_run, **options)

    def _join(self, paths: dict[str, Any]) -> Iterator[str]:
        for name, (source, path) in paths.items():
            if not (name.startswith("css/") and name.endswith(".css")):
                continue
            sheet = Path(source.path(path))
            text = sheet.read_text("utf-8")
            # From the sources: what was collected before may be older than they are.
            joined = IMPORT.sub(lambda found: (sheet.parent / found["name"]).read_text(), text)  # noqa: B023
            if joined != text:
                Path(self.path(name)).write_text(compact(joined), "utf-8")
                yield name


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves them; one that cannot be read any more is out of reach, not a fault of the code."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponseBase:
        """Return the file: WhiteNoise knows which there were at the start, and opens them late."""
        try:
            found: HttpResponseBase = WhiteNoiseMiddleware.serve(static_file, request)
        except OSError:
            words = _("This file cannot be read at the moment. Please try again in a minute.")
            found = HttpResponse(
                f"{words}\n", "text/plain; charset=utf-8", HTTPStatus.SERVICE_UNAVAILABLE
            )
            found["Cache-Control"] = "no-store"
            found["Retry-After"] = "10"
        return found
