"""Times what is made of pictures, and counts its bytes: the table in docs/images.md.

Run from the project's folder: .venv/bin/python -m bench.pictures [FOLDER]. Prints, for photographs
and for drawings, seconds of processor time and bytes of a picture on average.
"""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from bench.importing import SAMPLES

KINDS = {".jpg": "photographs", ".jpeg": "photographs", ".png": "drawings"}


@contextmanager
def timed(spent: dict[str, float], what: str) -> Iterator[None]:
    """Add the processor time of the children that end meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    yield
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    spent[what] = spent.get(what, 0) + used


def measure(files: list[Path]) -> dict[str, float]:
    """Return sums over the files."""
    from blogsite.lib.images import Processor, Refused
    from blogsite.lib.renditions import Maker

    sums = dict.fromkeys(("sent", "full", "webp", "with avif", "webp instead", "avif", "jpg"), 0.0)
    wholes = []
    with timed(sums, "seconds at once"), Processor() as processor:
        for file in files:
            try:
                whole = processor.process(file.read_bytes()).original
            except Refused as refusal:
                print(f"{file.name}: {refusal}")
                continue
            wholes.append(whole)
            sums["sent"] += file.stat().st_size
            sums["full"] += len(whole.data)
    with timed(sums, "seconds later"), Maker() as maker:
        for whole in wholes:
            made = maker.make(whole.data)
            sizes = {(one.format, one.width): len(one.data) for one in made.others}
            avif = {width: size for (kind, width), size in sizes.items() if kind == "avif"}
            sums["webp"] += sum(sizes.values()) - sum(avif.values())
            sums["with avif"] += bool(avif)
            sums["avif"] += sum(avif.values())
            larger = {width: size for (kind, width), size in sizes.items() if kind == "webp"}
            larger[whole.width] = len(whole.data)
            sums["webp instead"] += sum(
                min(size for wide, size in larger.items() if wide >= width) for width in avif
            )
            sums["jpg"] += len(made.fallback.data)
    return {"pictures": len(wholes), **sums}


def main() -> None:
    """Print a table for each kind."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
    django.setup()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES.parent
    kinds: dict[str, list[Path]] = {}
    for file in sorted(folder.rglob("*")):
        if kind := KINDS.get(file.suffix.lower()):
            kinds.setdefault(kind, []).append(file)
    for kind, files in kinds.items():
        sums = measure(files)
        number = sums.pop("pictures")
        print(f"{kind}: {number:.0f}")
        for what, total in sums.items():
            shown = f"{total / number:.2f}" if "seconds" in what else f"{total / number:,.0f}"
            print(f"  {what:16}{f'{total:.0f}' if what == 'with avif' else shown:>10}")


if __name__ == "__main__":
    main()
