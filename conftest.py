"""What every test runs under: a fast password hasher, folders of its own, fresh site settings."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, connections

from blogsite.lib import kept, site

AtOnce = Callable[[Callable[[int], Any], int], list[Any]]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Keep SQLite's test database in a file, as the site does: in memory it locks differently."""
    default = connections["default"]
    if default.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        default.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(autouse=True)
def own_surroundings(settings: LazySettings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep a test from what the site of this checkout has, and from the test before it."""
    folder = tmp_path_factory.mktemp("data")
    settings.DATA_DIR = folder
    settings.MEDIA_ROOT = folder / "media"
    settings.STATIC_ROOT = folder
    settings.EMAIL_DELIVERY = {
        "backend": "django.core.mail.backends.filebased.EmailBackend",
        "file_path": str(folder / "mail"),
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.CACHES = {"default": _own_cache(settings.CACHES["default"], folder)}
    kept.provide(None)
    site.forget()


@pytest.fixture
def site_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what gives the site other settings for the rest of the test."""

    def choose(**fields: object) -> None:
        chosen = replace(site.Site(), **fields)  # type: ignore[arg-type]
        monkeypatch.setattr(site, "_read", lambda: chosen)
        site.forget()

    return choose


@pytest.fixture
def at_once(transactional_db: None) -> AtOnce:
    """Return what runs a function in many threads at once, each with its own connection.

    The function is given the number of its thread; the answers come in that order.
    """

    def run(work: Callable[[int], Any], threads: int) -> list[Any]:
        def alone(number: int) -> Any:
            try:
                return work(number)
            finally:
                connection.close()

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(alone, range(threads)))

    return run


def _own_cache(cache: dict[str, object], folder: Path) -> dict[str, object]:
    if "locmem" in str(cache["BACKEND"]):
        return cache | {"LOCATION": str(folder)}
    return cache | {"KEY_PREFIX": str(folder)}
