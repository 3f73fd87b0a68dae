"""`manage.py create_owner`: an owner for scripted installations."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.testing import make_user
from blogsite.management.commands import create_owner

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"


def run(monkeypatch: pytest.MonkeyPatch, stdin: str = "", **options: Any) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    output = io.StringIO()
    given = {"username": "alice", "email": "alice@example.org"} | options
    call_command("create_owner", stdout=output, **given)
    return output.getvalue()


def test_the_password_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run(monkeypatch, f"{PASSWORD}\n", name="Alice")
    alice = User.objects.get(username="alice")
    assert alice.check_password(PASSWORD)
    assert alice.is_superuser
    assert alice.display_name == "Alice"
    assert PASSWORD not in printed


def test_the_password_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(create_owner.VARIABLE, PASSWORD)
    assert PASSWORD not in run(monkeypatch)
    assert User.objects.get(username="alice").check_password(PASSWORD)


def test_once_more_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, PASSWORD)
    assert "already" in run(monkeypatch, "another-password-entirely")
    assert User.objects.get(username="alice").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("stdin", "options", "sentence"),
    [
        ("", {}, "Give the password in"),
        ("short", {}, "too short"),
        (PASSWORD, {"username": "admin"}, "kept for the site itself"),
        (PASSWORD, {"email": "nowhere"}, "email: "),
    ],
)
def test_what_is_wrong_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, stdin: str, options: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(monkeypatch, stdin, **options)
    assert not User.objects.exists()


def test_nobody_is_made_owner_by_having_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user("alice")
    with pytest.raises(CommandError, match="taken"):
        run(monkeypatch, PASSWORD)
    assert not User.objects.get(username="alice").is_superuser
