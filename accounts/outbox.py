"""Outgoing letters: stored with what they tell of, delivered by the worker."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import OutgoingEmail


class EmailBackend(BaseEmailBackend):
    """Django's mail backend that writes rows, inside the caller's transaction."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store the letters and return how many."""
        rows = [
            OutgoingEmail(
                subject=message.subject, recipients=message.recipients(), message=pack(message)
            )
            for message in email_messages
        ]
        return len(OutgoingEmail.objects.bulk_create(rows))


def pack(message: EmailMessage) -> dict[str, Any]:
    """Return what `unpack()` needs to make the letter again."""
    alternatives = getattr(message, "alternatives", [])
    return {
        "body": message.body,
        "from_email": message.from_email,
        "to": list(message.to),
        "reply_to": list(message.reply_to),
        "headers": dict(message.extra_headers),
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
