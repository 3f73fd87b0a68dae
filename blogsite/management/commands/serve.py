"""`manage.py serve`: from nothing to a site that answers, in one command.

The supervisor (`blogsite.serving.supervisor`) runs this command for each generation.
"""

import argparse
import multiprocessing
import os
import socket
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, no_translations

from blogsite import ownership, preparation
from blogsite.serving.children import Pulse

forking = multiprocessing.get_context("fork")


class Command(BaseCommand):
    help = "Prepare and serve the whole site: database, static files, web and background workers."
    requires_system_checks: list[str] = []  # run by handle(), after the friendlier checks

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--prepare-only", action="store_true", help="Do all but serve, then end."
        )
        # The supervisor's socket, and the one to listen on after a reload.
        parser.add_argument("--control", type=int, help=argparse.SUPPRESS)
        parser.add_argument("--listener", type=int, help=argparse.SUPPRESS)

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then serve until told to stop."""
        if options["control"] is None and not options["prepare_only"]:
            raise CommandError("Only `manage.py serve` itself can serve: it starts generations.")
        self.is_first = options["listener"] is None
        if self.is_first:
            self.say(f"Blogsite keeps its data in {settings.DATA_DIR}")
        try:
            inherited = None if self.is_first else socket.socket(fileno=options["listener"])
            listener = preparation.open_listener(settings.HOST, settings.PORT, inherited)
            if options["prepare_only"]:
                self.prepare()
            else:
                self.serve(socket.socket(fileno=options["control"]), listener)
        except preparation.CannotStart as reason:
            raise CommandError(str(reason)) from reason

    def prepare(self) -> None:
        """Check and bring up to date what the site stands on."""
        preparation.reach_database()
        preparation.check_system()
        with preparation.alone():
            if done := preparation.migrate():
                self.say(f"Database brought up to date: {done} migrations.")
            if done := preparation.plant_starter_posts():
                self.say(f"Starter posts planted: {done}.")
            if done := preparation.collect_static():
                self.say(f"Static files collected and compressed: {done}.")
        self.owned = ownership.has_owner()

    def serve(self, control: socket.socket, listener: socket.socket) -> None:
        """Be a generation of the server: another process prepares, this one loads code meanwhile.

        So it has no database connection when it forks, nor the memory that preparing takes.
        """
        answer, told = forking.Pipe(duplex=False)
        preparing = self.apart(lambda: self.prepare_and_tell(told))
        import_module(settings.ROOT_URLCONF)
        from blogsite.serving import trial
        from blogsite.serving.generation import Generation
        from blogsite.serving.web import load, serve_web

        trial.compile_templates()
        finish(preparing)
        self.owned = answer.recv()
        application = load()  # what serves static files looks once for those there are
        finish(self.apart(lambda: trial.ask(application, trial.HOME, trial.NOWHERE)))
        web = partial(serve_web, application, listener)
        Generation(control, listener).serve(web, work_in_background, self.announce)

    def apart(self, work: Callable[[], None]) -> BaseProcess:
        """Start something in a process that ends with it, and says why where it cannot be done."""

        def run() -> None:
            try:
                work()
            except preparation.CannotStart as reason:
                self.stderr.write(f"CommandError: {reason}")
                sys.exit(1)

        process = forking.Process(target=run)
        process.start()
        return process

    def prepare_and_tell(self, told: Connection) -> None:
        """Prepare; tell whether anybody owns the site."""
        self.prepare()
        told.send(self.owned)

    def announce(self) -> None:
        """Say where the site is, and how to set it up while nobody owns it."""
        lines = [f"Serving {settings.SITE_URL}/ (stop with Ctrl+C)"]
        if self.is_first and not self.owned:
            lines.append("Nobody owns this site yet. Set it up here, and show this link to nobody:")
            lines.append(f"  {ownership.setup_url()}")
        self.say("\n".join(lines))

    def say(self, line: str) -> None:
        """Print a line at once, though the output be a file or a pipe."""
        self.stdout.write(line)
        self.stdout.flush()


def finish(process: BaseProcess) -> None:
    """Wait for the process, and end with it if it failed."""
    process.join()
    if process.exitcode:
        sys.exit(1)


def work_in_background(pulse: Pulse) -> None:
    """Be the background worker."""
    call_command("work", parent=os.getppid(), beat=pulse.beat)
