"""Outgoing letters: stored with what they tell of, delivered by the worker."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, InterfaceError, connections

from accounts.models import Attempt, OutgoingEmail

logger = logging.getLogger("blogsite.letters")

# Longer than any delivery takes: a letter whose worker died is due again after it.
LEASE = timedelta(minutes=10)
KEPT = timedelta(days=30)
PAUSE = 1.0  # seconds between tries to record what was sent


class EmailBackend(BaseEmailBackend):
    """Django's mail backend that writes rows, inside the caller's transaction."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store the letters and return how many."""
        rows = [
            OutgoingEmail(
                subject=str(message.subject), recipients=message.recipients(), message=pack(message)
            )
            for message in email_messages
        ]
        return len(OutgoingEmail.objects.bulk_create(rows))


def deliver_due(limit: int = 50, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Send up to `limit` letters that are due, each once, and return how many were sent.

    Any number of workers may do so at once. No transaction is open while a letter is sent.
    `is_over` is asked before each letter.
    """
    sent = 0
    for pk in list(OutgoingEmail.objects.due().values_list("pk", flat=True)[:limit]):
        if is_over():
            break
        row = OutgoingEmail.objects.claim(pk, lease=LEASE)
        sent += bool(row and deliver(row))
    return sent


def deliver(row: OutgoingEmail) -> bool:
    """Send a claimed letter and record how it went."""
    if row.has_ended_its_workers:
        row.mark_failed("Each worker that tried to send it ended.")
        return False
    connection = get_connection(**settings.EMAIL_DELIVERY)
    try:
        connection.send_messages([unpack(row)])
    except (OSError, ValueError) as error:  # what mail servers, sockets and addresses raise
        row.mark_failed(f"{type(error).__name__}: {error}")
        logger.warning("Letter %s was not sent at try %s: %s", row.pk, row.attempts, row.error)
        return False
    record_sent(row)
    return True


def record_sent(row: OutgoingEmail) -> None:
    """Record that the letter is sent, however long the database is away: else it would go twice.

    Raises what the database raises once the lease is nearly over.
    """
    until = time.monotonic() + LEASE.total_seconds() - 60
    while True:
        try:
            row.mark_sent()
        except (DatabaseError, InterfaceError):
            if time.monotonic() > until:
                raise
            connections.close_all()
            time.sleep(PAUSE)
        else:
            return


def purge() -> int:
    """Delete letters done with 30 days ago and counters out of use; return how many rows."""
    letters, _models = OutgoingEmail.objects.old(KEPT).delete()
    counters, _models = Attempt.objects.stale().delete()
    return letters + counters


def pack(message: EmailMessage) -> dict[str, Any]:
    """Return what `unpack()` needs to make the letter again, the same at every try."""
    alternatives = getattr(message, "alternatives", [])
    domain = urlsplit(settings.SITE_URL).hostname
    fixed = {"Date": formatdate(usegmt=True), "Message-ID": make_msgid(domain=domain)}
    return {
        "body": message.body,
        "from_email": message.from_email,
        "to": list(message.to),
        "reply_to": list(message.reply_to),
        "headers": fixed | dict(message.extra_headers),
        "html": next((part[0] for part in alternatives if part[1] == "text/html"), ""),
    }


def unpack(row: OutgoingEmail) -> EmailMultiAlternatives:
    """Return the letter of the row, ready for a delivering backend."""
    kept = dict(row.message)
    html = kept.pop("html")
    message = EmailMultiAlternatives(subject=row.subject, **kept)
    if html:
        message.attach_alternative(html, "text/html")
    return message
