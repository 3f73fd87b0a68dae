"""Make the sizes of pictures."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from blogsite.lib.renditions import Maker
from posts.models import Image
from posts.picture_work import claimed, prepare


class Command(BaseCommand):
    help = (
        "Make the sizes of pictures that lack them or have those of an earlier version. The"
        " background worker does the same by itself; this may run beside it, and twice at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="every picture; files that are missing come back"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until no picture is due, and say how many were done."""
        if options["all"]:
            Image.objects.all().try_again()
        quiet = options["verbosity"] == 0
        total, done = Image.objects.outdated().count(), 0
        bar = tqdm(total=total, unit="picture", disable=quiet or None, file=sys.stderr)
        with bar, Maker() as maker:
            while image := claimed():
                done += prepare(image, maker)
                bar.update()
        self.stdout.write(f"Made the sizes of {done} pictures." if done else "All are up to date.")
        if failed := Image.objects.outdated().filter(attempts__gt=0).count():
            self.stdout.write(
                f"{failed} could not be made now and will be tried again; see the log."
            )
        if failed := Image.objects.exclude(given_up_at=None).count():
            self.stdout.write(f"{failed} were given up; --all tries them again.")
