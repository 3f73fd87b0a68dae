"""A start says what a second node would not have; a site on one machine hears nothing."""

import pytest
from django.conf import LazySettings
from django.db import connections

from blogsite import preparation
from blogsite.checks import nodes_share_what_they_must
from blogsite.tests import buckets

BUCKET = "s3+http://testing:testing@127.0.0.1:1/pictures"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    """Have the database on another machine, as far as settings tell."""
    there = {"ENGINE": "django.db.backends.postgresql", "HOST": "db.example.org"}
    default = connections["default"]
    monkeypatch.setattr(default, "settings_dict", {**default.settings_dict, **there})
    settings.SHARED_KEY = ""


def found() -> list[str]:
    return [str(warning.id) for warning in nodes_share_what_they_must()]


def test_a_site_on_one_machine_hears_nothing(settings: LazySettings) -> None:
    settings.SHARED_KEY = ""
    assert found() == []


@pytest.mark.usefixtures("elsewhere")
def test_what_a_second_node_would_not_have_is_named(settings: LazySettings) -> None:
    assert found() == ["blogsite.W003", "blogsite.W004"]
    settings.SHARED_KEY = "the same on every node"
    assert found() == ["blogsite.W003"]
    settings.STORAGES = buckets.storages(BUCKET)
    assert found() == []


@pytest.mark.usefixtures("elsewhere")
def test_a_start_says_it(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(preparation, "run_checks", lambda **_how: nodes_share_what_they_must())
    with caplog.at_level("WARNING", "blogsite"):
        preparation.check_system()
    assert "set STORAGE_URL before there is another" in caplog.text
