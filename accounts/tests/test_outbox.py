"""Letters: stored with what they tell of, delivered once."""

from datetime import datetime, timedelta
from pathlib import Path
from smtplib import SMTPServerDisconnected
from unittest.mock import patch

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from accounts.models import Attempt, OutgoingEmail
from accounts.models.email import PAUSES
from accounts.outbox import LEASE, EmailBackend, deliver_due, purge

pytestmark = pytest.mark.django_db
SENDING = "django.core.mail.backends.locmem.EmailBackend.send_messages"


@pytest.fixture(autouse=True)
def delivery(settings: LazySettings) -> None:
    """Deliver into memory."""
    settings.EMAIL_DELIVERY = {"backend": "django.core.mail.backends.locmem.EmailBackend"}


def write(subject: str = "News") -> OutgoingEmail:
    """Store a letter to Alice."""
    letter = EmailMultiAlternatives(subject, "Text", to=["alice@example.org"])
    letter.attach_alternative("<p>Text</p>", "text/html")
    EmailBackend().send_messages([letter])
    return OutgoingEmail.objects.get(subject=subject)


def at(moment: datetime) -> object:
    """Let it be that time."""
    return patch("django.utils.timezone.now", return_value=moment)


def test_it_delivers_each_letter_once() -> None:
    row = write()
    assert (deliver_due(), deliver_due()) == (1, 0)
    (sent,) = mail.outbox
    assert (sent.to, sent.body) == (["alice@example.org"], "Text")
    assert isinstance(sent, EmailMultiAlternatives)
    assert sent.alternatives[0][0] == "<p>Text</p>"
    row.refresh_from_db()
    assert row.sent_at is not None
    assert row.claimed_until is None


def test_a_letter_is_the_same_at_every_try() -> None:
    row = write()
    headers = row.message["headers"]
    with patch(SENDING, side_effect=OSError("down")):
        deliver_due()
    with at(timezone.now() + timedelta(hours=1)):  # type: ignore[attr-defined]
        deliver_due()
    assert mail.outbox[0].extra_headers == headers
    assert mail.outbox[0].message()["Message-ID"] == headers["Message-ID"]


def test_a_letter_goes_with_its_transaction() -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert deliver_due() == 0


def test_a_second_worker_leaves_a_claimed_letter_alone() -> None:
    row = write()
    due = OutgoingEmail.objects.due()
    assert list(due) == [row]
    assert OutgoingEmail.objects.claim(row.pk, lease=LEASE)
    assert OutgoingEmail.objects.claim(row.pk, lease=LEASE) is None
    assert deliver_due() == 0


def test_a_letter_whose_worker_died_is_due_after_the_lease() -> None:
    OutgoingEmail.objects.claim(write().pk, lease=LEASE)
    with at(timezone.now() + LEASE + timedelta(seconds=1)):  # type: ignore[attr-defined]
        assert deliver_due() == 1


@pytest.mark.parametrize(
    "error", [OSError("no route"), SMTPServerDisconnected("bye"), ValueError()]
)
def test_a_failure_is_kept_and_tried_again_later(error: Exception) -> None:
    row = write()
    with patch(SENDING, side_effect=error):
        assert deliver_due() == 0
    row.refresh_from_db()
    assert type(error).__name__ in row.error
    assert deliver_due() == 0
    with at(timezone.now() + PAUSES[0] + timedelta(seconds=1)):  # type: ignore[attr-defined]
        assert deliver_due() == 1


def test_it_gives_up_after_two_days() -> None:
    row, now, tries = write(), timezone.now(), 0
    with patch(SENDING, side_effect=OSError("down")):
        for minutes in range(0, 4 * 24 * 60, 30):
            with at(now + timedelta(minutes=minutes)):  # type: ignore[attr-defined]
                deliver_due()
    row.refresh_from_db()
    tries = row.attempts
    assert tries == len(PAUSES) + 1
    assert row.given_up_at is not None
    assert timedelta(hours=40) < row.given_up_at - now < timedelta(hours=60)
    assert "down" in row.error


def test_one_failing_letter_does_not_stop_the_next() -> None:
    write("First")
    write("Second")
    with patch(SENDING, side_effect=[OSError("down"), 1]):
        assert deliver_due() == 1


def test_a_letter_given_up_can_be_tried_again() -> None:
    row = write()
    OutgoingEmail.objects.update(given_up_at=timezone.now(), attempts=8)
    assert deliver_due() == 0
    assert OutgoingEmail.objects.resend() == 1
    assert deliver_due() == 1
    row.refresh_from_db()
    assert row.attempts == 1


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_sending() -> None:
    write()

    def look(_self: object, _messages: object) -> int:
        assert not connection.in_atomic_block
        return 1

    with patch(SENDING, look):
        assert deliver_due() == 1


def test_old_letters_and_counters_are_purged() -> None:
    old, new = write("Old"), write("New")
    OutgoingEmail.objects.filter(pk=old.pk).update(sent_at=timezone.now() - timedelta(days=31))
    OutgoingEmail.objects.filter(pk=new.pk).update(sent_at=timezone.now() - timedelta(days=29))
    Attempt.objects.create(scope="test", key="old", window=0, count=1)
    Attempt.objects.allow("test", "new", limit=1, per=60)
    assert purge() == 2
    assert list(OutgoingEmail.objects.all()) == [new]
    assert Attempt.objects.get().key == "new"


def test_by_default_letters_are_files(settings: LazySettings, tmp_path: Path) -> None:
    settings.EMAIL_DELIVERY = {
        "backend": "django.core.mail.backends.filebased.EmailBackend",
        "file_path": str(tmp_path / "mail"),
    }
    write()
    assert deliver_due() == 1
    (file,) = (tmp_path / "mail").iterdir()
    assert "To: alice@example.org" in file.read_text()


def test_no_letter_is_begun_once_work_is_over() -> None:
    write()
    assert deliver_due(is_over=lambda: True) == 0
    assert OutgoingEmail.objects.due().count() == 1


def test_a_database_away_after_the_sending_makes_no_second_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write()
    tries, record = [], OutgoingEmail.mark_sent

    def away_at_first(row: OutgoingEmail) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("away")
        record(row)

    monkeypatch.setattr(OutgoingEmail, "mark_sent", away_at_first)
    monkeypatch.setattr("accounts.outbox.PAUSE", 0.001)
    monkeypatch.setattr(connections, "close_all", lambda: None)
    assert deliver_due() == 1
    assert OutgoingEmail.objects.get().sent_at
    assert len(mail.outbox) == 1


def test_a_letter_that_ends_every_worker_is_given_up() -> None:
    write()
    OutgoingEmail.objects.update(attempts=20)
    assert deliver_due() == 0
    assert OutgoingEmail.objects.get().given_up_at
    assert not mail.outbox
