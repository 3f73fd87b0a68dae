"""Ten thousand random reads and writes through three servers: not one page may be stale.

Run from the project's folder: .venv/bin/python -m bench.truth [--steps 10000] [--seed 1]. On SQLite
in a folder of its own, or where DATABASE_URL leads (an empty database), with CACHE_URL if there is
one. Ends with the first page that shows what it must not, or with what was written and read.
"""

import argparse
import os
import random
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path


def main() -> None:
    """Start the servers, run, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--control", action="store_true", help="without triggers: it must fail")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.steps} steps", flush=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
    with tempfile.TemporaryDirectory() as name:
        os.environ["BLOGSITE_DATA"] = name
        began = time.monotonic()
        print(run(Path(name), options.steps, options.seed, control=options.control))
        print(f"no page was stale; {time.monotonic() - began:.0f} s")


def run(data: Path, steps: int, seed: int, *, control: bool) -> str:
    """Return what was written and read. Raises blogsite.tests.truth.browser.Wrong."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from blogsite import content_versions
    from blogsite.tests.served import ServedSite
    from blogsite.tests.truth.run import Run, people

    call_command("migrate", verbosity=0)
    people()
    kept = ("DATABASE_URL", "CACHE_URL")
    shared = {name: os.environ[name] for name in kept if name in os.environ}
    with ExitStack() as stack:
        sites = [ServedSite(data, BLOGSITE_WORKERS="1", **shared) for _ in range(3)]
        ports = [stack.enter_context(site).port for site in sites]
        if control:
            content_versions.drop_triggers(connection)
        going = Run(ports, seed, steps)
        going.go()
    return going.report()


if __name__ == "__main__":
    main()
