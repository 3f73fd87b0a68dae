"""What every test runs under: a fast password hasher, folders of its own, fresh site settings."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, connections, transaction

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


@pytest.fixture(scope="session", autouse=True)
def rows_of_every_start() -> Iterator[None]:
    """After a flush, put rights and roles back as rows: making them anew takes far longer.

    The first flush of each database makes them, by the signal that follows migrations.
    """
    made: dict[str, dict[str, list[Any]]] = {}

    def put_back(verbosity: int, interactive: bool, db: str) -> None:
        database = connections[db]
        with transaction.atomic(using=db), database.cursor() as cursor:
            # The rows that went left work behind: SQLite's triggers fire for a flush too.
            cursor.execute("DELETE FROM posts_relatingwork")
            if db not in made:
                emit_post_migrate_signal(verbosity, interactive, db)
                tables = database.introspection.django_table_names(only_existing=True)
                made[db] = {table: rows_in(cursor, table) for table in tables}
                return
            for table, rows in made[db].items():
                if rows:
                    marks = ", ".join(["%s"] * len(rows[0]))
                    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
        ContentType.objects.clear_cache()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", put_back)
        yield


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
    settings.MISSING_ADDRESSES = False  # a walk over what is missing writes nothing
    settings.CACHES = {"default": _own_cache(settings.CACHES["default"], folder)}
    # On a busy machine any question may be a slow one.
    logging.getLogger("blogsite.queries").setLevel(logging.ERROR)
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


def rows_in(cursor: Any, table: str) -> list[Any]:
    """Return all rows of a table."""
    cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - a table of ours
    return list(cursor.fetchall())


def _own_cache(cache: dict[str, object], folder: Path) -> dict[str, object]:
    if "locmem" in str(cache["BACKEND"]):
        return cache | {"LOCATION": str(folder)}
    return cache | {"KEY_PREFIX": str(folder)}


@pytest.fixture(autouse=True)
def sitemaps_of_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put all on one page: PostgreSQL goes on counting keys from test to test."""
    monkeypatch.setattr("posts.sitemaps.SIZE", 10**9)
