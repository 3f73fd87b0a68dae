"""The places where a generation's child processes run, and when each is started anew."""

import mmap
import multiprocessing
import os
import resource
import signal
import struct
import time
from collections.abc import Callable
from pathlib import Path

SETTLED = 5.0  # seconds; a child that lived so long is replaced at once
LONGEST_PAUSE = 30.0
PAGE = os.sysconf("SC_PAGE_SIZE")

# Everything is loaded before: a child costs only the memory that it changes.
_forking = multiprocessing.get_context("fork")


class Pulse:
    """What a child tells its parent all the time, and until when it may live; in shared memory."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 24)
        self.beat()

    def beat(self) -> None:
        """Note that the process lives."""
        struct.pack_into("d", self._memory, 0, time.monotonic())

    def wish_to_be_renewed(self) -> None:
        """Ask for another process in the place of this one."""
        struct.pack_into("d", self._memory, 8, 1.0)

    def wishes_to_be_renewed(self) -> bool:
        """Tell whether it asked."""
        return bool(struct.unpack_from("d", self._memory, 8)[0])

    def end_within(self, seconds: float) -> None:
        """Note when the child must be over."""
        struct.pack_into("d", self._memory, 16, time.monotonic() + seconds)

    def seconds_left(self) -> float:
        """Return how long it may still live; endless where nobody asked it to end."""
        end_by = struct.unpack_from("d", self._memory, 16)[0]
        return float(end_by - time.monotonic()) if end_by else float("inf")

    def silence(self) -> float:
        """Return the seconds since the last beat."""
        return float(time.monotonic() - struct.unpack_from("d", self._memory)[0])


class Child:
    """A forked process that does one piece of work until it is told to stop."""

    def __init__(self, name: str, work: Callable[[Pulse], None], prepare: Callable[[], None]):
        """Fork; the child calls `prepare`, then works. Other signals wait until it may."""
        self.pulse, self.born = Pulse(), time.monotonic()
        self.name = name

        def run() -> None:
            prepare()
            leave_no_core()
            rename(name)
            work(self.pulse)

        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
        try:
            self.process = _forking.Process(target=run, name=name)
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    @property
    def pid(self) -> int:
        """Return the number of its process."""
        return self.process.pid or 0

    def has_ended(self) -> bool:
        """Tell whether its process is over."""
        return self.process.exitcode is not None

    def age(self) -> float:
        """Return the seconds since it was forked."""
        return time.monotonic() - self.born

    def terminate(self, patience: float) -> None:
        """Ask it to finish what it does, and end within so many seconds."""
        self.pulse.end_within(patience)
        self.process.terminate()

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()

    def abort(self) -> None:
        """End it so that it prints where each of its threads was, if it still can."""
        os.kill(self.pid, signal.SIGABRT)

    def memory(self) -> int:
        """Return the bytes that are its own, not shared with its parent's files; 0 if untold."""
        try:
            fields = Path(f"/proc/{self.pid}/statm").read_text().split()
        except OSError:
            return 0
        return (int(fields[1]) - int(fields[2])) * PAGE


class Place:
    """Where one child is to run always, and the one that does."""

    def __init__(self, start: Callable[[], Child], silence: float) -> None:
        """Take a child for stuck after so many seconds without a sign of life."""
        self.begin, self.silence = start, silence
        self.child: Child | None = None
        self.pause, self.due = 0.0, 0.0

    def fill(self) -> None:
        """Start a child if there is none and its time has come."""
        if self.child is None and time.monotonic() >= self.due:
            self.child = self.begin()

    def check(self) -> Child | None:
        """Return the child that ended, if it did: at once replaced if it had lived for a while."""
        ended = self.child
        if ended is None or not ended.has_ended():
            return None
        short = ended.age() < SETTLED
        self.pause = min(max(self.pause * 2, 0.5), LONGEST_PAUSE) if short else 0.0
        self.due = time.monotonic() + self.pause
        self.child = None
        return ended

    def is_stuck(self) -> bool:
        """Tell whether its child has given no sign of life for long."""
        return self.child is not None and self.child.pulse.silence() > self.silence

    def renew(self) -> Child | None:
        """Start another child, and return the one before, to be stopped."""
        before, self.child = self.child, self.begin()
        return before


def rename(name: str) -> None:
    """Give this process the name that tools such as top and ps show, where Linux allows it."""
    try:
        Path("/proc/self/comm").write_text(name[:15])
    except OSError:
        return


def leave_no_core() -> None:
    """Have the kernel write no core file of this process: it would hold keys and passwords."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
