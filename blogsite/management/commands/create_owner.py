"""`manage.py create_owner`: the site's owner without a browser, for scripted installations."""

import argparse
import os
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from blogsite import ownership

VARIABLE = "BLOGSITE_OWNER_PASSWORD"


class Command(BaseCommand):
    help = (
        "Make the site's owner. The password is read from BLOGSITE_OWNER_PASSWORD, or the first "
        "line of standard input. If that person owns the site already, nothing changes."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--email", required=True)
        parser.add_argument(
            "--name", default="", help="Shown with posts; the username if left out."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the owner, or leave everything as it is."""
        username = options["username"]
        if self.is_owner(username):
            self.stdout.write(f"{username} owns this site already; nothing was changed.")
            return
        password = os.environ.get(VARIABLE) or read_line()
        if not password:
            raise CommandError(f"Give the password in {VARIABLE} or on standard input.")
        try:
            self.create(username, options["email"], options["name"], password)
        except ValidationError as error:
            raise CommandError(" ".join(sentences(error))) from error
        self.stdout.write(f"{username} owns this site now.")

    def is_owner(self, username: str) -> bool:
        """Tell whether the person is there with every right; raise if others have the name."""
        found = User.objects.named(username).first()
        if found is None:
            return False
        if found.is_superuser and found.username == username:
            return True
        raise CommandError("That username is taken, or looks like one that is.")

    @transaction.atomic
    def create(self, username: str, email: str, name: str, password: str) -> None:
        """Save the owner; raises ValidationError with every sentence there is to say."""
        draft = User(username=username, email=email, display_name=name)
        validate_password(password, draft)
        ownership.create_owner(username=username, email=email, name=name, password=password)


def read_line() -> str:
    """Return the first line of standard input; at a terminal nothing typed is shown."""
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass("Password: ")
    return sys.stdin.readline().rstrip("\r\n")


def sentences(error: ValidationError) -> list[str]:
    """Return what is wrong, each with its field."""
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [
        message if field == "__all__" else f"{field}: {message}"
        for field, messages in error.message_dict.items()
        for message in messages
    ]
