"""From the start to the first page; memory of a web worker; bytes of a first visit."""

import gzip
import re
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.corpus import MEASURED
from bench.harness import Budget, Client, running, tree, wait_for
from bench.pages import GROWN
from bench.report import Goal, Section, table
from bench.sites import Corpus, Site, served
from blogsite.tests.served import free_port

ROUNDS, MOST_SECONDS, MOST_MEGABYTES, MOST_BYTES = 5, 2.0, 110, 14 * 1024
STYLESHEET = re.compile(r'<link[^>]*rel="?stylesheet"?[^>]*>')
HREF = re.compile(r'href="?([^" >]+)')


def seconds_to_first_page(corpus: Corpus) -> float:
    """Start the site over its data, and return when its home page had come."""
    port = free_port()
    environment = corpus.environment(PORT=str(port), BLOGSITE_WORKERS="1")
    command = [sys.executable, "manage.py", "serve"]
    began = time.monotonic()
    with running(command, environment) as pid:
        wait_for(pid, port)
        client = Client(port)
        if client.ask(client.request("/")).status != 200:
            raise RuntimeError("The first page did not come")
        return time.monotonic() - began


def megabytes(pid: int, kind: str) -> float:
    """Return a figure of the kernel's account of a process's memory: Rss, Pss, Private_Dirty."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.split(f"\n{kind}:")[1].split()[0]) / 1024


def web_worker(site: Site) -> int:
    """Return the process that answers; what it shares with its parent counts with it."""
    names = {pid: Path(f"/proc/{pid}/comm").read_text() for pid in tree(site.pid)}
    return next(pid for pid, name in names.items() if name.startswith("blog web"))


def memory(site: Site) -> list[str]:
    """Ask for every page often, then return the row of the worker's memory."""
    client = Client(site.port)
    for _ in range(20):
        for page in GROWN.values():
            client.ready()
            client.ask(client.request(page.small))
    pid = web_worker(site)
    figures = [f"{megabytes(pid, kind):.0f} MB" for kind in ("Rss", "Pss", "Private_Dirty")]
    return [site.corpus.database, *figures]


def visit(site: Site) -> list[tuple[str, int, int]]:
    """Return what a browser fetches to show the post: its name, bytes of body, bytes of head."""
    client = Client(site.port)
    page = client.ask(client.request(f"/posts/{MEASURED}/", encoding="identity"))
    sheets = [HREF.findall(link)[0] for link in STYLESHEET.findall(page.body.decode())]
    fetched = []
    for path in (f"/posts/{MEASURED}/", *sheets):
        answer = client.ask(client.request(path))
        is_small = answer.header("content-encoding") == "br"
        body = answer.body if is_small else gzip.compress(answer.body)
        fetched.append((path, len(body), len(answer.head) + 4))
    return fetched


def part(corpora: Sequence[Corpus], budget: Budget, share: float) -> Section:
    """Measure, and return what is to be said."""
    section = Section("Start, memory, first visit")
    starts: dict[Corpus, list[float]] = {corpus: [] for corpus in corpora}
    for _round in budget.rounds(share, ROUNDS, least=2):
        for corpus, found in starts.items():
            found.append(seconds_to_first_page(corpus))
    rows = []
    for corpus, found in starts.items():
        where, middle = f"{corpus.database}, {corpus.posts:,} posts", median(found)
        rows.append([where, f"{middle:.2f} s", f"{min(found):.2f} s", f"{max(found):.2f} s"])
        goal = Goal(f"start to first page, {where}", "≤ 2 s", f"{middle:.2f} s", middle <= 2)
        section.goals.append(goal)
    section.say(*table(("start to first page", "median", "least", "most"), rows))
    _weigh(section, corpora)
    return section


def _weigh(section: Section, corpora: Sequence[Corpus]) -> None:
    rows = []
    with ExitStack() as stack:
        sites = [stack.enter_context(served(corpus)) for corpus in corpora]
        for site in sites:
            rows.append(memory(site))
            taken = float(rows[-1][1].split()[0])
            what = f"memory of a worker, {site.corpus.database}, {site.corpus.posts:,} posts"
            is_met = taken <= MOST_MEGABYTES
            section.goals.append(Goal(what, "≤ 110 MB", f"{taken:.0f} MB", is_met))
        fetched = visit(sites[0])
    heads = ("memory of a web worker", "resident", "its share", "its own")
    section.say(*table(heads, rows))
    total = sum(body for _path, body, _head in fetched)
    section.say(
        *table(
            ("first visit to a post, compressed", "body", "head"),
            [(path, f"{body:,} B", f"{head:,} B") for path, body, head in fetched],
        )
    )
    goal = Goal("first visit: page and stylesheets", "≤ 14 KB", f"{total:,} B", total <= MOST_BYTES)
    section.goals.append(goal)
