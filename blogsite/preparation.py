"""What a start does before the first page: checks, migrations, static files, starter posts.

Each step does nothing when nothing is to do. What cannot go on raises CannotStart.
"""

import errno
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import ERROR, run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from blogsite import content_versions
from blogsite.lib.processes import exclusive
from blogsite.ownership import has_owner
from posts.starter.plant import plant

# Any number that no other program is likely to lock on the same PostgreSQL server.
ADVISORY_LOCK = 7_305_811_402
# Connections that wait to be accepted; the kernel's own limit may be lower.
BACKLOG = 2048
# Milliseconds; a client that takes nothing of its answer for so long is gone.
UNREAD_FOR = 30_000
logger = logging.getLogger("blogsite.preparation")
WAITING = "Another process prepares the same site; waiting for it."


class CannotStart(Exception):
    """Why the site cannot start; str() is the sentence for the operator."""


def open_listener(host: str, port: int, inherited: socket.socket | None = None) -> socket.socket:
    """Return a socket that listens there: the one that is inherited, if it already does."""
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise CannotStart(f"HOST must be an address of this machine, not {host!r}.") from error
    if inherited and inherited.family == family and inherited.getsockname() == address:
        return inherited
    listener = socket.socket(family, kind)
    try:
        # Without SO_REUSEPORT: a second server would share the port unseen.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        raise CannotStart(_refused(error, host, port)) from error
    # What every accepted connection inherits.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_FOR)
    return listener


def _refused(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program; set PORT to a free one."
    if error.errno == errno.EACCES:
        return f"Port {port} needs special rights; set PORT to one above 1023."
    return f"HOST must be an address of this machine, not {host!r} ({error.strerror})."


def reach_database() -> None:
    """Open the database, or say why it cannot be opened."""
    try:
        connection.ensure_connection()
        connection.introspection.table_names()
    except DatabaseError as error:
        raise CannotStart(f"The database cannot be used: {_first_line(error)}.") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def check_system() -> None:
    """Run the system checks, the database's among them."""
    found = run_checks(databases=["default"])
    for warning in found:
        if warning.level < ERROR and (warning.id or "").startswith("blogsite."):
            logger.warning("%s %s", warning.msg, warning.hint)
    errors = [one for one in found if one.level >= ERROR]
    if errors:
        raise CannotStart("\n".join(str(error).removeprefix("?: ") for error in errors))


@contextmanager
def alone() -> Iterator[None]:
    """Keep other processes of this machine, and other nodes of the database, out meanwhile."""
    with exclusive(settings.DATA_DIR / "prepare.lock", notice=WAITING):
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def migrate() -> int:
    """Bring the database to this version and return how many migrations that took."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    try:
        if plan:
            call_command("migrate", verbosity=0, interactive=False)
        else:
            content_versions.after_migrations(connection.alias)
    except DatabaseError as error:
        reason = f"The database could not be brought up to date: {_first_line(error)}."
        raise CannotStart(f"{reason} What was done before is kept.") from error
    return len(plan)


def plant_starter_posts() -> int:
    """Put the starter posts on a site that nobody owns and nobody wrote on; return how many."""
    try:
        return 0 if has_owner() else plant()
    except OSError as error:
        raise CannotStart(f"The starter posts' pictures cannot be stored: {error}.") from error


def collect_static() -> int:
    """Copy and compress the static files if any of them changed; return how many."""
    files = dict(_static_sources())
    stamp = settings.STATIC_ROOT / ".fingerprint"
    now = _fingerprint(files)
    if stamp.exists() and stamp.read_text() == now:
        return 0
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(now)
    return len(files)


def _static_sources() -> Iterator[tuple[str, Path]]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield name, Path(storage.path(name))


def _fingerprint(files: dict[str, Path]) -> str:
    digest = sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for name, path in sorted(files.items()):
        digest.update(f"{name}:{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
