"""`manage.py work`: the background worker, which `manage.py serve` starts and looks after."""

import argparse
import logging
import signal
import threading
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from accounts.outbox import deliver_due, purge
from blogsite.lib import postgres, site
from blogsite.lib.processes import end_with
from blogsite.lib.sqlite import let_go_of_replaced
from posts.due import apply_due
from posts.hub import Hub
from posts.models import FormerPicture
from posts.picture_work import prepare_due
from posts.relating.work import relate_due
from posts.thinning import Thinner
from posts.upkeep import clear_unsaved, render_some

PAUSE = 1.0
LONGEST_PAUSE = 30.0
HOUSEKEEPING = 3600.0
LONGEST_STATEMENT = 300  # seconds
RELATING_AT_ONCE = 5.0  # seconds
RENDERED_AT_ONCE = 20
TELLING_AT_ONCE = 5.0
THINNING_AT_ONCE = 5.0
PICTURES_AT_ONCE = 5.0  # seconds: letters wait no longer than that and one picture

logger = logging.getLogger("blogsite.work")


class Command(BaseCommand):
    help = "Deliver letters and make sizes of pictures as they come due; clear away what expired."
    requires_system_checks: list[str] = []
    stealth_options = ("beat",)  # called with every sign of progress
    beat: Callable[[], None] = staticmethod(lambda: None)
    has_old_html = False

    @cached_property
    def hub(self) -> Hub:
        """Return what tells the hub of changed feeds."""
        return Hub()

    @cached_property
    def thinner(self) -> Thinner:
        """Return what thins the history of posts, some further on in each hour."""
        return Thinner()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--parent", type=int, help="End when this parent process ends.")
        parser.add_argument("--once", action="store_true", help="Do what is due, then end.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or SIGINT."""
        self.stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self.stopping.set())
        self.beat = options.get("beat") or self.beat
        if options["parent"]:
            end_with(options["parent"])
        worker = postgres.Role("blogsite worker", LONGEST_STATEMENT)
        postgres.take(worker, settings.DATABASES)
        self.next_housekeeping = time.monotonic()
        if options["once"]:
            self.work()
            return
        self.loop()

    def loop(self) -> None:
        """Work every second; less often while the database is away."""
        pause = PAUSE
        while not self.is_over():
            try:
                self.work()
                pause = PAUSE
            except (DatabaseError, InterfaceError) as error:
                pause = min(pause * 2, LONGEST_PAUSE)
                logger.warning("The database is away, trying again in %d s: %s", pause, error)
                connections.close_all()
            self.stopping.wait(pause)

    def is_over(self) -> bool:
        """Show that work goes on; tell whether it is to stop."""
        self.beat()
        return self.stopping.is_set()

    def work(self) -> None:
        """Do what is due now; once an hour, clear away what has expired."""
        site.forget()
        let_go_of_replaced()
        if site.current().writes_held:
            return
        apply_due(is_over=self.is_over)
        deliver_due(is_over=self.is_over)
        prepare_due(seconds=PICTURES_AT_ONCE, is_over=self.is_over)
        relate_due(seconds=RELATING_AT_ONCE, is_over=self.is_over)
        self.hub.tell_due(seconds=TELLING_AT_ONCE, is_over=self.is_over)
        if self.has_old_html:
            self.has_old_html = render_some(RENDERED_AT_ONCE) > 0
        if time.monotonic() >= self.next_housekeeping:
            self.has_old_html = True  # asked once an hour: no index finds it
            Session.objects.filter(expire_date__lt=timezone.now()).delete()
            purge()
            FormerPicture.forget_old()
            clear_unsaved()
            self.thinner.work(THINNING_AT_ONCE, self.is_over)
            self.next_housekeeping = time.monotonic() + HOUSEKEEPING
