"""Ten minutes of mixed requests: by what memory, files, the log of writes and the output grow.

Run from the project's folder: .venv/bin/python -m bench.soak [--requests 100000] [--minutes 10]. On
SQLite in a folder of its own, or where DATABASE_URL leads (an empty database). Four readers ask for
kept pages, others, and pages of a member, while a member writes without a pause.
"""

import argparse

from bench.own_site import own_site


def main() -> None:
    """Run, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with own_site(workers=options.workers) as site:
        from blogsite.tests.soaking import MEGABYTE, Soak

        soak = Soak(site, options.requests, options.minutes * 60)
        soak.run()
        first, last = soak.samples[len(soak.samples) // 5], soak.samples[-1]
        most = max(one.log_of_writes for one in soak.samples) / MEGABYTE
        print(f"{soak.asked} requests, {dict(soak.statuses)}; failures: {soak.failures[:3]}")
        print(f"memory {first.memory / MEGABYTE:.1f} to {last.memory / MEGABYTE:.1f} MB, ", end="")
        print(f"{soak.slope() / MEGABYTE:+.2f} MB for 10,000 requests")
        print(f"open files {first.files} to {last.files}; at most {most:.1f} MB of WAL")
        print(f"printed {last.printed} bytes")


if __name__ == "__main__":
    main()
