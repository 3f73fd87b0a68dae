"""A PostgreSQL server with a streaming standby, for a test alone."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from blogsite.tests.served import free_port


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, None where there is none."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    folders += [Path("/usr/local/bin"), Path("/usr/bin")]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


class Cluster:
    """Primary and standby; use it as a context manager."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="blogsite-standby-"))
        self.ports = {name: free_port() for name in ("primary", "standby")}
        self.as_user: list[str] = []
        if os.getuid() == 0:  # as whom PostgreSQL refuses to run
            self.as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
            shutil.chown(self.folder, "nobody", "nogroup")

    def __enter__(self) -> Self:
        data = str(self.folder / "primary")
        self.run("initdb", "-D", data, "-U", "blogsite", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start("primary")
        copy = ["-D", str(self.folder / "standby"), "-R", "-X", "stream", "-c", "fast", "--no-sync"]
        self.run(
            "pg_basebackup",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.ports["primary"]),
            "-U",
            "blogsite",
            *copy,
        )
        self.start("standby")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in ("standby", "primary"):
            self.stop(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """Return the address of one of the two."""
        return f"postgres://blogsite@127.0.0.1:{self.ports[name]}/postgres"

    def ask(self, name: str, statement: str) -> object:
        """Return the first value that a statement gives, None without any."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def start(self, name: str) -> None:
        """Start one of the two and wait until it answers."""
        said = f"-p {self.ports[name]} -c listen_addresses=127.0.0.1 -c fsync=off"
        said += f" -c unix_socket_directories={self.folder} -c max_wal_senders=4"
        data, log = self.folder / name, self.folder / f"{name}.log"
        self.run("pg_ctl", "-s", "-w", "-D", str(data), "-l", str(log), "-o", said, "start")

    def stop(self, name: str) -> None:
        """Stop one of the two at once."""
        if (self.folder / name / "postmaster.pid").exists():
            self.run("pg_ctl", "-s", "-m", "immediate", "-D", str(self.folder / name), "stop")

    def run(self, program: str, *words: str) -> None:
        """Run one of PostgreSQL's programs."""
        command = [*self.as_user, str((programs() or Path()) / program), *words]
        subprocess.run(command, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=60)
