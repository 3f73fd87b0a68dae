"""Bring in a folder of Markdown files."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from posts.transfer.folder import import_folder


class Command(BaseCommand):
    help = (
        "Import Markdown files with TOML or YAML front matter, their pictures, authors and former "
        "addresses. Running it again updates what changed. Exit status 1: some files were skipped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, only")

    def handle(self, *, folder: Path, dry_run: bool, **options: Any) -> None:
        """Import and print the report."""
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.", returncode=2)
        quiet = options["verbosity"] == 0
        with tqdm(unit="post", disable=quiet or None, file=sys.stderr) as bar:
            try:
                report = import_folder(folder, dry_run=dry_run, progress=bar)
            except OSError as error:
                again = "What was imported is kept; run it again to go on."
                raise CommandError(f"The import stopped: {error}. {again}") from error
        if dry_run:
            self.stdout.write("Nothing was changed (--dry-run). An import would give:")
        for line in report.lines():
            self.stdout.write(line)
        if report.skipped:
            sys.exit(1)
