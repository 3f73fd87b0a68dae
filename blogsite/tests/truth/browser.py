"""Who asks the servers: strangers, and members who fill in forms."""

import random
import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from blogsite.tests.truth.model import Facts
from blogsite.tests.truth.pages import Answer, facts

ACCEPTED = ("br", "gzip", "identity", "gzip, deflate, br", "")
PATIENCE, IDLE = 30, 3  # seconds; servers hang up on who is idle
TOKEN = "t" * 32  # Django takes any token of that length that cookie and form agree on


class Wrong(Exception):
    """What must not happen; the text says what, and to whom."""


class Line:
    """One connection to one server, made again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.used = 0.0

    def ask(
        self, method: str, path: str, body: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers in lower case, and body."""
        if time.monotonic() - self.used > IDLE:
            self.connection.close()
        self.used = time.monotonic()
        for attempt in (1, 2):
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                told = {name.lower(): value for name, value in answer.getheaders()}
                return answer.status, told, answer.read()
            except (HTTPException, ConnectionError):
                self.connection.close()
                if attempt == 2 or method == "POST":
                    raise
        raise AssertionError

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


class Stranger:
    """Reads any page through any server, in every way a browser may ask; at times signed in."""

    def __init__(self, ports: list[int], seed: object, session: str) -> None:
        self.session = session
        self.chance = random.Random(repr(seed))  # noqa: S311 - the same each time
        self.lines = [Line(port) for port in ports]
        self.known: dict[tuple[str, str], Facts] = {}
        self.tags: dict[str, str] = {}
        self.said: dict[str, int] = {}

    def read(self, path: str) -> Facts | None:
        """Return what the page says; None for a HEAD that tells of a page not seen before."""
        headers = {"Accept-Encoding": self.chance.choice(ACCEPTED)}
        is_member = self.chance.random() < 0.25
        method = "HEAD" if not is_member and self.chance.random() < 0.1 else "GET"
        if is_member:
            headers["Cookie"] = self.session
        elif path in self.tags and self.chance.random() < 0.4:
            headers["If-None-Match"] = self.tags[path]
        line = self.chance.choice(self.lines)
        status, told, raw = line.ask(method, path, **headers)
        cached = "member" if is_member else told.get("x-cache", "none")
        self.said[cached] = self.said.get(cached, 0) + 1
        tag = told.get("etag", "")
        if status == 304 or (method == "HEAD" and status == 200):
            if status == 304 and tag and headers.get("If-None-Match") != tag:
                raise Wrong(f"{path}: 304 with a tag that was not asked for")
            return self.known.get((path, tag))
        if method == "HEAD" and status != 301:
            return {("status", 0): status}
        found = facts(path, Answer(status, told, raw))
        if tag and not is_member:
            self.known[path, tag], self.tags[path] = found, tag
        return found

    def close(self) -> None:
        """Hang up."""
        for line in self.lines:
            line.close()


class Member:
    """Somebody signed in; sends forms through any server."""

    def __init__(self, lines: list[Line], session: str) -> None:
        self.lines = lines
        self.cookies = f"{session}; csrf={TOKEN}"

    def send(self, chance: random.Random, path: str, **fields: object) -> str:
        """Send a form that is answered by a redirect; return where to."""
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields}, doseq=True)
        kind = "application/x-www-form-urlencoded"
        headers = {"Cookie": self.cookies, "Content-Type": kind}
        line = chance.choice(self.lines)
        status, told, raw = line.ask("POST", path, body, **headers)
        if status != 302:
            raise Wrong(f"{path} {fields}: {status} {raw.decode()[:3000]}")
        return told["location"]
