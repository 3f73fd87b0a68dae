"""Times the renderer on texts made to be slow: goal 3 of the safety figures.

Run from the project's folder: .venv/bin/python -m bench.markdown. Prints the processor time in
milliseconds of a comment of 10,000 characters and of posts of 500,000 and 1,000,000, and what
doubling costs.
"""

import os
import time

import django

from blogsite.tests.hostile import SLOW

Timing = tuple[float, bool]


def timing(source: str, kind: str) -> Timing:
    """Return milliseconds, and whether the text was refused."""
    from blogsite.lib.markdown import Kind, TooComplex, render

    started = time.thread_time()
    try:
        render(source, Kind(kind))
        refused = False
    except TooComplex:
        refused = True
    return (time.thread_time() - started) * 1000, refused


def shown(measured: Timing) -> str:
    return f"{measured[0]:8.1f}{' refused' if measured[1] else '        '}"


def main() -> None:
    """Print a line for each text."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
    django.setup()
    timing("```java\n\n```", "post")
    for name, text in SLOW.items():
        comment = min(timing(text(10_000)[:10_000], "comment") for _ in range(3))
        half, whole = (
            min(timing(text(size)[:size], "post") for _ in range(3))
            for size in (500_000, 1_000_000)
        )
        ratio = "" if half[1] != whole[1] else f"{whole[0] / half[0]:6.2f}"
        print(f"{name:26}{shown(comment)}{shown(half)}{shown(whole)}{ratio}")


if __name__ == "__main__":
    main()
