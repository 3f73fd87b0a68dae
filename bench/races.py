"""Thirty-two threads in the same moment, fifty times each: one effect, no error, true counters.

Run from the project's folder: .venv/bin/python -m bench.races [names ...] [--threads 32] [--rounds
50]. On SQLite in a folder of its own, or where DATABASE_URL leads (an empty database).
"""

import argparse
import os
import sys
import tempfile
import time


def main() -> None:
    """Run each race, print how long it took, and end with the first that has another effect."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="races; all where none is named")
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
    with tempfile.TemporaryDirectory() as name:
        os.environ["BLOGSITE_DATA"] = name
        prepare()
        run(options.names, options.threads, options.rounds)


def prepare() -> None:
    """Make the database ready, and passwords quick to hash."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)


def run(names: list[str], threads: int, rounds: int) -> None:
    """Run the races of these names."""
    from blogsite.tests.races import RACES, Ground

    print(f"{threads} threads, {rounds} rounds")
    ground = Ground(threads)
    failed = 0
    for name in names or RACES:
        began = time.monotonic()
        fault: BaseException | None = None
        for number in range(rounds):
            try:
                ground.run(name, number)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
                fault = error
                break
        failed += fault is not None
        said = f"round {number}: {fault!r}"[:300] if fault else "one effect"
        print(f"{name:24}{time.monotonic() - began:7.1f} s  {said}", flush=True)
    ground.close()
    sys.exit(failed and f"{failed} races failed")


if __name__ == "__main__":
    main()
