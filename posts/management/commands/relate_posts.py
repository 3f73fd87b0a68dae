"""`manage.py relate_posts`: find anew which posts are like which, and which tags."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from posts.models import Kind, Listing, RelatingWork
from posts.relating.tags import relate_tag
from posts.relating.terms import Sample
from posts.relating.work import Relater


class Command(BaseCommand):
    help = (
        "Find anew which posts are like which, and which tags stand together. The worker does so "
        "by itself where something changed; this looks at all. The site may be running."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read all posts once for their words, then relate each; then the tags."""
        quiet = options["verbosity"] == 0
        last = RelatingWork.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        sample = Sample.take()
        relater = Relater(sample)
        listed = Listing.objects.filter(kind=Kind.SITE, key=0).order_by("post_id")
        posts = listed.values_list("post_id", flat=True)
        tags = Listing.objects.filter(kind=Kind.TAG).values_list("key", flat=True).distinct()
        number, many = posts.count(), tags.count()
        with tqdm(total=2 * number + many, disable=quiet or None, file=sys.stderr) as bar:
            for rows, do in ((posts, relater.read), (posts, relater.compare), (tags, relate_tag)):
                for key in list(rows):
                    do(key)
                    bar.update()
        # What waited when this began is done; what came meanwhile is the worker's.
        RelatingWork.objects.filter(pk__lte=last).delete()
        if not quiet:
            self.stdout.write(f"{number} posts and {many} tags were related.")
