"""The parent of all processes of the site: it keeps the listening socket, and little else.

Generations serve: each is a process of its own that loads code and settings anew, and forks its
workers. A reload starts the next one, waits until it is ready, and only then retires the one
before; both use the same socket, so that no connection is refused or lost in between. This module
loads nothing but the standard library: it stays what it was through all reloads.
"""

import os
import signal
import socket
import subprocess
import sys
import time

from blogsite.serving.wakeups import Wakeups

# What a generation and its supervisor tell each other over their socket.
READY, GO, RETIRE = b"ready", b"go", b"retire"
LONGEST_STOP = 9.0  # seconds: below ten, the patience of most supervisors of services
LONGEST_PAUSE = 30.0
SETTLED = 10.0


class Started:
    """A generation's process, and the socket to talk with it."""

    def __init__(self, command: list[str], listener: socket.socket | None) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        passed = [theirs.fileno()] + ([listener.fileno()] if listener else [])
        options = ["--control", str(theirs.fileno())]
        if listener:
            options += ["--listener", str(listener.fileno())]
        self.born = time.monotonic()
        self.process = subprocess.Popen([*command, *options], pass_fds=passed)  # noqa: S603
        theirs.close()
        self.control.settimeout(0)

    def hear(self) -> socket.socket | None:
        """Return the socket it listens on, once it says that it is ready."""
        try:
            message, sockets, _flags, _address = socket.recv_fds(self.control, 16, 1)
        except (BlockingIOError, ConnectionError):
            return None
        return socket.socket(fileno=sockets[0]) if message == READY else None

    def tell(self, message: bytes) -> None:
        """Tell it something; one that is gone needs to hear nothing."""
        try:
            self.control.send(message)
        except OSError:
            self.process.terminate()


class Supervisor:
    """Starts, replaces and stops generations."""

    def __init__(self, command: list[str]) -> None:
        """Run generations by that command, with options that name inherited sockets."""
        self.command = command
        self.has_terminal = sys.stdin is not None and sys.stdin.isatty()
        self.listener: socket.socket | None = None
        self.serving: Started | None = None
        self.coming: Started | None = None
        self.retired: list[Started] = []
        self.reload_again = False
        self.stop_by: float | None = None
        self.pause, self.start_at = 0.0, 0.0
        self.status = 0

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; return the exit status."""
        wakeups = Wakeups(signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
        self.start()
        while self.generations() or self.start_at:
            news = [self.coming.control] if self.coming else []
            signals = wakeups.wait(news, 1.0)
            is_hung_up = signal.SIGHUP in signals
            if signals & {signal.SIGTERM, signal.SIGINT} or (is_hung_up and self.lost_terminal()):
                self.stop()
            elif is_hung_up:
                self.reload()
            self.promote()
            self.bury()
            self.catch_up()
        return self.status

    def generations(self) -> list[Started]:
        """Return those that run."""
        return [one for one in (self.serving, self.coming, *self.retired) if one]

    def lost_terminal(self) -> bool:
        """Tell whether it was started at a terminal that was closed: that, too, sends SIGHUP."""
        if not self.has_terminal:
            return False
        try:
            os.close(os.open("/dev/tty", os.O_RDWR))
        except OSError:
            return True
        return False

    def start(self) -> None:
        """Start a generation."""
        self.start_at = 0.0
        self.coming = Started(self.command, self.listener)

    def reload(self) -> None:
        """Start the next generation; while one is starting, once more after it."""
        if self.stop_by:
            return
        if self.coming or self.start_at:
            self.reload_again = True
        else:
            say("Reloading: a new generation starts, the one before serves until it is ready.")
            self.start()

    def stop(self) -> None:
        """Take no more connections, and have every generation finish."""
        self.start_at = 0.0
        self.stop_by = self.stop_by or time.monotonic() + LONGEST_STOP
        if self.listener:
            self.listener.close()
        for one in self.generations():
            one.process.terminate()

    def promote(self) -> None:
        """Let the generation that is ready serve, and retire the one before."""
        listener = self.coming.hear() if self.coming else None
        if self.coming is None or listener is None:
            return
        if self.stop_by:
            listener.close()
            return
        if self.listener:
            self.listener.close()
        self.listener = listener
        if self.serving:
            self.serving.tell(RETIRE)
            self.retired.append(self.serving)
        self.serving, self.coming = self.coming, None
        self.serving.tell(GO)
        if self.reload_again:
            self.reload_again = False
            self.reload()

    def bury(self) -> None:
        """See to the generations that ended."""
        for one in self.generations():
            if one.process.poll() is None:
                continue
            one.control.close()
            if one in self.retired:
                self.retired.remove(one)
            elif one is self.serving:
                self.serving = None
                self.lost(one, "The server ended unexpectedly and is started again.")
            else:
                self.coming = None
                self.refused(one)

    def refused(self, one: Started) -> None:
        """See to a generation that ended before it was ready; it has said why itself."""
        if self.stop_by:
            return
        if self.serving:
            say("The new generation did not start; the one before goes on serving.")
            self.reload_again = False
        elif self.listener:
            self.lost(one, "The server did not start and is started again.")
        else:
            self.status = abs(one.process.returncode)

    def lost(self, one: Started, sentence: str) -> None:
        """Start another in its place: at once, or later if it did not live long."""
        if self.stop_by or self.coming:
            return
        lived = time.monotonic() - one.born
        self.pause = 0.1 if lived > SETTLED else min(max(self.pause * 2, 0.5), LONGEST_PAUSE)
        self.start_at = time.monotonic() + self.pause
        say(sentence)

    def catch_up(self) -> None:
        """Do what its time has come for: another start, the end of patience."""
        now = time.monotonic()
        if self.start_at and now >= self.start_at:
            self.start()
        if self.stop_by and now >= self.stop_by:
            for one in self.generations():
                one.process.kill()


def say(sentence: str) -> None:
    """Tell the operator."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def supervise(arguments: list[str]) -> int:
    """Serve by running manage.py with the arguments again; return the exit status."""
    return Supervisor([sys.executable, *arguments]).run()
