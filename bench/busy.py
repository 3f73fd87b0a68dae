"""Eight writers and sixteen readers for thirty seconds: none refused, nothing lost, how slow.

Run from the project's folder: .venv/bin/python -m bench.busy [--seconds 30] [--workers 2]. On
SQLite in a folder of its own, or where DATABASE_URL leads (an empty database). Prints the seconds
that a half, 95 and 99 of a hundred writes took at most, as the writers saw them, and whatever went
wrong.
"""

import argparse

from bench.own_site import own_site


def main() -> None:
    """Measure, then compare the database with what people were told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with own_site(workers=options.workers) as site:
        from blogsite.tests.busy import measure
        from blogsite.tests.crowd import untrue

        found = measure(site, options.seconds)
        wrong = [*found.failures, *untrue(found.authors)]
        print(f"{found.writes} writes, {found.reads} reads in {options.seconds:.0f} s")
        for share in (0.5, 0.95, 0.99, 1):
            print(f"{share:.0%} of the writes within {found.slowest(share) * 1000:.0f} ms")
        print(f"refused, locked, lost or miscounted: {len(wrong)}", *wrong[:20], sep="\n")


if __name__ == "__main__":
    main()
