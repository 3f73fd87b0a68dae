"""Checks the counts of likes and comments against what they count."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comments.counts import recount


class Command(BaseCommand):
    """Repairs every like_count and comment_count that is not true; says which."""

    help = "Check the counts of likes and comments, and set right those that are not true."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --check."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail where a count is wrong"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each wrong count."""
        found = recount(repair=not options["check"])
        for wrong in found:
            line = f"{wrong.model} {wrong.pk}: {wrong.field} said {wrong.says}, is {wrong.true}"
            self.stdout.write(line)
        if found and options["check"]:
            raise CommandError(f"{len(found)} counts are wrong. Run recount to repair them.")
        self.stdout.write("All counts are true." if not found else f"{len(found)} set right.")
