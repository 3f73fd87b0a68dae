"""Checks all stored counts against what they count."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comments.counts import recount
from posts import listing_check


class Command(BaseCommand):
    """Repairs every stored count, and every place in a list, that is not true; says which."""

    help = "Check the counts of likes, comments and posts; set right those that are not true."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --check."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail where a count is wrong"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each wrong count."""
        repair = not options["check"]
        found = [
            f"{wrong.model} {wrong.pk}: {wrong.field} said {wrong.says}, is {wrong.true}"
            for wrong in recount(repair=repair)
        ]
        found += listing_check.recount(repair=repair)
        for line in found:
            self.stdout.write(line)
        if found and options["check"]:
            raise CommandError(f"{len(found)} counts are wrong. Run recount to repair them.")
        self.stdout.write("All counts are true." if not found else f"{len(found)} set right.")
