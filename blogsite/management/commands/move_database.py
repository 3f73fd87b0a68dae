"""`manage.py move_database`: a whole site from one database to another."""

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from blogsite.moving.databases import CannotMove
from blogsite.moving.move import move


class Command(BaseCommand):
    help = (
        "Carry a whole site to another, empty database (SQLite or PostgreSQL, either way), row by "
        "row, with counts and checksums compared. The site may be running: what it writes after "
        "the start is not carried, unless --hold-writes has it write nothing."
    )
    requires_system_checks: list[str] = []  # they look at the database of the settings

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("source", metavar="FROM", help="sqlite:////folder/site.sqlite3")
        parser.add_argument("target", metavar="TO", help="postgres://user:password@host/name")
        parser.add_argument(
            "--hold-writes",
            action="store_true",
            help="the site refuses writes, in words, from the start of the move on",
        )

    def handle(self, *, source: str, target: str, hold_writes: bool, **options: Any) -> None:
        """Move, and print what was compared."""
        quiet = options["verbosity"] == 0
        with tqdm(unit="row", disable=quiet or None, file=sys.stderr) as bar:
            try:
                carried = move(source, target, bar, hold=hold_writes)
            except CannotMove as reason:
                raise CommandError(f"{reason} Nothing was moved.") from reason
        for table, total in sorted(carried.items()):
            self.stdout.write(f"{table:<32} {total}")
        rows = sum(total.rows for total in carried.values())
        self.stdout.write(f"{rows:,} rows in {len(carried)} tables, the same in both databases.")
        self.stdout.write("Now set DATABASE_URL to the new database and restart the site.")
        if hold_writes:
            self.stdout.write(
                "The old one refuses writes until then; to stay with it: manage.py hold_writes off."
            )
