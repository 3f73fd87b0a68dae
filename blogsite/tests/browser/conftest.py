"""A whole site as `manage.py serve` runs it, and a real Chromium to visit it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from blogsite.tests.served import free_port
from blogsite.tests.sources import ROOT

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 120
PASSWORD = "correct-horse-battery"
OWNER = "alice"
PATIENCE = 15_000  # milliseconds for what follows a click


@dataclass
class Site:
    """A running site: its address, its data folder, and what it has printed."""

    url: str
    data: Path
    printed: Path
    process: "subprocess.Popen[bytes]" = field(repr=False)
    environment: dict[str, str] = field(repr=False)

    @property
    def setup_path(self) -> str:
        """Return the path of the set-up link, as printed."""
        found = re.search(r"/setup/\S+", self.printed.read_text())
        assert found, self.printed.read_text()
        return found[0]

    def letter_link(self, address: str, pattern: str) -> str:
        """Return the newest link of the pattern in a letter to the address, once it arrives."""
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            letters = sorted(
                (self.data / "mail").glob("*"), key=lambda path: path.stat().st_mtime, reverse=True
            )
            for letter in letters:
                text = letter.read_text().replace("=\n", "").replace("=3D", "=")
                found = re.search(rf"https?://[^\s\"<>]*({pattern}[^\s\"<>]*)", text)
                if address in text and found:
                    return self.url + found[1]
            time.sleep(0.1)
        raise AssertionError(f"no letter to {address} with a link like {pattern}")


@pytest.fixture(scope="package")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the site a database of its own: a file, or a new one on the server under test."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{tmp_path_factory.mktemp('database')}/site.sqlite3"
        return
    import psycopg

    name = f"journey_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield url.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Site]:
    """Serve a fresh site until the last test is done."""
    data = tmp_path_factory.mktemp("served")
    printed = data / "printed.txt"
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "SITE_URL"},
        "BLOGSITE_DATA": str(data),
        "PORT": str(port),
        "DATABASE_URL": database_url,
    }
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    running = Site(f"http://127.0.0.1:{port}", data, printed, process, environment)
    try:
        wait_for(running)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def wait_for(site: Site) -> None:
    """Return once the site says that it is ready and has printed all it has to say."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and site.process.poll() is None:
        try:
            with urlopen(f"{site.url}/health/ready") as answer:
                if answer.status == 200 and "Serving" in site.printed.read_text():
                    return
        except (URLError, ConnectionError):
            pass
        time.sleep(0.1)
    raise AssertionError(site.printed.read_text())


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Chromium; without one the test is skipped, in CI it fails."""
    names = (os.environ.get("BLOGSITE_CHROMIUM", ""), *CHROMIUM_NAMES)
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium and there is none.")
        pytest.skip("no Chromium on this machine; install Debian's package chromium")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """One person's browser window, watched for errors and for breaches of the content policy."""

    page: Page
    site: Site
    problems: list[str] = field(default_factory=list)

    def open(self, path: str, status: int = 200) -> str:
        """Go to a page, find it answering with that status, and return its HTML."""
        response = self.page.goto(self.site.url + path if path.startswith("/") else path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status}"
        self.check()
        return response.text()

    def press(self, name: str) -> None:
        """Press the button of that name, and find the page that follows in order."""
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()
        self.check()

    def check(self) -> None:
        """Find no error page, no script error, and nothing wider than the window."""
        assert not self.problems, self.problems
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        spread = self.page.locator("html").bounding_box()
        assert spread is None or spread["width"] <= width, self.page.url

    def see(self, text: str) -> None:
        """Find the text on the page."""
        self.page.get_by_text(text).first.wait_for(state="visible", timeout=PATIENCE)

    def watch(self) -> None:
        """Collect what goes wrong in the browser."""
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.problems.append(message.text)
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )


@pytest.fixture(scope="package")
def owned_site(browser: Browser, site: Site) -> Site:
    """Set the site up through its one-time link, by hand."""
    window = browser.new_context(java_script_enabled=False)
    owner = Visitor(window.new_page(), site)
    owner.watch()
    owner.open(site.setup_path)
    for label, text in {
        "Name of the site": "The Garden Post",
        "Your name": "Alice",
        "Username": OWNER,
        "E-mail address": "alice@example.org",
        "Password": PASSWORD,
    }.items():
        owner.page.get_by_label(label, exact=False).first.fill(text)
    owner.press("Set up the site")
    owner.open("/")
    owner.see("The Garden Post")
    owner.open(site.setup_path, status=404)
    window.close()
    return site


@pytest.fixture(scope="package")
def filled_site(owned_site: Site) -> Site:
    """Give the site every kind of page."""
    fill = "from blogsite.tests.every_kind import fill; fill()"
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", fill],
        cwd=ROOT,
        env=owned_site.environment,
        check=True,
    )
    return owned_site


def sign_in(visitor: Visitor, username: str) -> None:
    """Sign in by name and password."""
    visitor.open("/accounts/login/")
    visitor.page.get_by_label("Username or e-mail address").fill(username)
    visitor.page.locator("input[type=password]").fill(PASSWORD)
    visitor.press("Sign in")
