"""Outgoing letters: stored with what they tell of, delivered by the worker."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import Attempt, OutgoingEmail

logger = logging.getLogger("blogsite.letters")

# Longer than any delivery takes: a letter whose worker died is due again after it.
LEASE = timedelta(minutes=10)
KEPT = timedelta(days=30)


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


def deliver_due(limit: int = 50) -> int:
    """Send up to `limit` letters that are due, each once, and return how many were sent.

    Any number of workers may do so at once. No transaction is open while a letter is sent.
    """
    due = OutgoingEmail.objects.due().values_list("pk", flat=True)[:limit]
    claimed = (OutgoingEmail.objects.claim(pk, lease=LEASE) for pk in list(due))
    return sum(deliver(row) for row in claimed if row)


def deliver(row: OutgoingEmail) -> bool:
    """Send a claimed letter and record how it went."""
    connection = get_connection(**settings.EMAIL_DELIVERY)
    try:
        connection.send_messages([unpack(row)])
    except (OSError, ValueError) as error:  # what mail servers, sockets and addresses raise
        row.mark_failed(f"{type(error).__name__}: {error}")
        logger.warning("Letter %s was not sent at try %s: %s", row.pk, row.attempts, row.error)
        return False
    row.mark_sent()
    return True


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
