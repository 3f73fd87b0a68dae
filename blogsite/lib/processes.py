"""Small tools for processes: locks that die with their holder, and parents that are watched."""

import fcntl
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path, *, notice: str = "") -> Iterator[None]:
    """Hold the lock of the file; while another process has it, print the notice once and wait.

    The kernel drops the lock when its holder ends however it ends, so no stale lock can remain.
    """
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if notice:
                print(notice, flush=True)  # noqa: T201 - the operator waits at a terminal
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def end_with(parent: int, every: float = 1.0) -> None:
    """Ask this process to stop, as SIGTERM would, once that parent is gone; returns at once.

    A parent killed outright cannot stop its children, and they would keep its port. It names
    itself because it may be gone before its child can ask.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(every)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def usable_cores() -> int:
    """Return how many cores this process may use, which in a container are often fewer."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def allow_many_files(enough: int = 65_536) -> None:
    """Raise this process's limit of open files, each connection being one, as far as allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = enough if hard == resource.RLIM_INFINITY else min(enough, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
