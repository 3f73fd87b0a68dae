"""`manage.py hold_writes`: reading goes on, writing waits, on every node at once."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from blogsite.models import SiteSettings


class Command(BaseCommand):
    help = "Have the site refuse, in words, all that would be written (on), or take it again (off)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("state", choices=["on", "off"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Switch, and say so."""
        held = options["state"] == "on"
        SiteSettings.hold_writes(held=held)
        self.stdout.write("Writes are held." if held else "Writes are taken again.")
