"""A PostgreSQL cluster of the benchmark's own, where the programs are installed."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.harness import CORES, SERVER_CORE
from blogsite.tests.served import free_port

# Autovacuum would add to what is measured whenever it pleases; corpora are vacuumed when built.
# Without a standby, indexes are made past the log.
SETTINGS = (
    *("shared_buffers=512MB", "max_wal_size=8GB", "checkpoint_timeout=30min", "autovacuum=off"),
    *("wal_level=minimal", "max_wal_senders=0"),
)
NOBODY = "nobody"  # PostgreSQL refuses to run as root


def programs() -> Path | None:
    """Return the folder of the newest installed server, None where there is none."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name)
    )
    places = [*reversed(debian), *(Path(p) for p in os.environ.get("PATH", "").split(":"))]
    return next((place for place in places if (place / "initdb").exists()), None)


@dataclass(frozen=True)
class Cluster:
    """A running cluster."""

    bin: Path
    folder: Path
    port: int
    pid: int

    def url(self, database: str) -> str:
        """Return what DATABASE_URL says."""
        return f"postgres://blogsite@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def on_all_cores(self) -> Iterator[None]:
        """Let connections made inside run on every core, not on the servers' alone."""
        os.sched_setaffinity(self.pid, CORES)
        yield
        os.sched_setaffinity(self.pid, {SERVER_CORE})

    def create_anew(self, database: str) -> None:
        """Make the database, empty."""
        at = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "blogsite"]
        _call([str(self.bin / "dropdb"), "--if-exists", *at, database])
        _call([str(self.bin / "createdb"), *at, database])


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster | None]:
    """Run the cluster kept in the folder, making it if need be; None where nothing is installed."""
    found = programs()
    if found is None:
        yield None
        return
    data, port = folder / "data", free_port()
    if not (data / "PG_VERSION").exists():
        _make(found, data)
    control = [str(found / "pg_ctl"), "-s", "-w", "-D", str(data)]
    options = [f"-c {one}" for one in SETTINGS]
    options += [f"-p {port}", "-c listen_addresses=127.0.0.1"]
    options += [f"-c unix_socket_directories={folder}"]
    log = ["-l", str(folder / "log"), "-t", "120"]
    pinned = ["taskset", "-c", str(SERVER_CORE)]
    _call([*pinned, *control, *log, "-o", " ".join(options), "start"])
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        yield Cluster(found, folder, port, pid)
    finally:
        _call([*control, "-m", "fast", "stop"])


def _make(found: Path, data: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)
    data.parent.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(data.parent, NOBODY)
    kind = ["-U", "blogsite", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    _call([str(found / "initdb"), "-D", str(data), *kind])


def _call(command: Sequence[str]) -> None:
    other: dict[str, Any] = {}
    if os.geteuid() == 0:
        group = pwd.getpwnam(NOBODY).pw_gid
        other = {"user": NOBODY, "group": group, "extra_groups": []}
    # Its output goes to a file's end that nobody waits for: a server inherits it.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **other)
