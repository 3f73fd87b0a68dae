"""A site of its own for a proof: an empty database, a folder that goes, and a running server."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blogsite.tests.served import ServedSite

KEPT = ("DATABASE_URL", "CACHE_URL", "STORAGE_URL")


@contextmanager
def own_site(*, workers: int, **variables: str) -> "Iterator[ServedSite]":
    """Serve an empty site; DATABASE_URL, CACHE_URL and STORAGE_URL are honoured.

    The models of the same site can be used by this process.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        os.environ["BLOGSITE_DATA"] = str(data)
        import django

        django.setup()
        from django.core.management import call_command

        from blogsite.tests.served import ServedSite

        call_command("migrate", verbosity=0)
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        with ServedSite(data, BLOGSITE_WORKERS=str(workers), **kept, **variables) as site:
            yield site
