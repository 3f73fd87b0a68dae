"""A kept page beside the same server with fixed bytes, and nginx with a file.

Everybody sends the same compressed bytes with the same headers, over eight open connections; the
page is the post of 1,500 words with 20 comments among 1,000 posts.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.harness import Answer, Budget, Client, Contestant, in_turns, running, wait_for
from bench.report import Goal, Section, table
from bench.sites import Corpus, Site, served, surroundings
from blogsite.tests.served import free_port

CONNECTIONS, REQUESTS, ROUNDS = 8, 4000, 15
PATH = "/posts/measured/"
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  open_file_cache max=10; types {{ }} default_type "text/html; charset=utf-8";
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port}; root {folder};
    location / {{ try_files /page.br =404; {headers} }}
  }}
}}"""
FLOOR, FILE = "granian, a function that returns fixed bytes", "nginx, a file"


def nginx_program() -> str | None:
    """Return where nginx is installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def sent_headers(answer: Answer) -> list[str]:
    """Return the headers that every contestant sends: not those that a server adds itself."""
    own = ("server:", "date:", "content-length:", "connection:")
    return [line for line in answer.head.split("\r\n")[1:] if not line.lower().startswith(own)]


def contestant(title: str, pids: Sequence[int], port: int) -> Contestant:
    """Return a contestant that is asked for the page."""
    wait_for(pids[0], port)
    client = Client(port, CONNECTIONS)
    return Contestant(title, pids, client, client.request(PATH))


def floor(stack: ExitStack, folder: Path, kept: Answer) -> Contestant:
    """Start the same server with fixed bytes."""
    length = [f"content-length: {len(kept.body)}"]
    (folder / "headers").write_text("\n".join(sent_headers(kept) + length))
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--blocking-threads", "4", "--backpressure", "1024", "--http", "1", "--no-ws"]
    files = {"FIXED_BODY": str(folder / "page.br"), "FIXED_HEADERS": str(folder / "headers")}
    given = surroundings(**files)
    pid = stack.enter_context(running([*command, "bench.fixed:application"], given))
    return contestant(FLOOR, [pid], port)


def nginx(stack: ExitStack, folder: Path, program: str, kept: Answer) -> Contestant:
    """Start nginx with the same bytes as a file."""
    port = free_port()
    lines = [line.split(": ", 1) for line in sent_headers(kept)]
    skipped = {"content-type", "etag"}
    added = [f'add_header {n} "{v}";' for n, v in lines if n.lower() not in skipped]
    text = NGINX.format(folder=folder, port=port, headers=" ".join(added))
    (folder / "nginx.conf").write_text(text)
    pid = stack.enter_context(running([program, "-c", str(folder / "nginx.conf")]))
    return contestant(FILE, [pid], port)


def kept(site: Site) -> Contestant:
    """Return the site's kept page as a contestant."""
    one = contestant(f"manage.py serve, kept page, {site.corpus.database}", site.pids, site.port)
    if one.answer.header("x-cache") != "hit":
        raise RuntimeError(f"The page is not kept: {one.answer.head}")
    return one


def race(corpora: Sequence[Corpus], rounds: Budget, share: float) -> list[Contestant]:
    """Measure everybody in turns."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        sites = [kept(stack.enter_context(served(corpus))) for corpus in corpora]
        (folder / "page.br").write_bytes(sites[0].answer.body)
        everybody = [floor(stack, folder, sites[0].answer), *sites]
        if program := nginx_program():
            everybody.insert(0, nginx(stack, folder, program, sites[0].answer))
        for one in everybody:
            if one not in sites and one.answer.body != sites[0].answer.body:
                raise RuntimeError(f"{one.title} does not send the same bytes")
            one.measure(REQUESTS // 4)
            one.used.clear()
        in_turns(everybody, REQUESTS, rounds.rounds(share, ROUNDS))
    return everybody


def part(corpora: Sequence[Corpus], budget: Budget, share: float) -> Section:
    """Measure, and return what is to be said."""
    everybody = race(corpora, budget, share)
    section = Section("A kept page, asked for by a stranger")
    base = everybody[0]
    rows = [
        (
            one.title,
            f"{one.median:.1f}",
            f"{one.least:.1f}",
            f"{base.median / one.median:.2f}",
            f"{base.least / one.least:.2f}",
        )
        for one in everybody
    ]
    heads = ("who answers", "median µs", "least µs", "speed beside the first", "by the least")
    section.say(*table(heads, rows))
    body = len(everybody[-1].answer.body)
    section.say(
        f"{body:,} bytes in Brotli, {CONNECTIONS} open connections, "
        f"{len(base.used)} rounds of {REQUESTS} requests in turns. "
        "A row of PostgreSQL holds the processor time of both."
    )
    section.goals = goals(everybody)
    if base.title != FILE:
        section.say("nginx is not installed here: its row is left out, and its goal unjudged.")
    return section


def goals(everybody: Sequence[Contestant]) -> list[Goal]:
    """Judge the first site, SQLite's."""
    by_title = {one.title: one for one in everybody}
    site = next(one for one in everybody if one.title not in {FILE, FLOOR})
    least = by_title[FLOOR]
    over = site.median / least.median
    found = [Goal("kept page: beside the floor", "≤ 1.10", f"{over:.2f}", over <= 1.10)]
    if FILE in by_title:
        speed = by_title[FILE].median / site.median
        goal = Goal("kept page: beside nginx's file", "≥ 0.75", f"{speed:.2f}", speed >= 0.75)
        found.insert(0, goal)
    return found
