"""What every test runs under: a fast password hasher, folders of its own, fresh site settings."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connections

from blogsite.lib import site


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
    site.forget()


@pytest.fixture
def site_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what gives the site other settings for the rest of the test."""

    def choose(**fields: object) -> None:
        chosen = replace(site.Site(), **fields)  # type: ignore[arg-type]
        monkeypatch.setattr(site, "_read", lambda: chosen)
        site.forget()

    return choose


def _own_cache(cache: dict[str, object], folder: Path) -> dict[str, object]:
    if "locmem" in str(cache["BACKEND"]):
        return cache | {"LOCATION": str(folder)}
    return cache | {"KEY_PREFIX": str(folder)}
