"""Questions to the database that take long, and those asked again and again while answering one.

What is told of a question is its shape, where it was asked and how long that took; its values,
which hold people's text, are never looked at.
"""

import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from blogsite.lib import logs, writers

Wrapper = Callable[..., Any]

ROOT = Path(__file__).parent.parent.parent
LONGEST = 600  # characters of a shape
PASSED_ON = {__file__, writers.__file__}  # asks nothing of its own
REPEATS = 5  # a page that asks the same more often asks once for each row

_LITERALS = re.compile(r"'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$|\b\d+(?:\.\d+)?\b", re.DOTALL)
_LIST = re.compile(r"\((?:[%?]s?, )*[%?]s?\)")
_LISTS = re.compile(r"\(…\)(?:, \(…\))+")
_COUNTED = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)

logger = logging.getLogger("blogsite.queries")


@lru_cache(512)
def shape(sql: str) -> str:
    """Return SQL without any value, its lists of values as one."""
    bare = " ".join(_LITERALS.sub("?", sql[: LONGEST * 8]).split())
    return _LISTS.sub("(…)", _LIST.sub("(…)", bare))[:LONGEST]


def place() -> str:
    """Return the nearest line of the site's code or templates that led here."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - documented, whatever its name
    while frame is not None:
        code = frame.f_code
        if code.co_name == "render_annotated":
            node = frame.f_locals["self"]
            return f"{_ours(node.origin.name) or node.origin.name}:{node.token.lineno}"
        ours = _ours(code.co_filename)
        if ours and code.co_filename not in PASSED_ON:
            return f"{ours}:{frame.f_lineno}"
        frame = frame.f_back
    return "no line of the site"


@lru_cache(4096)
def _ours(file: str) -> str:
    """Return a file of the site as its path in the project, "" for one of a library."""
    path = Path(file)
    is_ours = path.is_relative_to(ROOT) and not path.is_relative_to(sys.prefix)
    return str(path.relative_to(ROOT)) if is_ours else ""


def slow(seconds: float) -> Wrapper:
    """Return what logs each question that takes the database that long or longer."""

    def wrapper(
        execute: Wrapper, sql: str, parameters: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        begun = perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            spent = perf_counter() - begun
            if spent >= seconds:
                vendor, took = context["connection"].alias, spent * 1000
                logger.warning("%s: %d ms at %s: %s", vendor, took, place(), shape(str(sql)))

    return wrapper


def repeated(most: int, tell: Callable[[str], object]) -> Wrapper:
    """Return what tells, once, of a question asked more often than that during one request."""

    def wrapper(
        execute: Wrapper, sql: str, parameters: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        asked = logs.current.get()
        if asked is not None and _COUNTED.match(sql):
            question = shape(sql), place()
            asked.questions[question] += 1
            if asked.questions[question] == most + 1:
                tell(f"More than {most} times at {question[1]}: {question[0]}")
        return execute(sql, parameters, many, context)

    return wrapper


@contextmanager
def watched(most: int = REPEATS) -> Iterator[list[str]]:
    """Yield a list of what is asked again and again meanwhile, on this thread's connection."""
    told: list[str] = []
    with connections["default"].execute_wrapper(repeated(most, told.append)):
        yield told


def install(slow_ms: int, *, repeats: bool) -> None:
    """Watch every connection of the process from now on; 0 ms for no log of slow questions."""
    wrappers = [slow(slow_ms / 1000)] if slow_ms else []
    if repeats:
        wrappers.append(repeated(REPEATS, logger.warning))

    def watch(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
        known = connection.execute_wrappers
        known.extend(wrapper for wrapper in wrappers if wrapper not in known)

    connection_created.disconnect(dispatch_uid="queries")
    connection_created.connect(watch, weak=False, dispatch_uid="queries")
    request_started.connect(logs.begin, dispatch_uid="logs")
    request_finished.connect(logs.end, dispatch_uid="logs")
