"""A visitor of a served site: keeps cookies, sends forms with their token, follows nothing."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from blogsite.tests.served import ServedSite, manage

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


ALICE = ["--username", "alice", "--email", "alice@example.org", "--name", "Alice"]
PASSWORD = "a long password"


def make_alice(site: ServedSite) -> None:
    """Give the site its owner."""
    known = {name: site.environment[name] for name in ("DATABASE_URL", "BLOGSITE_SECRET_KEY")}
    folder = Path(site.environment["BLOGSITE_DATA"])
    made = manage("create_owner", *ALICE, data=folder, stdin=f"{PASSWORD}\n", **known)
    assert made.returncode == 0, made.stderr


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    text: str


@dataclass
class Visitor:
    """One browser, which may visit several nodes of a site with the same cookies."""

    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, site: ServedSite, path: str) -> Answer:
        """Return a page."""
        return self._ask(site, "GET", path)

    def sign_in(self, site: ServedSite) -> None:
        """Be Alice from now on, on every node."""
        answer = self.post(site, "/accounts/login/", username="alice", password=PASSWORD)
        assert answer.status == 302, answer

    def post(
        self,
        site: ServedSite,
        path: str,
        files: Collection[tuple[str, bytes]] = (),
        page: str = "",
        **fields: str,
    ) -> Answer:
        """Send the form of a page, its hidden fields included, and return the answer."""
        hidden = _HIDDEN.findall(self.get(site, page or path).text)
        assert hidden, f"{path} has no form"
        sent = {name: unescape(value) for name, value in hidden} | fields
        if not files:
            kind = "application/x-www-form-urlencoded"
            return self._ask(site, "POST", path, urlencode(sent).encode(), kind)
        border = uuid4().hex
        body = b"".join(_part(border, f'name="{n}"', value.encode()) for n, value in sent.items())
        body += b"".join(
            _part(border, f'name="{name}"; filename="a.jpg"', data) for name, data in files
        )
        kind = f"multipart/form-data; boundary={border}"
        return self._ask(site, "POST", path, body + f"--{border}--\r\n".encode(), kind)

    def _ask(
        self, site: ServedSite, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": kind, "Origin": f"http://127.0.0.1:{site.port}"}
        connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(answer.status, answer.headers, text)


def _part(border: str, said: str, value: bytes) -> bytes:
    return (
        f"--{border}\r\nContent-Disposition: form-data; {said}\r\n\r\n".encode() + value + b"\r\n"
    )
