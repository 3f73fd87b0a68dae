"""Pictures of the site for review: docs/screenshots, made anew by `make screenshots`.

Builds the demo site of bench/demo_site.py in a folder that goes, serves it, and shows every kind of
page in Chromium at three widths, light and dark; then those of the author's guide (bench/guide.py),
for which alone `python -m bench.screenshots guide` is enough. Needs Chromium; BLOGSITE_CHROMIUM
names another.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

FOLDER = Path("docs/screenshots")
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
SIZES = ((360, 780), (768, 1024), (1280, 900))
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
POST = "/posts/1-winter/"
PUBLIC = {
    "home": "/",
    "post": POST,
    "text": f"{POST}#s-what-the-soil-does",
    "tag": "/tags/garden/",
    "search": "/search/?q=winter",
    "author": "/authors/alice/",
    "series": "/series/a-year-outdoors/",
    "sign-in": "/accounts/login/",
}
OWN = {"editor": "/write/1/", "desk": "/admin/"}
QUALITY = 78


def chromium() -> str:
    """Return where Chromium is."""
    names = (os.environ.get("BLOGSITE_CHROMIUM", ""), *NAMES)
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("There is no Chromium on this machine; install Debian's package chromium.")
    return found


@contextmanager
def demo() -> Iterator[str]:
    """Serve the demo site; yield its address."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "blogsite.settings"
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        os.environ["BLOGSITE_DATA"] = str(data)
        import django

        django.setup()
        from django.core.management import call_command

        from bench.demo_site import build
        from blogsite.tests.served import ServedSite

        call_command("migrate", verbosity=0)
        build()
        with ServedSite(data, BLOGSITE_WORKERS="1") as site:
            yield f"http://127.0.0.1:{site.port}"


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield browser
        browser.close()


def sign_in(page: Page, address: str) -> None:
    """Sign the owner in."""
    from accounts.testing import PASSWORD

    page.goto(f"{address}/accounts/login/")
    page.locator("[name=username]").fill("alice")
    page.locator("[type=password]").fill(PASSWORD)
    page.locator("main [type=submit]").click()
    page.wait_for_load_state()


def show(page: Page, address: str, name: str) -> None:
    """Save what the window shows of the page."""
    page.goto("about:blank")  # a part of the same page would not be asked for again
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        raise SystemExit(f"{address}: {answer and answer.status}")
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)


def visit(browser: Browser, address: str) -> None:
    """Show every page at every width in both schemes."""
    for width, height in SIZES:
        for scheme in SCHEMES:
            look = ViewportSize(width=width, height=height)
            context = browser.new_context(viewport=look, color_scheme=scheme)
            page = context.new_page()
            for name, path in PUBLIC.items():
                show(page, address + path, f"{name}-{width}-{scheme}")
            sign_in(page, address)
            for name, path in OWN.items():
                show(page, address + path, f"{name}-{width}-{scheme}")
            context.close()


def main() -> None:
    """Make all of them anew; with `guide`, those of the author's guide alone."""
    only_guide = "guide" in sys.argv[1:]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in () if only_guide else FOLDER.glob("*.webp"):
        old.unlink()
    with demo() as address:
        if not only_guide:
            with browsing() as browser:
                visit(browser, address)
        from bench import guide

        pk = guide.build()  # between the two: the database is not for use beside a driver's loop
        with browsing() as browser:
            guide.visit(browser, address, sign_in, pk)
    made = list(FOLDER.rglob("*.webp"))
    size = sum(path.stat().st_size for path in made) / 1e6
    print(f"{len(made)} pictures in {FOLDER}, {size:.1f} MB")


if __name__ == "__main__":
    main()
