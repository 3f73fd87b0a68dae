"""Reading from a replica of PostgreSQL's: what may be a moment old, for those who may see it so.

Only what a GET asks of content goes there, and only where nothing is kept under content versions,
which the primary has. Sessions, accounts and rights are asked of the primary: what is taken from a
person is gone at once. Whoever wrote reads from the primary until the replica has what they wrote:
a signed cookie holds the position of the primary's log after their write. A replica that lags,
or does not answer, is left alone until it is fit again.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections, models

REPLICA = "replica"
CONTENT = frozenset({"posts", "comments"})  # apps whose tables may be read from it
CHECKED_EVERY = 0.5  # seconds

logger = logging.getLogger("blogsite.replica")
_reads: ContextVar[str] = ContextVar("reads", default=DEFAULT_DB_ALIAS)
_wrote: ContextVar[bool] = ContextVar("wrote", default=False)


class Router:
    """Sends reads of content where the request reads from; all else, and all writes, to the site's
    own database.
    """

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        """Return the alias to read from."""
        return _reads.get() if model._meta.app_label in CONTENT else DEFAULT_DB_ALIAS  # noqa: SLF001

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        """Return the primary, from which the request reads too once it writes content."""
        if model._meta.app_label in CONTENT:  # noqa: SLF001
            _reads.set(DEFAULT_DB_ALIAS)
            _wrote.set(True)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        """Let rows of both be used together: they are the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Leave the replica's tables to the primary."""
        return db != REPLICA


@contextmanager
def primary() -> Iterator[None]:
    """Read from the primary inside this, such as what is kept under its content versions."""
    token = _reads.set(DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        _reads.reset(token)


@contextmanager
def request() -> Iterator[None]:
    """Begin with the primary and no write, whatever this thread served before."""
    tokens = _reads.set(DEFAULT_DB_ALIAS), _wrote.set(False)
    try:
        yield
    finally:
        _reads.reset(tokens[0])
        _wrote.reset(tokens[1])


def read_from_replica() -> None:
    """Read content from the replica for the rest of the request, until something is written."""
    if not _wrote.get():
        _reads.set(REPLICA)


def is_read_from() -> bool:
    """Tell whether the request reads from the replica now."""
    return _reads.get() == REPLICA


def position(alias: str, of: str) -> int | None:
    """Return a place in the log of the primary, in bytes; None where the server has none."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT {of}() - '0/0'::pg_lsn")
        found = cursor.fetchone()[0]
    return None if found is None else int(found)


@dataclass(slots=True)
class Replica:
    """What this process knows of the replica; `most_lag` in seconds.

    The lag is the age of the newest position of the primary that the replica has reached: no
    clock of either server is asked, and a replica cut off from the primary is seen to lag.
    """

    most_lag: float
    clock: Callable[[], float] = time.monotonic
    is_fit: bool = False
    reached: int = 0
    _sent: deque[tuple[float, int]] = field(default_factory=deque)
    _checked_at: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def may_serve(self, wrote_until: int) -> bool:
        """Tell whether it is up to date, and has what was written up to that position."""
        if self.clock() - self._checked_at >= CHECKED_EVERY and self._lock.acquire(blocking=False):
            try:
                self.check()
            finally:
                self._lock.release()
        if self.is_fit and self.reached < wrote_until:
            self._look()
        return self.is_fit and self.reached >= wrote_until

    def check(self) -> None:
        """Measure the lag."""
        self._checked_at = now = self.clock()
        sent = position(DEFAULT_DB_ALIAS, "pg_current_wal_lsn")
        self._sent.append((now, sent or 0))
        if not self._look():
            return
        behind = [at for at, sent in self._sent if sent <= self.reached]
        while len(self._sent) > 1 and self._sent[1][1] <= self.reached:
            self._sent.popleft()
        lag = now - behind[-1] if behind else float("inf")
        self._judge(fit=lag <= self.most_lag, because=f"it is {lag:.1f} s behind")

    def lose(self, error: Exception) -> None:
        """Leave it alone until it answers again."""
        connections[REPLICA].close()
        first = str(error).strip().partition("\n")[0]
        self._judge(fit=False, because=f"it does not answer ({first})")

    def _look(self) -> bool:
        """Ask how far it is; tell whether it answered."""
        try:
            found = position(REPLICA, "pg_last_wal_replay_lsn")
        except (DatabaseError, InterfaceError) as error:
            self.lose(error)
            return False
        if found is None:
            self._judge(fit=False, because="it follows no primary")
            return False
        self.reached = found
        return True

    def _judge(self, *, fit: bool, because: str) -> None:
        if fit != self.is_fit:
            logger.warning(
                "The replica is read from."
                if fit
                else f"The replica is not read from: {because}. The primary answers instead."
            )
        self.is_fit = fit
