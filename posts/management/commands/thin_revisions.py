"""Thin the history of posts by age."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from posts.thinning import due, thin


class Command(BaseCommand):
    help = (
        "Thin the history of posts by age; versions with a name and those that readers saw stay."
        " The background worker does the same by itself; this may run beside it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, only")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        """Go through all posts and say how many versions went."""
        after = gone = 0
        while posts := due(after):
            gone += thin(posts, is_trial=dry_run)
            after = posts[-1]
        self.stdout.write(
            f"{gone} versions would be deleted." if dry_run else f"{gone} versions deleted."
        )
