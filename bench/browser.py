"""A visitor's browser, as far as measuring needs one: cookies, and forms as pages have them."""

import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

from bench.sites import Site


class Browser:
    """A visitor with cookies who sends forms as the pages have them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        """Return a page."""
        with self.opener.open(self.site.address(path), timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form; return the address that the answer leads to."""
        data = urlencode(fields).encode()
        with self.opener.open(self.site.address(path), data, timeout=60) as answer:
            return str(answer.geturl()).removeprefix(self.site.address(""))

    def send(self, path: str, fields: dict[str, str]) -> int:
        """Send a form, and go nowhere after it; return the status."""
        data = urlencode(fields).encode()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _Staying)
        try:
            with opener.open(self.site.address(path), data, timeout=60) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code

    def sign_in(self, username: str, password: str) -> None:
        """Sign in."""
        fields = filled(self.get("/accounts/login/"))
        fields |= {"username": username, "password": password}
        if self.post("/accounts/login/", fields).startswith("/accounts/login/"):
            raise RuntimeError(f"{username} could not sign in")

    @property
    def cookie(self) -> str:
        """Return the header that a browser sends."""
        return "; ".join(f"{one.name}={one.value}" for one in self.jar)


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        """Follow nothing."""


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, str]] = []
        self.fields: dict[str, str] = {}  # of the form being read
        self.typing = self.choosing = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.fields = {}
            if given.get("method") == "post":
                self.sent.append(self.fields)
        elif tag == "input":
            self._input(given)
        elif tag == "textarea":
            self.typing = given.get("name", "")
            self.fields[self.typing] = ""
        elif tag == "select":
            self.choosing = given.get("name", "")
        elif tag == "option" and "selected" in given:
            self.fields[self.choosing] = given.get("value", "")

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        is_set = kind not in {"checkbox", "radio"} or "checked" in given
        if "name" in given and is_set and kind not in {"submit", "file"}:
            self.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.typing = ""

    def handle_data(self, data: str) -> None:
        if self.typing:
            self.fields[self.typing] += data


def filled(page: str) -> dict[str, str]:
    """Return the fields of the page's largest form that is sent, as they stand."""
    reader = _Forms()
    reader.feed(page)
    return max(reader.sent, key=len)
