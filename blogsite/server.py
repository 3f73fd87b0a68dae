"""The web server and the background worker beside it, under one process."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from blogsite.lib.processes import allow_many_files, end_with

# Together below ten seconds, the patience of most supervisors of services.
WEB_PATIENCE = 6
WORKER_PATIENCE = 2
LONGEST_PAUSE = 60.0
MANAGE = settings.BASE_DIR / "manage.py"


def load_application(parent: int, target: str) -> Callable[..., Any]:
    """Return the WSGI application, inside a web worker that ends with its server."""
    # Until granian listens for it, a stop would reach the handler inherited from the server.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    from blogsite.wsgi import application

    end_with(parent)
    return application


class BackgroundWorker:
    """`manage.py work` as a child process, started again whenever it ends by itself."""

    def __init__(self, command: Path = MANAGE) -> None:
        self.command = [sys.executable, str(command), "work", "--parent", str(os.getpid())]
        self.stopping = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.thread = threading.Thread(target=self._supervise, name="worker-supervisor")

    def start(self) -> None:
        """Start it; returns at once."""
        self.thread.start()

    def stop(self) -> None:
        """Stop it, by force if it does not go."""
        self.stopping.set()
        if self.process is not None:
            self.process.terminate()
        self.thread.join(WORKER_PATIENCE)
        if self.thread.is_alive() and self.process is not None:
            self.process.kill()
            self.thread.join()

    def _supervise(self) -> None:
        pause = 1.0
        while not self.stopping.is_set():
            started = time.monotonic()
            self.process = subprocess.Popen(self.command)  # noqa: S603 - nothing of it is sent in
            if self.stopping.is_set():  # stop() came between the question and the start
                self.process.terminate()
            self.process.wait()
            lived = time.monotonic() - started
            pause = 1.0 if lived > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            self.stopping.wait(pause)


class Server(MPServer):
    """granian with the site's limits; `ready` is called once its workers are spawned."""

    def __init__(self, address: str, ready: Callable[[], None]) -> None:
        super().__init__(
            "blogsite.wsgi:application",
            address=address,
            port=settings.PORT,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,  # guessing the version would wait for a first byte for ever
            workers=settings.WEB_WORKERS,
            blocking_threads=settings.WEB_THREADS,
            backpressure=settings.WEB_CONNECTIONS,
            http1_settings=HTTP1Settings(header_read_timeout=10_000),
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=WEB_PATIENCE,
            log_level=LogLevels.warning,
            log_dictconfig=settings.LOGGING,
        )
        self.ready = ready

    def startup(self, *args: Any) -> None:
        """Spawn the web workers first: a thread started before would be lost in their fork."""
        super().startup(*args)  # type: ignore[no-untyped-call]
        self.ready()


def serve(address: str, announce: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; the process then has no children left."""
    background = BackgroundWorker()

    def ready() -> None:
        background.start()
        announce()

    server = Server(address, ready)
    server.on_shutdown(background.stop)
    allow_many_files()
    # Forked workers share what is loaded by now, as long as nobody writes to it.
    connections.close_all()
    gc.collect()
    gc.freeze()
    server.serve(target_loader=partial(load_application, os.getpid()))
