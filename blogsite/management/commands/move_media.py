"""`manage.py move_media`: all pictures from a folder to a bucket, or back."""

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from blogsite.moving import media
from blogsite.moving.databases import CannotMove


class Command(BaseCommand):
    help = (
        "Copy all pictures to another place; both are named by a folder or as STORAGE_URL is. "
        "Nothing is deleted; running it again copies what is new."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("source", metavar="FROM", help="/folder/media")
        parser.add_argument("target", metavar="TO", help="s3://key:secret@host/bucket?region=name")

    def handle(self, *, source: str, target: str, **options: Any) -> None:
        """Copy, and say how many."""
        quiet = options["verbosity"] == 0
        try:
            places = media.opened(str(source)), media.opened(str(target))
            with tqdm(unit="picture", disable=quiet or None, file=sys.stderr) as bar:
                done = media.copy(*places, bar)
        except (CannotMove, OSError) as error:
            raise CommandError(f"{error} Run it again to go on.") from error
        self.stdout.write(", ".join(f"{number:,} {what}" for what, number in done.items()) + ".")
