"""Importing a real blog: the sample posts beside the project, with their pictures."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.harness import CORES
from bench.report import Goal, Section
from bench.sites import surroundings

SAMPLES = Path("../shared/samples/rust-blog/content")
GOAL = 60.0


def part() -> Section:
    """Import once, and return what is to be said."""
    section = Section("Import of the sample posts")
    if not SAMPLES.is_dir():
        section.say("There are no sample posts beside the project: left out.")
        return section
    with tempfile.TemporaryDirectory() as folder:
        environment = surroundings(BLOGSITE_DATA=folder)
        manage = [sys.executable, "manage.py"]
        migrate = [*manage, "migrate", "--verbosity", "0"]
        subprocess.run(migrate, check=True, env=environment, stdout=subprocess.DEVNULL)
        cores = ",".join(map(str, CORES))  # an import uses what there is; this process has one
        before, began = _processor_seconds(), time.monotonic()
        done = subprocess.run(
            ["taskset", "-c", cores, *manage, "import_markdown", str(SAMPLES)],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        taken = time.monotonic() - began
    # 1: some files were skipped, as its report says.
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stderr[-500:])
    used = _processor_seconds() - before
    section.say(f"{done.stdout.partition(chr(10))[0].strip().capitalize()}.")
    section.say(f"{taken:.1f} s on {len(CORES)} cores, {used:.1f} s of processor time.")
    what = "import of the sample posts"
    section.goals.append(Goal(what, "≤ 60 s", f"{taken:.1f} s", taken <= GOAL))
    return section


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
