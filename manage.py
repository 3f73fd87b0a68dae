#!/usr/bin/env python
"""Run one of the project's commands; `manage.py serve` is the whole site."""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this sentence is for the old Python itself
    sys.exit(f"Blogsite needs Python 3.11 or later; this is {sys.version.split()[0]}.")


# With one of these, `serve` does something else than to supervise.
OTHERWISE = ("--control", "--prepare-only", "--help", "-h", "--version")


def is_supervisor(words: list[str]) -> bool:
    """Tell whether the command is to serve; its options are passed on to each generation."""
    options = [word.partition("=")[0] for word in words[1:]]
    return words[:1] == ["serve"] and not set(options) & set(OTHERWISE)


def main() -> None:
    """Run the command line; a broken environment is one sentence and exit status 2."""
    if is_supervisor(sys.argv[1:]):  # loads nothing that a reload must renew
        from blogsite.serving.supervisor import supervise

        sys.exit(supervise(sys.argv))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
    from django.core.management import execute_from_command_line

    from blogsite.lib.environment import BrokenEnvironment

    try:
        import blogsite.settings  # noqa: F401 - read early, so that a bad value is told plainly
    except BrokenEnvironment as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
