"""Lighthouse's four figures of the pages that readers come to: the median of three runs each.

Run from the project's folder: .venv/bin/python -m bench.lighthouse [PAGE ...]. Needs Chromium, and
npx, which fetches Lighthouse; LIGHTHOUSE names a program that is there already. The pages are those
of the demo site (bench/demo_site.py), served by `manage.py serve`, on a slow phone as Lighthouse
imitates one. Also prints each audit that is short of full marks.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import table
from bench.screenshots import FLAGS, PUBLIC, chromium, demo

# What was found is for no search engine's eyes, by design; the page to search on is.
PAGES = {name: PUBLIC[name] for name in ("home", "post", "tag")} | {"search": "/search/"}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
RUNS, TRIES = 3, 3
SECONDS = 180


def program() -> list[str]:
    """Return the command that runs Lighthouse."""
    if named := os.environ.get("LIGHTHOUSE"):
        return [named]
    if npx := shutil.which("npx"):
        return [npx, "--yes", "lighthouse"]
    raise SystemExit("Lighthouse needs Node's npx, or LIGHTHOUSE as the path of its program.")


def run(address: str, result: Path) -> dict[str, Any]:
    """Return one report; on a busy machine a try may fail by itself."""
    flags = " ".join(("--headless=new", *FLAGS))
    command = [*program(), address, "--quiet", "--output=json", f"--output-path={result}"]
    command += [f"--chrome-flags={flags}", f"--only-categories={','.join(CATEGORIES)}"]
    environment = os.environ | {"CHROME_PATH": chromium()}
    for _try in range(TRIES):
        if subprocess.run(command, env=environment, timeout=SECONDS, check=False).returncode == 0:
            report: dict[str, Any] = json.loads(result.read_text())
            return report
    raise SystemExit(f"Lighthouse did not come to an end with {address}.")


def scores(report: dict[str, Any]) -> list[int]:
    """Return the four figures, 100 at most."""
    return [round((report["categories"][name]["score"] or 0) * 100) for name in CATEGORIES]


def shift(report: dict[str, Any]) -> float:
    """Return how much the layout shifted: the share of the window, weighed by the way it moved."""
    return float(report["audits"]["cumulative-layout-shift"]["numericValue"])


def complaints(report: dict[str, Any]) -> list[str]:
    """Return what is short of full marks, with what was measured."""
    weighed = {
        audit["id"]
        for name in CATEGORIES
        for audit in report["categories"][name]["auditRefs"]
        if audit["weight"]
    }
    return [
        f"{one['id']}: {one['score']} {one.get('displayValue', '')}".strip()
        for one in report["audits"].values()
        if one["id"] in weighed and one["score"] is not None and one["score"] < 1
    ]


def main() -> None:
    """Run it on each page, and print what came out."""
    wanted = sys.argv[1:] or list(PAGES)
    rows, short = [], {}
    with tempfile.TemporaryDirectory() as folder, demo() as address:
        for name in wanted:
            result = Path(folder) / f"{name}.json"
            reports = [run(address + PAGES[name], result) for _ in range(RUNS)]
            figures = [median(one) for one in zip(*map(scores, reports), strict=True)]
            moved = f"{max(map(shift, reports)):.3f}"
            rows.append((name, *(f"{figure:.0f}" for figure in figures), moved))
            short[name] = sorted({line for one in reports for line in complaints(one)})
            print("\n".join(table(("page", *CATEGORIES, "layout shift"), rows)), flush=True)
    for name, lines in short.items():
        print(*(f"{name}: {line}" for line in lines), sep="\n")


if __name__ == "__main__":
    main()
