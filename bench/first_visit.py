"""What a first visit to each of the sample posts fetches: the page and its stylesheets, compressed.

Run from the project's folder: .venv/bin/python -m bench.first_visit [FOLDER]. Imports the folder of
Markdown files (the samples beside the project if none is given) into a site of its own, serves it,
and asks for every post as a stranger whose browser takes Brotli. Pictures and scripts are not
counted: a text is read without them.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from bench.harness import Client, running, wait_for
from bench.importing import SAMPLES
from bench.report import table
from bench.sites import surroundings
from blogsite.tests.served import free_port

GOAL = 14 * 1024
POST = re.compile(r"<loc>https?://[^/]+(/posts/[^<]+)</loc>")
MAP = re.compile(r"<loc>https?://[^/]+(/sitemap[^<]+)</loc>")
SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')


@dataclass(frozen=True)
class Visit:
    """One post's page: bytes of its HTML and of its sheets as they travel, and its sheets."""

    path: str
    page: int
    styles: int
    sheets: int

    @property
    def total(self) -> int:
        """Return the bytes of both."""
        return self.page + self.styles


class Reader:
    """A stranger who has read nothing here before."""

    def __init__(self, port: int) -> None:
        self.client = Client(port)
        self.known: dict[str, int] = {}

    def text(self, path: str) -> str:
        """Return a page as it is before it is compressed."""
        return self.client.ask(self.client.request(path, encoding="")).body.decode()

    def size(self, path: str) -> int:
        """Return the bytes of a body as they travel."""
        answer = self.client.ask(self.client.request(path))
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return len(answer.body)

    def visit(self, path: str) -> Visit:
        """Fetch a post's page, and each stylesheet that it links once for all posts."""
        sheets = SHEET.findall(self.text(path))
        for sheet in sheets:
            if sheet not in self.known:
                self.known[sheet] = self.size(sheet)
        styles = sum(self.known[sheet] for sheet in sheets)
        return Visit(path, self.size(path), styles, len(sheets))


def posts(reader: Reader) -> list[str]:
    """Return the paths of all posts, as the sitemap lists them."""
    found = reader.text("/sitemap.xml")
    maps = MAP.findall(found)
    pages = [found, *(reader.text(one.replace("&amp;", "&")) for one in maps)]
    return list(dict.fromkeys(path for page in pages for path in POST.findall(page)))


def row(name: str, sizes: Sequence[int]) -> tuple[str, ...]:
    """Return a line of the table: the median, the 95th percentile and the largest."""
    parts = quantiles(sizes, n=20, method="inclusive")
    return name, f"{parts[9]:,.0f}", f"{parts[18]:,.0f}", f"{max(sizes):,}"


def report(visits: Sequence[Visit]) -> Iterable[str]:
    """Yield the lines of the result."""
    plain = [one for one in visits if one.sheets == 1]
    kinds = {"all posts": visits, "text alone, one stylesheet": plain}
    rows = [
        row(f"{kind}: {part}", [getattr(one, part) for one in some])
        for kind, some in kinds.items()
        for part in ("page", "styles", "total")
    ]
    yield from table(("bytes in Brotli", "median", "95th percentile", "largest"), rows)
    for kind, some in kinds.items():
        within = sum(one.total <= GOAL for one in some)
        yield f"{kind}: {within} of {len(some)} within {GOAL:,} bytes ({within / len(some):.1%})"


def main() -> None:
    """Import, serve, ask, print."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = surroundings(BLOGSITE_DATA=folder, PORT=str(port), BLOGSITE_WORKERS="1")
        manage = [sys.executable, "manage.py"]
        for command in (["migrate", "--verbosity", "0"], ["import_markdown", str(source)]):
            subprocess.run([*manage, *command], check=False, env=environment)
        with running([*manage, "serve"], environment, Path(folder) / "serve.log") as pid:
            wait_for(pid, port)
            reader = Reader(port)
            print("\n".join(report([reader.visit(path) for path in posts(reader)])))


if __name__ == "__main__":
    main()
