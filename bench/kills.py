"""Two hundred workers killed outright while people write: nothing acknowledged may be lost.

Run from the project's folder: .venv/bin/python -m bench.kills [--times 200] [--workers 6]. On
SQLite in a folder of its own, or where DATABASE_URL leads (an empty database). Takes minutes: a
process is killed once it has lived long enough to be replaced at once. Prints what was killed, how
many writes were acknowledged meanwhile, and what of them is missing, torn or counted wrongly.
"""

import argparse

from bench.own_site import own_site


def main() -> None:
    """Kill, then compare the database with what people were told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--workers", type=int, default=6)
    options = parser.parse_args()
    with own_site(workers=options.workers) as site:
        from blogsite.serving.children import SETTLED
        from blogsite.tests.killing import kill, report

        print(report(*kill(site, options.times, age=SETTLED + 0.5)))


if __name__ == "__main__":
    main()
