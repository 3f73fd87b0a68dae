"""What the measurements share: pinned servers, the kernel's account of them, a cheap client.

A contestant is a server on SERVER_CORE with open connections from this process on LOAD_CORE.
Contestants are asked in turns; what is compared is the processor time that all threads of their
processes took for a request, which other work on the machine changes less than elapsed time.
"""

import os
import select
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
PATIENCE, ANSWERING = 120.0, 30.0  # seconds for a server to start, and to answer
ENDING = 20.0


def load_from_own_core() -> None:
    """Keep this process, which asks, away from the servers' core."""
    os.sched_setaffinity(0, {LOAD_CORE})


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str] = os.environ, log: Path | None = None
) -> Iterator[int]:
    """Run a server on its core; yield the id of its process."""
    with (log or Path(os.devnull)).open("ab") as output:
        process = subprocess.Popen(
            ["taskset", "-c", str(SERVER_CORE), *command],
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(ENDING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(pid: int, port: int) -> None:
    """Return as soon as the server listens. Raises RuntimeError if it ends instead."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z"):
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError("A server did not start; see its serve.log beside its data.")


def tree(pid: int) -> Iterator[int]:
    """Yield the process and those below it, but for the background worker."""
    try:
        if Path(f"/proc/{pid}/comm").read_text().strip() == "blog background":
            return
        lists = [f.read_text() for f in Path(f"/proc/{pid}/task").glob("*/children")]
    except (FileNotFoundError, ProcessLookupError):
        return
    yield pid
    for child in " ".join(lists).split():
        yield from tree(int(child))


def processor_seconds(pids: Iterable[int]) -> float:
    """Return what all threads of the servers and their children have used so far."""
    used = 0
    for pid in pids:
        for one in tree(pid):
            for file in Path(f"/proc/{one}/task").glob("*/schedstat"):
                try:
                    used += int(file.read_text().split()[0])
                except (FileNotFoundError, ProcessLookupError):  # a thread that has just ended
                    continue
    return used / 1e9


@dataclass(frozen=True)
class Answer:
    """What came back: the head as text without its empty line, and the body."""

    head: str
    body: bytes

    @property
    def status(self) -> int:
        """Return the status as a number."""
        return int(self.head.split(" ", 2)[1])

    @property
    def length(self) -> int:
        """Return the bytes of head and body together."""
        return len(self.head) + 4 + len(self.body)

    def header(self, name: str) -> str:
        """Return the header's value, "" where there is none."""
        for line in self.head.split("\r\n")[1:]:
            known, _colon, value = line.partition(":")
            if known.lower() == name:
                return value.strip()
        return ""


class Client:
    """Open connections to one server, kept alive; asks by bytes made beforehand."""

    def __init__(self, port: int, connections: int = 1) -> None:
        self.port = port
        self.sockets = [self._connect() for _ in range(connections)]

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(("127.0.0.1", self.port), ANSWERING)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def ready(self) -> None:
        """Open anew the connections that the server has closed meanwhile."""
        for place, connected in enumerate(self.sockets):
            if select.select([connected], [], [], 0)[0]:  # nothing else is to be read now
                connected.close()
                self.sockets[place] = self._connect()

    def request(self, path: str, cookie: str = "", encoding: str = "br") -> bytes:
        """Return the bytes of a request for the page."""
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"Accept-Encoding: {encoding}"] if encoding else []
        lines += [f"Cookie: {cookie}"] if cookie else []
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def ask(self, request: bytes) -> Answer:
        """Return the answer to one request, read whatever its length."""
        asked = self.sockets[0]
        asked.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += _received(asked)
        head, _mark, body = data.partition(b"\r\n\r\n")
        answer = Answer(head.decode("latin-1"), b"")
        length = int(answer.header("content-length"))
        while len(body) < length:
            body += _received(asked)
        return Answer(answer.head, body)

    def turn(self, request: bytes, length: int) -> None:
        """Ask once over each connection; every answer must have that many bytes."""
        for connected in self.sockets:
            connected.sendall(request)
        for connected in self.sockets:
            missing = length
            while missing:
                missing -= len(_received(connected, missing))


def _received(connected: socket.socket, most: int = 65536) -> bytes:
    data = connected.recv(most)
    if not data:
        raise ConnectionError("The server closed the connection.")
    return data


@dataclass
class Contestant:
    """A running server, one request to it, and what each round of it took."""

    title: str
    pids: Sequence[int]
    client: Client
    asked: bytes
    answer: Answer = field(init=False)
    used: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.warm()

    def warm(self, times: int = 2) -> None:
        """Ask, so that what is measured is a later answer."""
        self.client.ready()
        for _ in range(times):
            self.answer = self.client.ask(self.asked)
        if self.answer.status != 200:
            raise RuntimeError(f"{self.title}: {self.answer.head}")

    def measure(self, requests: int) -> None:
        """Ask that often over all connections; note the microseconds for each request.

        Over several connections at once all answers must be of one length, as kept pages are.
        """
        self.client.ready()
        turns = max(1, requests // len(self.client.sockets))
        before = processor_seconds(self.pids)
        for _ in range(turns):
            if len(self.client.sockets) > 1:
                self.client.turn(self.asked, self.answer.length)
            else:
                self.client.ask(self.asked)
        used = processor_seconds(self.pids) - before
        self.used.append(used / turns / len(self.client.sockets) * 1e6)

    @property
    def median(self) -> float:
        """Return the median of the rounds."""
        return median(self.used)

    @property
    def least(self) -> float:
        """Return the least of the rounds: what other work disturbed least."""
        return min(self.used)


class Budget:
    """Time that is left for measuring, parted among what is still to do."""

    def __init__(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds

    def rounds(self, share: float, most: int, least: int = 3) -> Iterator[int]:
        """Yield round numbers until that share of what is left is used: least to most."""
        until = time.monotonic() + max(0.0, self.deadline - time.monotonic()) * share
        for number in range(most):
            if number >= least and time.monotonic() > until:
                return
            yield number


def in_turns(contestants: Sequence[Contestant], requests: int, rounds: Iterable[int]) -> None:
    """Measure everybody in each round, each time beginning with another."""
    for number in rounds:
        first = number % len(contestants)
        for one in [*contestants[first:], *contestants[:first]]:
            one.measure(requests)
