"""How the processes of a site use PostgreSQL: what each may wait for, and the pool of the web's.

A pool of one connection a thread costs a web process 40 µs a request more than connections kept by
the threads, and is worth it: while the server restarts, a request waits in it for a new connection
instead of failing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from blogsite.lib.replica import REPLICA

Databases = Mapping[str, dict[str, Any]]

# A server that does not answer is given up: after seconds, milliseconds, seconds.
REACHING = {"connect_timeout": 4, "tcp_user_timeout": 20_000, "keepalives_idle": 30}
# Without a pool, each thread keeps its connection for so many seconds, and checks it.
KEEPING = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
# Attempts come after 1 and 3 s, and begin anew with the next request; so the site is back within
# two seconds of the server, however long that was away.
WAITING = {"timeout": 4, "reconnect_timeout": 3, "num_workers": 1}


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of process, and the seconds it may take; past them, the server ends the statement.

    0 is for ever. With `pool`, that many connections at most are shared by its threads.
    """

    name: str
    statement: int
    lock: int = 20  # as long as SQLite's writers wait for each other
    idle: int = 60  # in a transaction, between two statements
    pool: int = 0

    @property
    def limits(self) -> str:
        """Return the limits as PostgreSQL takes them when a connection begins."""
        seconds = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return " ".join(f"-c {name}={value}s" for name, value in seconds.items())


def take(role: Role, databases: Databases) -> None:
    """Let this process make its connections in that role from now on, whatever it was before.

    The operator's own options, in the address of the database, come last and win.
    """
    for alias, database in databases.items():
        if not database["ENGINE"].endswith("postgresql"):
            continue
        given = database.setdefault("GIVEN", dict(database.get("OPTIONS", {})))
        limits = f"{role.limits} {given.get('options', '')}".strip()
        options = {"application_name": role.name} | given | {"options": limits}
        database.update(KEEPING, OPTIONS=options)
        # A request waits for no replica: the primary answers instead.
        if role.pool and alias != REPLICA:
            options["pool"] = {"min_size": 1, "max_size": role.pool, **WAITING}
            database["CONN_MAX_AGE"] = 0
