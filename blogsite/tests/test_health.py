"""Health: /health/live asks nothing of anybody, /health/ready tells what is wrong."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from accounts.testing import make_user
from blogsite import health


def test_live_touches_no_database(client: Client) -> None:
    """Without the database mark, a query would fail this test."""
    response = client.get("/health/live")
    assert response.status_code == 200
    assert response.content == b"ok\n"


@pytest.mark.django_db
def test_a_site_in_order_is_ready(client: Client) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "database": "ok",
        "migrations": "ok",
        "data_folder": "ok",
        "cache": "ok",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_answers_are_never_kept(client: Client, path: str) -> None:
    assert "no-store" in client.get(path)["Cache-Control"]
    assert not client.get(path).cookies


@pytest.mark.django_db
def test_a_missing_migration_is_told(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("posts", "0001_initial")
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["migrations"] == "failed"
    assert response.json()["database"] == "ok"


def test_a_database_that_is_away_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> Any:
        raise OperationalError("connection to 10.0.0.7 refused for user blog")

    monkeypatch.setattr(connection, "cursor", away)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["database"] == "failed"
    assert b"10.0.0.7" not in response.content


@pytest.mark.django_db
def test_a_data_folder_that_is_gone_is_told(client: Client, settings: LazySettings) -> None:
    settings.DATA_DIR = Path("/proc/nowhere")
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["data_folder"] == "failed"


@pytest.mark.django_db
def test_a_cache_that_is_away_is_told_and_takes_nothing_out_of_service(
    client: Client, settings: LazySettings
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["cache"] == "failed"


@pytest.mark.django_db
def test_a_stopped_redis_breaks_no_page(client: Client, settings: LazySettings) -> None:
    from blogsite.lib.environment import cache

    settings.CACHES = {"default": cache("redis://127.0.0.1:1/0")}
    assert client.get("/health/ready").json()["cache"] == "failed"
    client.force_login(make_user("alice"))
    assert client.get("/").status_code == 200


def test_migrations_are_those_on_disk() -> None:
    assert ("blogsite", "0001_initial") in health._migrations_of_this_version()
