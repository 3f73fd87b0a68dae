"""`make bench`: the goals of serving, measured side by side, as a table.

.venv/bin/python -m bench [--only cached,live,growth,saving,start,import] [--small]
                [--budget MINUTES] [--without-postgres] [--rebuild] [--output FILE]

Builds its corpora on the first run (BENCH_DATA says where; a million posts on both databases take
half an hour and 25 GB) and uses them again. The budget, 8 minutes if not given, is for measuring.
The written table is brought up to date after each part; one that fails says so in its place.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench import cached_page, importing, pages, report, saving, starting
from bench.harness import Budget, load_from_own_core
from bench.postgres import cluster
from bench.sites import FOLDER, LARGE, SMALL, Corpus

Part = Callable[[Budget, float], report.Section]
PARTS = ("cached", "live", "growth", "saving", "start", "import")
# How the time is parted; importing takes what it takes.
SHARES = {"cached": 0.25, "live": 0.1, "growth": 0.4, "saving": 0.1, "start": 0.1}
FAILURES = (OSError, RuntimeError, ValueError, KeyError, IndexError, subprocess.SubprocessError)


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(".venv/bin/python -m bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", default=",".join(PARTS), metavar="PARTS")
    parser.add_argument("--small", action="store_true", help="leave out the million posts")
    parser.add_argument("--without-postgres", action="store_true")
    parser.add_argument("--rebuild", action="store_true", help="build the corpora anew")
    parser.add_argument("--budget", type=float, default=8.0, metavar="MINUTES")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: var/bench.md")
    given = parser.parse_args()
    given.only = [name for name in given.only.split(",") if name]
    if unknown := set(given.only) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return given


def parts(small: Sequence[Corpus], large: Sequence[Corpus]) -> dict[str, list[Part]]:
    """Return the parts; growth is two for each database."""
    pairs = [[one, *(two for two in large if two.database == one.database)] for one in small]
    return {
        "cached": [partial(cached_page.part, small)],
        "live": [partial(pages.live, [*small, *large])],
        "growth": [
            partial(pages.growth, pair, is_kept=is_kept)
            for pair in pairs
            for is_kept in (False, True)
        ],
        "saving": [partial(saving.part, [*small, *large])],
        "start": [partial(starting.part, [*small, *large])],
        "import": [lambda _budget, _share: importing.part()],
    }


def attempted(name: str, part: Part, budget: Budget, share: float) -> report.Section:
    """Run a part; a failure is its result."""
    print(f"{name} ...", flush=True)
    try:
        return part(budget, share)
    except FAILURES as failure:
        section = report.Section(f"{name}: not measured")
        section.say(f"It failed: {type(failure).__name__}: {failure}")
        return section


def main() -> None:
    """Build what is missing, measure, write."""
    given = arguments()
    # Whatever ends this process ends the servers too.
    signal.signal(signal.SIGTERM, lambda *_caught: sys.exit(1))
    output = given.output.absolute() if given.output else Path("var/bench.md")
    # The site's own modules are found from the project's folder.
    os.chdir(Path(__file__).parent.parent)
    FOLDER.mkdir(parents=True, exist_ok=True)
    notes, sections = list[str](), list[report.Section]()
    with ExitStack() as stack:
        ours = None
        if not given.without_postgres:
            ours = stack.enter_context(cluster(FOLDER / "postgres"))
            if ours is None:
                notes.append("PostgreSQL is not installed here: its figures are left out.")
        small = [Corpus(SMALL), *([Corpus(SMALL, ours)] if ours else [])]
        large = [] if given.small else [Corpus(LARGE, one.cluster) for one in small]
        for corpus in [*small, *large]:
            corpus.make(anew=given.rebuild)
        load_from_own_core()
        budget, left = Budget(given.budget * 60), sum(SHARES.get(name, 0) for name in given.only)
        for name in given.only:
            runs = parts(small, large)[name]
            for run in runs:
                share = SHARES.get(name, 0) / len(runs)
                sections.append(attempted(name, run, budget, share / left if left else 1))
                left -= share
                output.parent.mkdir(parents=True, exist_ok=True)
                output.write_text(report.document(sections, notes))
    print(output.read_text())
    print(f"Written to {output}")


if __name__ == "__main__":
    main()
