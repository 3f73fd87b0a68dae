"""`manage.py work`: letters go out, what expired goes away, and nothing stops it for long."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from accounts.models import Attempt, OutgoingEmail
from accounts.outbox import EmailBackend
from accounts.testing import make_user
from blogsite.lib import site
from blogsite.management.commands import work
from blogsite.tests.served import surroundings
from blogsite.tests.sources import ROOT
from posts.models import Post
from posts.testing import make_post


@pytest.mark.django_db
def test_it_delivers_what_is_due(settings: object) -> None:
    settings.EMAIL_DELIVERY = {"backend": "django.core.mail.backends.locmem.EmailBackend"}  # type: ignore[attr-defined]
    EmailBackend().send_messages([EmailMessage("Hello", "words", to=["bob@example.org"])])
    call_command("work", once=True)
    call_command("work", once=True)
    assert [letter.subject for letter in mail.outbox] == ["Hello"]


@pytest.mark.django_db
def test_it_clears_away_what_expired() -> None:
    now = timezone.now()
    for key, ends in {"old": now - timedelta(hours=1), "new": now + timedelta(hours=1)}.items():
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    Attempt.objects.create(scope="login", key="x", window=1, count=1)
    for days in (31, 1):
        sent = now - timedelta(days=days)
        OutgoingEmail.objects.create(subject=str(days), message={}, created_at=sent, sent_at=sent)
    call_command("work", once=True)
    assert [session.pk for session in Session.objects.all()] == ["new"]
    assert not Attempt.objects.exists()
    assert [letter.subject for letter in OutgoingEmail.objects.all()] == ["1"]


def test_it_outlives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    command = work.Command()
    command.stopping = threading.Event()
    command.next_housekeeping = time.monotonic() + 60
    tries: list[int] = []

    def deliver(is_over: Callable[[], bool]) -> int:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("away")
        return 0

    monkeypatch.setattr(work, "PAUSE", 0.001)
    monkeypatch.setattr(work, "apply_due", deliver)
    monkeypatch.setattr(site, "current", site.Site)
    monkeypatch.setattr(work, "deliver_due", lambda is_over: command.stopping.set())
    command.loop()
    assert len(tries) == 3


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_when_told(tmp_path: Path, how: signal.Signals) -> None:
    command = [sys.executable, "manage.py", "work"]
    with subprocess.Popen(
        command, cwd=ROOT, env=surroundings(tmp_path), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "database" in process.stderr.readline()  # it found no tables: it is at work
        process.send_signal(how)
        assert process.wait(3) == 0


@pytest.mark.django_db
def test_it_renders_again_what_an_earlier_version_made() -> None:
    post = make_post(author=make_user("alice"), body="*new*")
    Post.objects.filter(pk=post.pk).update(html="", renderer_version=0)
    worker = work.Command()
    worker.is_over = lambda: False  # type: ignore[method-assign]
    worker.next_housekeeping = time.monotonic()
    worker.work()  # asks once an hour whether there is any
    assert worker.has_old_html
    worker.work()
    post.refresh_from_db()
    assert "<em>" in post.html
    worker.work()
    assert not worker.has_old_html
