"""Make the search index anew."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from posts.models import Post
from posts.search.reindexing import BATCH, reindex


class Command(BaseCommand):
    help = (
        "Make the search index anew, and the stems of all posts; searches are answered and posts"
        " are written meanwhile. Needed once after the site's own language was changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help="posts in a transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        """Index and say how many."""
        total, quiet = Post.objects.count(), options["verbosity"] == 0
        done = 0
        with tqdm(total=total, unit="post", disable=quiet or None, file=sys.stderr) as bar:
            for number in reindex(batch=max(1, options["batch"])):
                done += number
                bar.update(number)
        self.stdout.write(f"{done} posts indexed.")
