"""One generation of the server: it forks web workers and the background worker, and minds them."""

import gc
import logging
import signal
import socket
import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import connections

from blogsite.lib.processes import allow_many_files
from blogsite.serving.children import Child, Place, Pulse
from blogsite.serving.supervisor import GO, READY, RETIRE
from blogsite.serving.wakeups import Wakeups

# Seconds: before a stop kills what does not end, and before a reload does.
STOP_PATIENCE, RETIRE_PATIENCE = 7.0, 90.0
# Seconds without a sign of life, after which a child is taken for stuck and killed. Web workers
# show one every second, the background worker before each letter.
WEB_SILENCE, WORK_SILENCE = 30.0, 600.0
# Seconds for a stuck child to print where it was, before it is killed.
LAST_WORDS = 2.0

logger = logging.getLogger("blogsite.server")
Work = Callable[[Pulse], None]


class Generation:
    """A process that serves with the code and settings it was started with."""

    def __init__(self, control: socket.socket, listener: socket.socket) -> None:
        self.control, self.listener = control, listener
        self.places: list[Place] = []
        self.web: list[Place] = []
        self.leaving: dict[Child, float] = {}
        self.may_begin = False
        self.end_by: float | None = None
        self.wakeups = Wakeups(signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal sends it to all; not meant here

    def serve(self, web: Work, background: Work, announce: Callable[[], None]) -> None:
        """Report ready, serve once told to, and return with no child left."""
        # What children share they keep sharing as long as nobody writes to it.
        close_databases()
        gc.collect()
        gc.freeze()
        allow_many_files()
        socket.send_fds(self.control, [READY], [self.listener.fileno()])
        names = [f"blog web {number}" for number in range(1, settings.WEB_WORKERS + 1)]
        self.web = [Place(partial(self.fork, name, web), WEB_SILENCE) for name in names]
        worker = Place(partial(self.fork, "blog background", background), WORK_SILENCE)
        self.places = [*self.web, worker]
        self.control.settimeout(0)
        while not self.may_begin and not self.end_by:
            self.wait()
        if not self.end_by:
            self.tend()
            announce()
        while not self.end_by or self.leaving:
            self.wait()
            self.tend()

    def fork(self, name: str, work: Work) -> Child:
        """Start a child."""
        return Child(name, work, self.wakeups.give_up)

    def wait(self) -> None:
        """Wait for news, at most a second, and act on it."""
        ears = [self.control] if self.control.fileno() >= 0 else []
        signals = self.wakeups.wait(ears, 1.0)
        if signals & {signal.SIGTERM, signal.SIGINT}:
            self.end(STOP_PATIENCE)
        if ears:
            self.hear()

    def hear(self) -> None:
        """Do as the supervisor says; without a supervisor, stop."""
        try:
            message = self.control.recv(16)
        except BlockingIOError:
            return
        except ConnectionError:
            message = b""
        if message == GO:
            self.may_begin = True
        elif message == RETIRE:
            self.end(RETIRE_PATIENCE)
        else:
            self.control.close()
            self.end(STOP_PATIENCE)

    def tend(self) -> None:
        """Replace children that ended, are stuck, have grown too large or too old."""
        for place in self.places:
            if ended := place.check():
                logger.error("%s ended unexpectedly (%s).", ended.name, ended.process.exitcode)
            if not self.end_by:
                place.fill()
        for place in self.places:
            if place.child and place.is_stuck():
                logger.error("%s gives no sign of life and is killed.", place.child.name)
                place.child.abort()
                self.leaving[place.child] = time.monotonic() + LAST_WORDS
                place.child = None
        if not self.leaving and not self.end_by:
            self.renew_one()
        self.see_off()

    def renew_one(self) -> None:
        """Replace one web worker that has grown too large or too old, without losing a request."""
        for place in self.web:
            child = place.child
            if child is None or not (reason := reason_to_renew(child)):
                continue
            logger.warning("%s %s and is renewed.", child.name, reason)
            place.renew()
            child.terminate(RETIRE_PATIENCE)
            self.leaving[child] = time.monotonic() + RETIRE_PATIENCE
            return

    def see_off(self) -> None:
        """Forget who left; kill whose time is over."""
        now = time.monotonic()
        for child, until in list(self.leaving.items()):
            if child.has_ended():
                del self.leaving[child]
            elif now >= until:
                child.kill()

    def end(self, patience: float) -> None:
        """Have all children finish what they do; a second call may only shorten the patience."""
        until = time.monotonic() + patience
        if self.end_by and self.end_by <= until:
            return
        self.end_by = until
        for place in self.places:
            if place.child:
                self.leaving[place.child] = until
                place.child = None
        for child in self.leaving:
            child.terminate(min(patience, self.leaving[child] - time.monotonic()))
            self.leaving[child] = min(self.leaving[child], until)


def reason_to_renew(child: Child) -> str:
    """Return why the web worker should be replaced; "" if it should not."""
    if child.pulse.wishes_to_be_renewed():
        return "is held by senders that never end"
    megabytes = child.memory() >> 20
    if megabytes > settings.WORKER_MEMORY:
        return f"holds {megabytes} MB"
    if child.age() > settings.WORKER_HOURS * 3600:
        return f"has served for {settings.WORKER_HOURS} hours"
    return ""


def close_databases() -> None:
    """Close connections and pools: a forked process must not share them, nor lose their threads."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
