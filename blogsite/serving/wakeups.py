"""Signals as something to wait for beside sockets, without a handler that does any work."""

import select
import signal
import socket
from collections.abc import Sequence
from types import FrameType


class Wakeups:
    """Notes the signals it is made for; the main thread asks for them when it has time."""

    def __init__(self, *signals: signal.Signals) -> None:
        """Take those signals over from now on."""
        self.signals = signals
        self._ear, self._mouth = socket.socketpair()
        self._ear.settimeout(0)
        self._mouth.settimeout(0)
        signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)
        for number in signals:
            signal.signal(number, _noted)

    def wait(self, others: Sequence[socket.socket], seconds: float) -> set[int]:
        """Return the signals that came, as soon as any did or one of the sockets has news."""
        select.select([self._ear, *others], [], [], seconds)
        try:
            return set(self._ear.recv(4096))
        except BlockingIOError:
            return set()

    def give_up(self) -> None:
        """Give the signals back, in a child that was forked."""
        signal.set_wakeup_fd(-1)
        for number in self.signals:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self.signals)
        self._ear.close()
        self._mouth.close()


def _noted(number: int, frame: FrameType | None) -> None:
    """Do nothing: the signal's number was written where wait() reads it."""
