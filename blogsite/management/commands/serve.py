"""`manage.py serve`: from nothing to a site that answers, in one command."""

import argparse
import socket
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations

from blogsite import ownership, preparation, server


class Command(BaseCommand):
    help = "Prepare and serve the whole site: database, static files, web and background workers."
    requires_system_checks: list[str] = []  # run by handle(), after the friendlier checks

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--prepare-only", action="store_true", help="Do all but serve, then end."
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then serve until told to stop."""
        self.say(f"Blogsite keeps its data in {settings.DATA_DIR}")
        try:
            self.address = preparation.resolve_address(settings.HOST, settings.PORT)
            self.prepare()
        except preparation.CannotStart as reason:
            raise CommandError(str(reason)) from reason
        if not options["prepare_only"]:
            server.serve(self.address, self.announce)

    def prepare(self) -> None:
        """Check and bring up to date what the site stands on."""
        preparation.reach_database()
        preparation.check_system()
        with preparation.alone():
            if done := preparation.migrate():
                self.say(f"Database brought up to date: {done} migrations.")
            if done := preparation.plant_starter_posts():
                self.say(f"Starter posts planted: {done}.")
            if done := preparation.collect_static():
                self.say(f"Static files collected and compressed: {done}.")
        # Asked here, because after the workers' fork this process keeps no database connection.
        self.owned = ownership.has_owner()

    def announce(self) -> None:
        """Say where the site is once it answers, and how to set it up while nobody owns it."""
        self.wait_until_answering()
        lines = [f"Serving {settings.SITE_URL}/ (stop with Ctrl+C)"]
        if not self.owned:
            lines.append("Nobody owns this site yet. Set it up here, and show this link to nobody:")
            lines.append(f"  {ownership.setup_url()}")
        self.say("\n".join(lines))

    def wait_until_answering(self, patience: float = 30) -> None:
        """Return as soon as a web worker listens."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            try:
                socket.create_connection((self.address, settings.PORT), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return

    def say(self, line: str) -> None:
        """Print a line at once, though the output be a file or a pipe."""
        self.stdout.write(line)
        self.stdout.flush()
