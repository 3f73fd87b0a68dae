"""A web worker that has grown too large or served for long is renewed, and nobody notices."""

import os
import signal
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings

from blogsite.serving import generation
from blogsite.serving.children import Child, Pulse
from blogsite.tests.served import ServedSite, eventually, is_running
from blogsite.tests.test_reload import readers

pytestmark = [
    pytest.mark.xdist_group("serve"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them"),
]

# What each interpreter runs first: at this signal, a process takes 200 MB and keeps them.
GREEDY = """
import signal
kept = []
signal.signal(signal.SIGUSR1, lambda *_: kept.append(b"x" * 200_000_000))
"""


def test_a_worker_that_grew_is_renewed_without_a_failed_request(
    prepared: Path, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(GREEDY)
    variables = {"PYTHONPATH": str(tmp_path), "BLOGSITE_WORKERS": "2"}
    answers: list[bytes] = []
    failures: list[Exception] = []
    with ServedSite(prepared, BLOGSITE_WORKER_MEMORY="160", **variables) as site:
        assert eventually(lambda: len(site.working("blog web")) == 2 and site.answers())
        grown, other = site.working("blog web")
        with readers(site, answers, failures):
            os.kill(grown, signal.SIGUSR1)
            assert eventually(lambda: not is_running(grown), 20), site.output()
            asked = len(answers)
            assert eventually(lambda: len(answers) > asked + 10)
        assert eventually(lambda: grown not in site.working("blog web"))
        assert len(site.working("blog web")) == 2
        assert other in site.working("blog web")
        assert "MB and is renewed" in site.output()
    assert not failures


class Aged(Child):
    """A small worker of that many seconds, without a process."""

    def __init__(self, seconds: float) -> None:
        self.pulse, self.seconds = Pulse(), seconds

    def age(self) -> float:
        return self.seconds

    def memory(self) -> int:
        return 0


def test_a_worker_that_served_for_long_is_renewed(settings: LazySettings) -> None:
    settings.WORKER_HOURS = 2
    assert generation.reason_to_renew(Aged(7201)) == "has served for 2 hours"
    assert generation.reason_to_renew(Aged(7199)) == ""
