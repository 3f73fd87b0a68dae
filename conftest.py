"""What every test runs under: a fast password hasher, folders of its own, fresh site settings."""

import pytest
from django.conf import LazySettings

from blogsite.lib import site


@pytest.fixture(autouse=True)
def own_surroundings(settings: LazySettings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep a test from what the site of this checkout has, and from the test before it."""
    folder = tmp_path_factory.mktemp("data")
    settings.DATA_DIR = folder
    settings.MEDIA_ROOT = folder / "media"
    settings.EMAIL_DELIVERY = {
        "backend": "django.core.mail.backends.filebased.EmailBackend",
        "file_path": str(folder / "mail"),
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    site.forget()
