"""Whether what the site serves is well-formed: HTML, feeds, sitemaps and JSON, every kind of them.

Run from the project's folder: .venv/bin/python -m bench.validity [VNU.JAR]. Serves a site that has
every kind of page (blogsite/tests/every_kind.py), follows its links as a stranger and as the owner
to a few pages of each kind, and prints what is wrong. Pages are given to the Nu HTML checker: the
jar that is named, VNU_JAR, or the program "vnu"; without one html5lib reads them, which finds less.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit
from xml.etree import ElementTree as ET

import feedparser
import html5lib

from bench.browser import filled
from bench.own_site import own_site

EACH = 3  # pages of one kind
ASKED = ("/posts/gone-for-good/", "/nowhere/", "/search/?q=zzzz", "/search/?q=gardn", "/feeds/")
LINK = re.compile(r"<(?:a|link)\s[^>]*?href=\"([^\"#]*)")
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
# They end what they are about, or lead out; a question of the desk has an address without end.
LEFT_OUT = re.compile(r"/logout/|/static/|/media/|/jsi18n/|_popup=|_facets|\?.*__|/autocomplete/")
SKIPPED = "info warning"


class Visitor:
    """Somebody who follows the links of the site."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str, data: bytes | None = None) -> tuple[str, bytes]:
        """Return the type of the answer and its body; error pages are answers too."""
        try:
            with self.opener.open(self.address + path, data, timeout=60) as answer:
                return answer.headers.get_content_type(), answer.read()
        except HTTPError as error:
            return error.headers.get_content_type(), error.read()

    def sign_in(self, username: str, password: str) -> None:
        """Sign in."""
        fields = filled(self.get("/accounts/login/")[1].decode())
        fields |= {"username": username, "password": password}
        self.get("/accounts/login/", urlencode(fields).encode())

    def walk(self, *paths: str) -> Iterator[tuple[str, str, bytes]]:
        """Yield path, type and body of a few pages of each kind that links lead to."""
        seen, waiting, kinds = set(paths), deque(paths), Counter[str]()
        while waiting:
            path = waiting.popleft()
            if kinds[kind(path)] >= EACH:
                continue
            kinds[kind(path)] += 1
            sort, body = self.get(path)
            yield path, sort, body
            for link in self.links(path, sort, body):
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)

    def links(self, path: str, sort: str, body: bytes) -> Iterator[str]:
        """Yield the addresses of this site that the page leads to."""
        if sort != "text/html":
            return
        for href in LINK.findall(body.decode()):
            link = urldefrag(urljoin(self.address + path, unescape(href)))[0]
            if link.startswith(self.address + "/") and not LEFT_OUT.search(link):
                yield link.removeprefix(self.address)


def kind(path: str) -> str:
    """Return the name of the view, with the names of what is asked of it."""
    from django.urls import Resolver404, resolve

    parts = urlsplit(path)
    try:
        view = resolve(parts.path).view_name
    except Resolver404:
        view = ""
    return f"{view}?{'&'.join(sorted(re.findall(r'(?:^|&)([^=&]+)', parts.query)))}"


def wrong(path: str, sort: str, body: bytes) -> list[str]:
    """Return what is wrong with the answer by itself."""
    try:
        if sort == "text/html":
            for data in DATA.findall(body.decode()):
                json.loads(data)
        elif "json" in sort:
            json.loads(body)
        elif sort in {"application/rss+xml", "application/atom+xml"}:
            read = feedparser.parse(body)
            return [f"{path}: {read.bozo_exception}"] if read.bozo else []
        elif "xml" in sort:
            ET.fromstring(body)
    except (ValueError, ET.ParseError) as error:
        return [f"{path}: {error}"]
    return []


def checker(named: Sequence[str]) -> list[str]:
    """Return the command of the Nu HTML checker; empty where there is none."""
    jar = next(iter(named), os.environ.get("VNU_JAR", ""))
    if jar and shutil.which("java"):
        return ["java", "-jar", jar]
    return [found] if (found := shutil.which("vnu")) else []


def wrong_html(pages: dict[str, bytes], command: list[str]) -> list[str]:
    """Return what the checker finds in the pages, or html5lib where there is none."""
    if not command:
        print("The Nu HTML checker was not found: html5lib reads the pages instead.")
        found = []
        for path, body in pages.items():
            parser = html5lib.HTMLParser(strict=False)
            parser.parse(body)
            found += [f"{path}: {error}" for error in parser.errors]
        return found
    with tempfile.TemporaryDirectory() as name:
        files = {Path(name) / f"{n}.html": path for n, path in enumerate(pages)}
        for file, path in files.items():
            file.write_bytes(pages[path])
        run = [*command, "--format", "gnu", "--stdout", *map(str, files)]
        said = subprocess.run(run, capture_output=True, text=True, check=False)
        if said.stderr:
            raise SystemExit(said.stderr)
        lines = [line for line in said.stdout.splitlines() if SKIPPED not in line]
        return [
            next(
                (
                    line.replace(f'"file:{file}"', path)
                    for file, path in files.items()
                    if f'"file:{file}"' in line
                ),
                line,
            )
            for line in lines
        ]


def main() -> None:
    """Serve, walk, check, and say what is wrong."""
    with own_site(workers=1) as site:
        from django.conf import settings

        from accounts.roles import Role
        from accounts.testing import PASSWORD, make_user
        from blogsite.tests.every_kind import fill
        from posts.starter.plant import plant

        settings.SITE_URL = address = f"http://127.0.0.1:{site.port}"
        make_user("alice", Role.OWNER)
        plant()
        fill()
        stranger, owner = Visitor(address), Visitor(address)
        owner.sign_in("alice", PASSWORD)
        found, pages, sorts = list[str](), dict[str, bytes](), Counter[str]()
        for name, visitor, paths in (
            ("stranger", stranger, ("/", *ASKED, "/sitemap.xml", "/robots.txt")),
            ("owner", owner, ("/", "/admin/", "/write/")),
        ):
            for path, sort, body in visitor.walk(*paths):
                sorts[sort] += 1
                found += wrong(path, sort, body)
                if sort == "text/html":
                    pages[f"{name} {path}"] = body
        found += wrong_html(pages, checker(sys.argv[1:]))
    print(", ".join(f"{number} {sort}" for sort, number in sorted(sorts.items())))
    print("\n".join(found) or "Nothing is wrong.")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
