"""Goals 16 and 18: what a site stands on is taken away under load, and given back.

Run from the project's folder: .venv/bin/python -m bench.outages [postgres] [redis] [smtp] [disk].
Each part starts a site of its own and says what visitors met; `disk` needs the right to mount a
file system in memory. Ends with 1 if one of them missed its goal.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

from bench.postgres import cluster
from bench.visitors import Record, Visitor, crowd
from blogsite.tests.served import ServedSite, eventually, free_port, manage

PATHS = ("/", "/posts/welcome/", "/feed/", "/search/?q=text")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
LETTERS = 20
WRITE_LETTERS = f"""
from django.core.mail import send_mail
for number in range({LETTERS}):
    send_mail(f"Letter {{number}}", "Words", None, ["bob@example.org"])
"""
HASTEN = "from accounts.models import OutgoingEmail as O; from django.utils.timezone import now\n"
HASTEN += "O.objects.filter(sent_at=None).update(next_attempt_at=now())"
Outcome = tuple[str, bool]


def visitors(port: int) -> list[Visitor]:
    """Return readers: half of them are known to the site, so that their pages are rendered."""
    cookies = ("", "Cookie: session=unknown\r\n")
    return [Visitor(port, PATHS[n % 4], head=cookies[n // 4 % 2]) for n in range(16)]


async def meanwhile(port: int, seconds: float, deed: Callable[[], float]) -> tuple[Record, float]:
    """Return what visitors met, and when the deed, begun after three seconds, was done."""

    async def do() -> float:
        await asyncio.sleep(3)
        return await asyncio.to_thread(deed)

    record, done = await asyncio.gather(crowd(visitors(port), seconds, 0.05), do())
    return record, done


def postgres(folder: Path) -> Outcome:
    """Restart PostgreSQL."""
    with cluster(folder / "postgres") as running:
        if running is None:
            return "PostgreSQL is not installed", True
        running.create_anew("outage")
        control = [str(running.bin / "pg_ctl"), "-s", "-w", "-m", "fast", "-D"]
        command = ["su", "nobody", "-s", "/bin/sh", "-c"] if os.geteuid() == 0 else ["sh", "-c"]
        restart = " ".join([*control, str(folder / "postgres/data"), "restart"])

        def deed() -> float:
            done = subprocess.run(
                [*command, restart], check=True, stdout=subprocess.DEVNULL, cwd="/"
            )
            return time.monotonic() + 0 * done.returncode

        with ServedSite(folder / "data", DATABASE_URL=running.url("outage")) as site:
            record, back = asyncio.run(meanwhile(site.port, 15, deed))
    last = max((at for at, _why in record.failures), default=back)
    kinds = dict(Counter(why for _at, why in record.failures))
    late = max(last - back, 0.0)
    told = f"{record.summary()}; failures {kinds}, the last {late:.1f} s after it was back"
    return told, len(record.failures) <= 10 and late <= 2


def redis(folder: Path) -> Outcome:
    """Stop Redis."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with ServedSite(folder / "data", CACHE_URL=f"redis://127.0.0.1:{port}/0") as site:
        asyncio.run(crowd(visitors(site.port), 3, 0.05))
        before = asyncio.run(crowd(visitors(site.port), 8, 0.05))
        server.kill()
        server.wait()
        after = asyncio.run(crowd(visitors(site.port), 8, 0.05))
        known = [Visitor(site.port, "/health/ready") for _ in range(2)]
        health = asyncio.run(crowd(known, 3, 0.05))
    more = after.percentile(50) - before.percentile(50)
    told = f"with: {before.summary()}; without: {after.summary()}; health: {health.summary()}"
    return told, not after.failures and not health.failures and more <= 50


class Mailbox:
    """A mail server that counts what it takes."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak as much SMTP as Python's client asks for."""
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).upper():
            if line.startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                letter = await reader.readuntil(b"\r\n.\r\n")
                self.taken[re.findall(r"Message-ID: (\S+)", letter.decode(), re.IGNORECASE)[0]] += 1
            writer.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 fine\r\n")


async def deliver(
    site: ServedSite, data: Path, port: int, variables: dict[str, str]
) -> Counter[str]:
    """Bring the mail server back, reload the site meanwhile, and return what was delivered."""
    box = Mailbox()
    async with await asyncio.start_server(box.receive, "127.0.0.1", port):
        await asyncio.to_thread(lambda: manage("shell", "-c", HASTEN, data=data, **variables))
        site.process.send_signal(1)
        for _ in range(300):
            await asyncio.sleep(0.1)
            if len(box.taken) == LETTERS:
                break
        await asyncio.sleep(3)
    return box.taken


def smtp(folder: Path) -> Outcome:
    """Have no mail server while letters are written, then one, and reload the site at once."""
    port, data = free_port(), folder / "data"
    variables = {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    with ServedSite(data, **variables) as site:
        before = asyncio.run(crowd(visitors(site.port), 5, 0.05))
        finished = manage("shell", "-c", WRITE_LETTERS, data=data, **variables)
        assert finished.returncode == 0, finished.stderr
        after = asyncio.run(crowd(visitors(site.port), 8, 0.05))
        taken = asyncio.run(deliver(site, data, port, variables))
    told = (
        f"with: {before.summary()}; without: {after.summary()}; {len(taken)} of {LETTERS} letters"
    )
    twice = [letter for letter, times in taken.items() if times > 1]
    told += f", {len(twice)} of them twice"
    return told, not after.failures and len(taken) == LETTERS and not twice


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Yield a folder on a disk of 64 MB."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def write(port: int) -> int:
    """Ask for an account, which writes a letter; return the status."""
    jar = urllib.request.HTTPCookieProcessor(CookieJar())
    opener, address = urllib.request.build_opener(jar), f"http://127.0.0.1:{port}/accounts/signup/"
    try:
        token = TOKEN.findall(opener.open(address, timeout=30).read().decode())[0]
        fields = {"csrfmiddlewaretoken": token, "email": f"a{time.time_ns()}@example.org"}
        return int(opener.open(address, urlencode(fields).encode(), timeout=60).status)
    except HTTPError as error:
        return error.code


def states(site: ServedSite) -> str:
    """Return the statuses of reading, of a page rendered, and of writing."""
    read = site.get("/posts/welcome/")[0]
    rendered = site.get("/posts/welcome/", Cookie="session=unknown")[0]
    return f"{read} {rendered} {write(site.port)}"


def disk(folder: Path) -> Outcome:
    """Fill the disk, then make it read-only."""
    with small_disk(folder / "disk") as place, ServedSite(place / "data") as site:
        met = {"before": states(site)}
        filling = place / "filling"
        with filling.open("wb") as file:
            try:
                while file.write(b"x" * 65536):
                    file.flush()
            except OSError:
                met["full"] = states(site)
        filling.unlink()
        eventually(lambda: write(site.port) == 200)
        met["room again"] = states(site)
        how = ["mount", "-o", "remount,ro", str(place)]
        if subprocess.run(how, check=False, stderr=subprocess.DEVNULL).returncode == 0:
            met["read-only"] = states(site)
            subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)
            met["writable again"] = states(site)
    told = "; ".join(f"{when}: {statuses}" for when, statuses in met.items())
    hindered = [met[when] for when in ("full", "read-only") if when in met]
    others = [statuses for when, statuses in met.items() if when not in ("full", "read-only")]
    return told, set(hindered) == {"200 200 503"} and set(others) == {"200 200 200"}


def main() -> None:
    """Print what each part met."""
    parts = {"postgres": postgres, "redis": redis, "smtp": smtp, "disk": disk}
    missed = []
    for name in sys.argv[1:] or parts:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            told, is_met = parts[name](Path(folder))
        print(f"{name}: {'met' if is_met else 'MISSED'}. {told}", flush=True)
        missed += [] if is_met else [name]
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
