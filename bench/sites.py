"""Corpora that are built once and kept, and the site served over them.

BENCH_DATA says where they are kept; they are made anew with `--rebuild`, or when the folder is
deleted. Needs some 25 GB for a million posts in both databases.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from bench.harness import running, wait_for
from bench.postgres import Cluster
from blogsite.tests.served import free_port

# Root's home is closed to the account that PostgreSQL and nginx run as.
_USUAL = "/var/tmp/blogsite-bench" if os.geteuid() == 0 else "~/.cache/blogsite-bench"
FOLDER = Path(os.environ.get("BENCH_DATA") or _USUAL).expanduser().absolute()
SMALL, LARGE = 1_000, 1_000_000
# What the surroundings may say about another site.
_STRANGE = ("DATABASE_URL", "CACHE_URL", "STORAGE_URL", "EMAIL_URL", "SITE_URL", "HOST", "PORT")


def surroundings(**own: str) -> dict[str, str]:
    """Return the environment of a site with its defaults, and what is given."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _STRANGE and not name.startswith("BLOGSITE_")
    }
    return kept | own


@dataclass(frozen=True)
class Corpus:
    """A site's data of a size in one of the databases."""

    posts: int
    cluster: Cluster | None = None

    @property
    def database(self) -> str:
        """Return the database's trade name."""
        return "PostgreSQL" if self.cluster else "SQLite"

    @property
    def name(self) -> str:
        """Return its folder's name, which is also that of its database."""
        return f"{self.database.lower()}_{self.posts}"

    @property
    def folder(self) -> Path:
        """Return where the site keeps its data."""
        return FOLDER / self.name

    def environment(self, **own: str) -> dict[str, str]:
        """Return what leads a site here."""
        where = {"BLOGSITE_DATA": str(self.folder)}
        if self.cluster:
            where["DATABASE_URL"] = self.cluster.url(self.name)
        return surroundings(**where, **own)

    def make(self, *, anew: bool = False) -> bool:
        """Build it unless it is there; tell whether that was needed."""
        stamp = self.folder / "built"
        if stamp.exists() and not anew:
            return False
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if self.cluster:
            self.cluster.create_anew(self.name)
        print(f"Building {self.posts:,} posts on {self.database} ...", flush=True)
        command = [sys.executable, "-m", "bench.corpus", str(self.posts)]
        with self.cluster.on_all_cores() if self.cluster else nullcontext():
            subprocess.run(command, check=True, env=self.environment())
        stamp.touch()
        return True


@dataclass(frozen=True)
class Site:
    """A site that is being served."""

    corpus: Corpus
    pid: int
    port: int

    @property
    def pids(self) -> list[int]:
        """Return whose processor time is its: the server's and the database's."""
        return [self.pid, *([self.corpus.cluster.pid] if self.corpus.cluster else [])]

    def address(self, path: str) -> str:
        """Return the whole address."""
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def served(corpus: Corpus, **environment: str) -> Iterator[Site]:
    """Serve it by one web worker, on the servers' core."""
    port = free_port()
    given = {"PORT": str(port), "BLOGSITE_WORKERS": "1"} | environment
    command = [sys.executable, "manage.py", "serve"]
    with running(command, corpus.environment(**given), corpus.folder / "serve.log") as pid:
        wait_for(pid, port)
        yield Site(corpus, pid, port)
