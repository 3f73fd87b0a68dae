"""How the processes of a site use PostgreSQL: what each may wait for, and the web's pool.

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
# Attempts come after 1 and 3 s, and begin anew with the next request; so the site is back within
# two seconds of the server, however long that was away.
WAITING = {"timeout": 4, "reconnect_timeout": 3, "num_workers": 1}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may take, in seconds, 0 for ever; past it, the server ends the statement."""

    statement: int
    lock: int = 20  # as long as SQLite's writers wait for each other
    idle: int = 60  # in a transaction, between two statements

    def options(self) -> str:
        """Return them as PostgreSQL takes them when a connection begins."""
        seconds = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return " ".join(f"-c {name}={value}s" for name, value in seconds.items())


def limit(databases: Databases, role: str, limits: Limits) -> None:
    """Hold the connections that the process makes from now on to the limits.

    The operator's own options, in the address of the database, come last and win.
    """
    for database in _postgres(databases):
        options = database["OPTIONS"]
        given = f"{limits.options()} {options.get('options', '')}".strip()
        database["OPTIONS"] = {"application_name": role} | options | {"options": given}


def pool(databases: Databases, threads: int) -> None:
    """Let the process draw its connections from a pool, checked whenever one is taken out.

    Not those to a replica: a request waits for none, the primary answers instead.
    """
    for database in _postgres({n: one for n, one in databases.items() if n != REPLICA}):
        database |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
        database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": threads, **WAITING}


def _postgres(databases: Databases) -> list[dict[str, Any]]:
    return [one for one in databases.values() if one["ENGINE"].endswith("postgresql")]
