"""Two thousand power failures while people write: nothing acknowledged is lost, nothing is torn.

Run from the project's folder: .venv/bin/python -m bench.powerloss [--failures 2000] [--posts 120].
Posts are written, published and commented on through the site's own forms, on SQLite in a folder of
its own; what SQLite writes and synchronises is recorded. Each failure then leaves a state of the
disk: all that was synchronised, and of the rest nothing, everything, some writes, or some sectors
of 512 or 4096 bytes. Prints what is missing afterwards, also with weaker settings of `synchronous`.
"""

import argparse
import os
import tempfile
from pathlib import Path


def main() -> None:
    """Print a line for each setting."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--failures", type=int, default=2000)
    parser.add_argument("--posts", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
    for number, mode in enumerate(["", "NORMAL", "OFF"]):
        with tempfile.TemporaryDirectory() as name:
            os.environ["BLOGSITE_DATA"] = name
            if os.fork() == 0:  # settings are read once in a process
                tell(mode, Path(name), options)
                os._exit(0)
            if os.wait()[1]:
                raise SystemExit(number + 1)


def tell(mode: str, folder: Path, options: argparse.Namespace) -> None:
    """Print what the failures left."""
    import django
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    call_command("migrate", verbosity=0)
    from blogsite.tests.powerless import Story

    found = Story(options.posts, folder, synchronous=mode).survive(options.failures, options.seed)
    print(f"synchronous {mode or 'as the site has it':20} {found}", flush=True)


if __name__ == "__main__":
    main()
