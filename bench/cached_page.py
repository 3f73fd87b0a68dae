"""Processor time of a cached page, beside the same server with fixed bytes, and nginx with a file.

Run from the project's folder: python -m bench.cached_page [rounds]. Builds a site in a folder of
its own (DATABASE_URL is honoured; its database must be empty), starts every contestant pinned to
one core and the load on another, and asks them in turns over eight open connections for the same
compressed bytes with the same headers. Prints microseconds of processor time for each request, as
the kernel counts them for all threads of the server, and the ratio to nginx.
"""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

SERVER_CORE, LOAD_CORE = "0", "1"
CONNECTIONS, REQUESTS = 8, 4000
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def build() -> None:
    """Fill the site: 1,000 posts, and the measured one of 1,500 words with 20 comments."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from accounts.models import User
    from comments.models import Comment
    from posts.models import Post

    chance = random.Random(1)
    words = ["word", "garden", "stone", "river", "because", "under", "evening", "letter", "of"]
    alice = User.objects.create_user("alice", "alice@example.org", "a long password")
    now = timezone.now()
    for number in range(1000):
        name = "measured" if number == 500 else f"post-{number}"
        paragraphs = 15 if number == 500 else 1
        body = "\n\n".join(" ".join(chance.choices(words, k=100)) for _ in range(paragraphs))
        Post.objects.create(author=alice, title=name, slug=name, body=body, published_at=now)
    post = Post.objects.get(slug="measured")
    for _ in range(20):
        Comment.objects.create(post=post, author=alice, body=" ".join(chance.choices(words, k=40)))


def tree(pid: int) -> Iterator[int]:
    """Yield the process and those below it, but for the background worker."""
    if b"\0work\0" in Path(f"/proc/{pid}/cmdline").read_bytes():
        return
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from tree(int(child))


def processor_seconds(pid: int) -> float:
    """Return what all threads of the server have used so far."""
    files = [file for one in tree(pid) for file in Path(f"/proc/{one}/task").glob("*/schedstat")]
    return sum(int(file.read_text().split()[0]) for file in files) / 1e9


class Contestant:
    """A running server and open connections to it."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self.used: list[float] = []
        lines = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: br"
        self.request = f"{lines}\r\n\r\n".encode()
        self.sockets = [self._connect(port) for _ in range(CONNECTIONS)]
        self.length = 0
        self.head, self.body = self._first()

    def _connect(self, port: int) -> socket.socket:
        deadline = time.monotonic() + 60
        while True:
            try:
                connected = socket.create_connection(("127.0.0.1", port), 20)
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connected

    def _first(self) -> tuple[str, bytes]:
        self.sockets[0].sendall(self.request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.sockets[0].recv(65536)
        head, _mark, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self.sockets[0].recv(65536)
        return head.decode(), body

    def warm(self) -> None:
        """Ask once more: what is measured is the second answer and those after it."""
        self.head, self.body = self._first()
        self.length = len(self.head) + 4 + len(self.body)

    def measure(self, requests: int) -> None:
        """Ask that often, and note the microseconds for each."""
        before = processor_seconds(self.pid)
        for _ in range(requests // CONNECTIONS):
            for connected in self.sockets:
                connected.sendall(self.request)
            for connected in self.sockets:
                missing = self.length
                while missing:
                    missing -= len(connected.recv(missing))
        self.used.append((processor_seconds(self.pid) - before) / requests * 1e6)


@contextmanager
def running(command: list[str], **environment: str) -> Iterator[int]:
    """Run a server on its core; yield the id of its process."""
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, *command],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def sent_headers(head: str) -> list[str]:
    """Return the headers that every contestant sends: not those that a server adds itself."""
    own = ("server:", "date:", "content-length:", "connection:")
    return [line for line in head.split("\r\n")[1:] if not line.lower().startswith(own)]


def site(stack: ExitStack, **environment: str) -> tuple[int, int]:
    port = free_port()
    surroundings = {"PORT": str(port), "BLOGSITE_WORKERS": "1"} | environment
    command = [sys.executable, "manage.py", "serve"]
    return stack.enter_context(running(command, **surroundings)), port


def floor(stack: ExitStack, folder: Path, kept: Contestant) -> Contestant:
    """Start the same server with fixed bytes."""
    length = [f"content-length: {len(kept.body)}"]
    (folder / "headers").write_text("\n".join(sent_headers(kept.head) + length))
    (folder / "page.br").write_bytes(kept.body)
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--blocking-threads", "4", "--backpressure", "1024", "--http", "1", "--no-ws"]
    files = {"FIXED_BODY": str(folder / "page.br"), "FIXED_HEADERS": str(folder / "headers")}
    pid = stack.enter_context(running([*command, "bench.fixed:application"], **files))
    return Contestant(pid, port)


def nginx(stack: ExitStack, folder: Path, kept: Contestant) -> Contestant:
    """Start nginx with the same bytes as a file."""
    port = free_port()
    lines = [line.split(": ", 1) for line in sent_headers(kept.head)]
    skipped = {"content-type", "etag"}
    added = [f'add_header {n} "{v}";' for n, v in lines if n.lower() not in skipped]
    text = NGINX.format(folder=folder, port=port, headers=" ".join(added))
    (folder / "nginx.conf").write_text(text)
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    folder.chmod(0o755)
    pid = stack.enter_context(running([program, "-c", str(folder / "nginx.conf")]))
    return Contestant(pid, port)


def contest(folder: Path, rounds: int) -> dict[str, Contestant]:
    """Measure everybody in turns."""
    with ExitStack() as stack:
        kept = Contestant(*site(stack))
        kept.warm()
        racing = {"cached page": kept, "fixed bytes": floor(stack, folder, kept)}
        if Path("/usr/sbin/nginx").exists() or shutil.which("nginx"):
            racing["nginx, a file"] = nginx(stack, folder, kept)
        live = Contestant(*site(stack, BLOGSITE_PAGE_CACHE="off"))
        for one in [*racing.values(), live]:
            one.warm()
        assert all(one.body == kept.body for one in racing.values()), "not the same bytes"
        assert "x-cache: hit" in kept.head
        for _ in range(rounds):
            for one in racing.values():
                one.measure(REQUESTS)
            live.measure(CONNECTIONS * 10)
    return racing | {"rendered, not cached": live}


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["BLOGSITE_DATA"] = str(folder / "data")
        build()
        os.sched_setaffinity(0, {int(LOAD_CORE)})
        results = contest(folder, rounds)
    base = results.get("nginx, a file", results["fixed bytes"])
    print(f"{len(results['cached page'].body)} bytes, {rounds} rounds of {REQUESTS} requests")
    print(f"{'':24}{'median µs':>10}{'least':>8}{'most':>8}   speed beside nginx")
    for title, one in results.items():
        ratio = median(base.used) / median(one.used)
        used = f"{median(one.used):10.1f}{min(one.used):8.1f}{max(one.used):8.1f}"
        print(f"{title:24}{used}{ratio:10.2f}")


if __name__ == "__main__":
    main()
