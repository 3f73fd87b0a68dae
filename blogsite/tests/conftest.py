"""What tests of the whole site share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from blogsite import pagecache
from blogsite.lib import kept
from blogsite.lib.pagecache.layer import PageCache
from blogsite.tests.caching import Moved, NewCache, site_cache, versions_are_there
from blogsite.tests.served import free_port, manage


@pytest.fixture
def keeping(transactional_db: None) -> Iterator[None]:
    """Keep values and shared pages by content versions, as a web process does."""
    pagecache.reader.cache_clear()
    kept.provide(pagecache.versions)
    versions_are_there()
    yield
    pagecache.reader().close()
    pagecache.reader.cache_clear()


@pytest.fixture
def new_cache(transactional_db: None) -> Iterator[NewCache]:
    """Return what makes a page cache; each stands for one web process."""
    made: list[PageCache] = []

    def make(**how: Any) -> PageCache:
        made.append(site_cache(**how))
        return made[-1]

    yield make
    for cache in made:
        cache.reader.close()  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder that a first start has filled."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    finished = manage("serve", "--prepare-only", data=data, PORT=str(free_port()))
    assert finished.returncode == 0, finished.stderr
    return data


@pytest.fixture
def moved(db: None) -> Moved:
    """Return what tells which scopes moved since it was last asked."""

    def tell() -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT scope FROM content_version")
            scopes = {row[0] for row in cursor.fetchall()}
            cursor.execute("DELETE FROM content_version")
        return scopes

    tell()
    return tell
