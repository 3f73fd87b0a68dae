"""Render posts again."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from posts.upkeep import outdated, render_again


class Command(BaseCommand):
    help = (
        "Render again the posts that an earlier version of the renderer made; readers and writers"
        " are not disturbed. The background worker does the same by itself, more slowly."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="every post, whoever made it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Render and say how many."""
        keys = outdated(every=options["all"])
        quiet = options["verbosity"] == 0
        bar = tqdm(total=len(keys), unit="post", disable=quiet or None, file=sys.stderr)
        with bar:
            for _pk in render_again(keys):
                bar.update()
        self.stdout.write(f"{len(keys)} posts rendered again." if keys else "All are up to date.")
