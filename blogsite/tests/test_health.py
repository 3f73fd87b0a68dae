"""Health: /health/live asks nothing of anybody, /health/ready tells what is wrong."""

import errno
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingEmail
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
    parts = ["database", "data_folder", "storage", "cache", "disk", "migrations", "queue"]
    assert response.json() == {"ready": True, "state": "ok"} | dict.fromkeys(parts, "ok")


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
    assert response.json()["migrations"] == "missing: 1"
    assert response.json()["database"] == "ok"


def test_a_database_that_is_away_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> Any:
        raise OperationalError("connection to 10.0.0.7 refused for user blog")

    monkeypatch.setattr(connection, "cursor", away)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["database"] == "does not answer: OperationalError"
    assert b"10.0.0.7" not in response.content


@pytest.mark.django_db
def test_a_failure_is_logged_once_and_its_end(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    health._logged.clear()
    caplog.set_level("INFO", "blogsite.health")
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("posts", "0001_initial")
    assert [client.get("/health/ready").status_code for _probe in range(3)] == [503] * 3
    recorder.record_applied("posts", "0001_initial")
    assert [client.get("/health/ready").status_code for _probe in range(3)] == [200] * 3
    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["Readiness: migrations missing: 1.", "Readiness: all is well."]


@pytest.mark.django_db
def test_a_data_folder_that_is_gone_is_told(client: Client, settings: LazySettings) -> None:
    settings.DATA_DIR = Path("/proc/nowhere")
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["state"] == "failed"
    assert "cannot be written to" in response.json()["data_folder"]


@pytest.mark.django_db
def test_a_cache_that_is_away_is_told_and_takes_nothing_out_of_service(
    client: Client, settings: LazySettings
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["state"] == "degraded"
    assert "away" in response.json()["cache"]


@pytest.mark.django_db
def test_a_stopped_redis_breaks_no_page(client: Client, settings: LazySettings) -> None:
    from blogsite.lib.environment import cache

    settings.CACHES = {"default": cache("redis://127.0.0.1:1/0")}
    assert "away" in client.get("/health/ready").json()["cache"]
    client.force_login(make_user("alice"))
    assert client.get("/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{"REMOTE_ADDR": "192.0.2.9"}, {"HTTP_X_FORWARDED_FOR": "::1"}])
def test_strangers_are_told_no_reasons(client: Client, headers: dict[str, Any]) -> None:
    MigrationRecorder(connection).record_unapplied("posts", "0001_initial")
    response = client.get("/health/ready", **headers)
    assert response.status_code == 503
    assert response.json()["migrations"] == "failed"


@pytest.mark.django_db
def test_a_folder_that_can_only_be_read_still_serves(
    client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**options: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["data_folder"] == "cannot be written to: Read-only file system"


@pytest.mark.django_db
def test_a_queue_that_nobody_works_on_is_told(client: Client) -> None:
    hours_ago = timezone.now() - timedelta(hours=2)
    OutgoingEmail.objects.create(subject="Late", message={}, next_attempt_at=hours_ago)
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["queue"].startswith("a letter is 72")


@pytest.mark.django_db
def test_little_room_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ROOM", 2**60)
    response = client.get("/health/ready")
    assert response.json()["disk"].endswith(" MB free")
    assert response.json()["state"] == "degraded"


def test_migrations_are_those_on_disk() -> None:
    assert ("blogsite", "0001_initial") in health._migrations_of_this_version()
