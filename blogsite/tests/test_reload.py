"""SIGHUP: new code and settings take over without a failed request, or not at all."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest

from blogsite.tests.served import ServedSite, eventually

pytestmark = [
    pytest.mark.xdist_group("serve"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them"),
]


class Code:
    """A module that each new interpreter runs first: what it says is new code to the site."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "sitecustomize.py"

    def write(self, **variables: str) -> None:
        """Make the next interpreter see those variables."""
        self.file.write_text(f"import os\nos.environ.update({variables!r})\n")


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Code:
    made = Code(tmp_path_factory.mktemp("code"))
    made.write(SITE_URL="http://one.example")
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, code: Code) -> Iterator[ServedSite]:
    folder, path = tmp_path_factory.mktemp("reloaded"), str(code.file.parent)
    with ServedSite(folder / "data", PYTHONPATH=path, BLOGSITE_WORKERS="2") as running:
        assert eventually(lambda: len(running.children()) == 3)
        yield running


def generations(site: ServedSite) -> list[int]:
    """Return the process ids of the generations there are, those that end included."""
    lists = Path(f"/proc/{site.process.pid}/task").glob("*/children")
    return [int(pid) for found in lists for pid in found.read_text().split()]


@pytest.fixture(autouse=True)
def settled(site: ServedSite) -> None:
    """Wait for what the test before may leave: a generation that ends, workers that begin."""
    assert eventually(lambda: len(generations(site)) == 1 and len(site.children()) == 3, 60)


@contextmanager
def readers(site: ServedSite, answers: list[bytes], failures: list[Exception]) -> Iterator[None]:
    """Keep asking for a page that is made of settings."""
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            try:
                answers.append(site.get("/robots.txt")[1])
            except (OSError, HTTPException) as error:
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_new_code_takes_over_without_a_failed_request(site: ServedSite, code: Code) -> None:
    answers: list[bytes] = []
    failures: list[Exception] = []
    before = set(site.children())
    code.write(SITE_URL="http://two.example")
    with readers(site, answers, failures):
        site.process.send_signal(signal.SIGHUP)
        assert eventually(lambda: b"http://two.example" in b"".join(answers[-1:]), 60)
        assert eventually(lambda: not before & set(site.children()), 20)
    assert not failures
    assert len(site.working("blog background")) == 1


def test_what_cannot_start_leaves_the_generation_before_in_place(
    site: ServedSite, code: Code
) -> None:
    before, printed = set(site.children()), len(site.output())
    code.write(BLOGSITE_THREADS="many")
    site.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: "did not start" in site.output()[printed:], 60)
    assert "BLOGSITE_THREADS must be a whole number" in site.output()[printed:]
    assert site.get("/robots.txt")[0] == 200
    assert set(site.children()) == before


# What a new version may bring that is fine until somebody asks for a page.
BAD = {
    "The template base.html cannot be used: Invalid block tag on line 1: 'nonsense'": """
from pathlib import Path
(Path(__file__).parent / "base.html").write_text("{% nonsense %}")
TEMPLATES[0]["DIRS"].insert(0, Path(__file__).parent)
""",
    "The site answers / with the status 500": """
TEMPLATES[0]["OPTIONS"]["context_processors"].append("version.nonsense")
def nonsense(request): raise LookupError
""",
}


@pytest.mark.parametrize("reason", BAD)
def test_what_cannot_show_a_page_leaves_the_generation_before_in_place(
    site: ServedSite, code: Code, reason: str
) -> None:
    before, printed = set(site.children()), len(site.output())
    version = code.file.with_name("version.py")
    version.write_text(f"from blogsite.settings import *\n{BAD[reason]}")
    code.write(DJANGO_SETTINGS_MODULE="version", SITE_URL="http://bad.example")
    site.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: "did not start" in site.output()[printed:], 60)
    assert reason in site.output()[printed:]
    assert b"bad.example" not in site.get("/robots.txt")[1]
    assert set(site.children()) == before


def test_a_generation_that_is_killed_is_replaced_behind_the_same_socket(
    site: ServedSite, code: Code
) -> None:
    code.write(SITE_URL="http://three.example")
    os.kill(generations(site)[0], signal.SIGKILL)
    assert site.get("/robots.txt")[0] == 200
    assert eventually(lambda: "started again" in site.output())
    assert eventually(lambda: len(site.children()) == 3, 60)
