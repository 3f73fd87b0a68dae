"""WebSub: the background worker tells the operator's hub which feeds changed.

What changed is found by the clock and the posts' own times, so scheduled posts need nothing more;
what is still to be told are rows, one for the feeds of each list. No request waits for a hub.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import Greatest
from django.utils import timezone

from blogsite.lib.addresses import absolute
from posts.models import FeedTopic, Listing, Post
from posts.syndication import FORMATS

# How far back a worker that begins looks, and one at work: a transaction may take a while.
WINDOW, OVERLAP = timedelta(days=2), timedelta(minutes=10)
LEASE = timedelta(minutes=2)
# Seconds: of a request, between two looks, and for which a hub that failed is left in peace.
TIMEOUT, LOOKS, QUIET = 10, 5, 30

logger = logging.getLogger("blogsite.hub")


class _NoRedirects(HTTPRedirectHandler):
    """Leave a redirect unfollowed: it is a failure, told to the operator."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


class Hub:
    """Tells the hub of WEBSUB_HUB, if there is one; remembers how far it has looked."""

    def __init__(self) -> None:
        self.since: datetime | None = None
        self.next_look = self.quiet_until = 0.0

    def tell_due(self, *, seconds: float, is_over: Callable[[], bool] = lambda: False) -> int:
        """Find what changed, and tell for about so long; return how many lists were told of.

        Any number of workers may do so at once. `is_over` is asked before each request.
        """
        if not settings.WEBSUB_HUB:
            return 0
        until, told = time.monotonic() + seconds, 0
        if time.monotonic() >= self.next_look:
            self.look()
            self.next_look = time.monotonic() + LOOKS
        while self.quiet_until <= time.monotonic() < until and not is_over():
            topic = FeedTopic.objects.claim_next(lease=LEASE)
            if topic is None:
                break
            if tell(topic):
                told += 1
            else:
                self.quiet_until = time.monotonic() + QUIET
        return told

    def look(self) -> None:
        """Note which lists changed since the last look."""
        now = timezone.now()
        since = self.since or now - WINDOW
        posts = Post.objects.filter(updated_at__gt=since).values("pk").order_by()
        appeared = Post.objects.filter(published_at__gt=since, published_at__lte=now)
        places = Listing.objects.filter(is_public=True, at__lte=now).order_by()
        changes: dict[tuple[int, int], datetime] = {}
        for changed in (posts, appeared.values("pk").order_by()):
            rows = places.filter(post__in=changed).values_list("kind", "key")
            for kind, key, at in rows.annotate(changed=Max(Greatest("at", "post__updated_at"))):
                changes[kind, key] = max(at, changes.get((kind, key), at))
        if changes:
            FeedTopic.objects.note(changes)
        self.since = now - OVERLAP


def tell(topic: FeedTopic) -> bool:
    """Tell the hub of a claimed topic's feeds and record how it went."""
    feed = topic.feed()
    if not feed:
        topic.delete()
        return True
    feeds = [absolute(f"{feed}{ending}/" if ending else feed) for ending in FORMATS]
    try:
        publish(feeds)
    except (OSError, ValueError) as error:  # what sockets and addresses raise
        topic.mark_failed(f"{type(error).__name__}: {error}", timezone.now())
        logger.warning("The hub was not told of %s at try %s: %s", feed, topic.attempts, error)
        return False
    topic.mark_told(timezone.now())
    return True


def publish(feeds: list[str]) -> None:
    """Say to the hub that those feeds changed. Raises OSError and ValueError."""
    said = urlencode({"hub.mode": "publish", "hub.url": feeds}, doseq=True).encode()
    # The operator's own address, checked at start; nobody who uses the site names one.
    request = Request(settings.WEBSUB_HUB, said, {"User-Agent": "Blogsite"})  # noqa: S310
    try:
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT) as answer:
            answer.read(1000)
    except HTTPError as error:
        words = error.read(200).decode(errors="replace").strip()
        raise OSError(f"{error.code} {words}".strip()) from error
