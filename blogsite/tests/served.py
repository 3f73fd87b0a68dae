"""A site served as `manage.py serve` does it, in a process and a data folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from blogsite.tests.sources import ROOT

START_SECONDS = 120  # patience with a busy machine


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surroundings(data: Path, **variables: str) -> dict[str, str]:
    """Return an environment with that data folder and nothing else of the site's."""
    foreign = (
        "BLOGSITE_",
        "DATABASE_",
        "SITE_URL",
        "CACHE_URL",
        "EMAIL_URL",
        "STORAGE_URL",
        "HOST",
    )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith((*foreign, "PORT"))
    }
    return kept | {"BLOGSITE_DATA": str(data)} | variables


def manage(*command: str, data: Path, stdin: str = "", **variables: str) -> Any:
    """Run a command of manage.py and return it finished, its output as text."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=surroundings(data, **variables),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


def eventually(fact: Callable[[], bool], seconds: float = 10) -> bool:
    """Tell whether the fact comes true in time."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class ServedSite:
    """A running site; use it as a context manager."""

    def __init__(self, data: Path, options: Sequence[str] = (), **variables: str) -> None:
        self.command = [sys.executable, "manage.py", "serve", *options]
        self.port = int(variables.setdefault("PORT", str(free_port())))
        data.mkdir(parents=True, exist_ok=True)
        self.printed = data.parent / f"printed-{self.port}.txt"
        self.environment = surroundings(data, **variables)

    def __enter__(self) -> "ServedSite":
        with self.printed.open("wb") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        eventually(lambda: "Serving" in self.output() or self.ended(), START_SECONDS)
        if "Serving" not in self.output():
            self.process.kill()  # its children end by themselves
            self.process.wait()
            raise AssertionError(self.output())
        return self

    def __exit__(self, *error: object) -> None:
        if not self.ended():
            self.stop()

    def output(self) -> str:
        """Return what it printed so far."""
        return self.printed.read_text()

    def ended(self) -> bool:
        """Tell whether its process is over."""
        return self.process.poll() is not None

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Signal it to stop and return the seconds that took."""
        started = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(15)
        return time.monotonic() - started

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Return status and body of a page."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def answers(self) -> bool:
        """Tell whether a page comes at all."""
        try:
            return self.get("/health/live")[0] == 200
        except (OSError, HTTPException):
            return False

    def children(self) -> list[int]:
        """Return the ids of the processes that do the work: web workers, background worker."""
        return [pid for one in children_of(self.process.pid) for pid in children_of(one)]

    def working(self, name: str) -> list[int]:
        """Return the ids of those whose name begins so: "blog web", "blog background"."""
        return [pid for pid in self.children() if name_of(pid).startswith(name)]


def children_of(pid: int) -> list[int]:
    """Return the ids of a process's children, from what Linux tells about it."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    try:
        return [int(child) for found in lists for child in found.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def is_running(pid: int) -> bool:
    """Tell whether the process lives; one that ended but was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def name_of(pid: int) -> str:
    """Return the name that tools show for the process; "" for one that is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""
