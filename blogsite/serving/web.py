"""A web worker: granian's WSGI server in a forked process, on a socket that all share."""

import asyncio
import faulthandler
import logging
import os
import signal
import socket
import sys
import threading
import time
from typing import Any
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.db import close_old_connections
from granian import _futures, _granian
from granian.http import HTTP1Settings

from blogsite.preparation import BACKLOG
from blogsite.serving import trial
from blogsite.serving.children import Pulse
from blogsite.serving.gate import THREADS, Gate

# Milliseconds: for the headers of a request, and for the next request of an open connection.
HEADER_TIMEOUT = 10_000
# Seconds in which nothing came on any open connection, after which idle ones are closed; and the
# longest to wait for that. Until then each answer tells its client to come back on another.
QUIET, LONGEST_DRAIN = 0.3, 2.0
# Seconds before its time is over in which a worker waits for no body any more; and the time it
# gives itself when its parent is gone.
LAST_SECONDS, ORPHANED = 4.0, 7.0
# Threads that senders hold who were answered and keep their side open: granian ends no connection
# whose body is being read, so that only another process gets rid of them.
MOST_LOST = 128

# granian's own process manager is not used; what it starts in each of its workers is.
new_scheduler: Any = _futures._new_cbscheduler  # noqa: SLF001
SocketHolder: Any = _granian.SocketHolder
WSGIWorker: Any = _granian.WSGIWorker

logger = logging.getLogger("blogsite.server")


class WebWorker:
    """Serves until SIGTERM; then takes nothing new, finishes what it has, and ends."""

    def __init__(self, application: WSGIApplication, listener: socket.socket) -> None:
        # There where the page cache is switched on.
        at_once = getattr(application, "at_once", None)
        self.gate = Gate(
            application,
            threads=settings.WEB_THREADS,
            limit=settings.BODY_LIMIT,
            at_once=at_once,
            after=close_old_connections,
        )
        self.ended = threading.Event()
        self.is_closing = False
        self.signal = _granian.WorkerSignal()
        self.listener = listener.detach()

    def run(self, pulse: Pulse) -> None:
        """Serve; returns when all is finished."""
        faulthandler.enable()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.drain())
        self.signal.add_cb(self.ended.set)
        threading.Thread(target=self.watch, args=(pulse, os.getppid()), daemon=True).start()
        shared = SocketHolder(self.listener, uds=False, backlog=BACKLOG)
        worker = WSGIWorker(
            1,
            (None, shared),
            None,
            py_threads=THREADS,
            backpressure=settings.WEB_CONNECTIONS,
            http1_opts=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT),
        )
        loop = asyncio.new_event_loop()
        scheduler = new_scheduler(loop, self.gate, impl_asyncio=True)
        worker.serve_mtr(scheduler, loop, self.signal)
        while not self.ended.wait(1.0):  # a signal that comes just before is handled after it
            pass
        sys.stderr.flush()
        os._exit(0)  # threads may still wait for clients that nobody serves any more

    def drain(self) -> None:
        """Accept no more, ask clients to come back on another connection, then close idle ones.

        Connections that wait to be accepted stay with the socket, for other workers.
        """
        if self.gate.is_draining:
            return
        self.gate.is_draining = True
        # A listening socket that nobody knows takes the place of the one that all share.
        deaf = socket.create_server(("127.0.0.1", 0), backlog=1)
        deaf.settimeout(0)
        os.dup2(deaf.fileno(), self.listener, inheritable=False)
        deaf.close()
        threading.Thread(target=self.close_idle, daemon=True).start()

    def close_idle(self) -> None:
        """Close idle connections, and each other one after its request, when it is quiet."""
        until = time.monotonic() + LONGEST_DRAIN
        self.gate.came_last = time.monotonic()
        while time.monotonic() < min(until, self.gate.came_last + QUIET):
            time.sleep(0.05)
        self.signal.set()
        self.is_closing = True

    def watch(self, pulse: Pulse, parent: int) -> None:
        """Every second: show life, cut off slow senders, end with the parent, in time or stuck."""
        idle_for = 0
        while True:
            pulse.beat()
            self.gate.cut_off(everybody=pulse.seconds_left() < LAST_SECONDS)
            if self.gate.lost() > MOST_LOST:
                pulse.wish_to_be_renewed()
            if os.getppid() != parent and pulse.seconds_left() > ORPHANED:
                pulse.end_within(ORPHANED)
                os.kill(os.getpid(), signal.SIGTERM)
            if self.gate.is_stuck():
                logger.error("No thread has been free for long; where each of them is:")
                faulthandler.dump_traceback()
                os._exit(1)
            # Only lost senders keep granian from ending; the last answer has a second to leave.
            idle_for = idle_for + 1 if self.is_closing and self.gate.is_idle() else 0
            if idle_for > 1 or pulse.seconds_left() < 0:
                os._exit(0)
            time.sleep(1.0)


def load() -> WSGIApplication:
    """Return the site, with all that its pages need loaded: what workers share costs them nothing.

    It answers once, so that code that cannot answer does not take over from code that can.
    """
    from blogsite.wsgi import application

    trial.ask(application, "/health/live")
    return application


def serve_web(application: WSGIApplication, listener: socket.socket, pulse: Pulse) -> None:
    """Be a web worker."""
    WebWorker(application, listener).run(pulse)
