"""How static files are stored: bundles joined, names hashed, bytes compressed once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

from blogsite.stylesheets import compact

IMPORT = re.compile(r'^@import url\("(?P<name>[\w.-]+\.css)"\);\n?', re.MULTILINE)


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Joins the parts of each stylesheet of imports into it, so that a reader asks once."""

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
