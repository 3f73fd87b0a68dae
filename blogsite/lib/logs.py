"""Log lines: plain or JSON, each with its request, bounded, and without secrets or people's text.

A line names its request by an id and its address; never by its query, and never by what an address
keeps secret. Of what goes wrong it says where, and of words that may be somebody's, nothing.
"""

import json
import logging
import re
import secrets
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError
from django.urls import Resolver404, resolve

# Characters of a message, of the words of an exception, and of a trace.
LONGEST, LONGEST_WORDS, LONGEST_TRACE = 2_000, 200, 12_000
SECRET_PARTS = {"token", "uidb64"}
_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# "…: 'value'" and "…: "value"" are how databases quote what they were given.
_QUOTED = re.compile(r""": ?["'].*""")


class Asked:
    """The request that a thread is answering; cheap to make, as most are never logged."""

    __slots__ = ("environ", "known_id", "questions")

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self.environ = environ
        self.known_id = ""
        self.questions: Counter[tuple[str, str]] = Counter()

    @property
    def id(self) -> str:
        """Return the id that the proxy gave it, or one made now."""
        if not self.known_id:
            given = str(self.environ.get("HTTP_X_REQUEST_ID", ""))
            self.known_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
        return self.known_id

    @property
    def address(self) -> str:
        """Return method and path, without query and secrets."""
        path = str(self.environ.get("PATH_INFO", ""))
        return f"{self.environ.get('REQUEST_METHOD', '')} {without_secrets(path)}"


current: ContextVar[Asked | None] = ContextVar("asked", default=None)


def begin(environ: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
    """Know the request that this thread answers from now on."""
    current.set(Asked(environ) if environ is not None else None)


def end(**kwargs: Any) -> None:
    """Forget the request."""
    current.set(None)


def without_secrets(path: str) -> str:
    """Return the path with what it keeps secret left out; of an unknown one, only its beginning."""
    try:
        found = resolve(path.encode("latin-1", "replace").decode("utf-8", "replace"))
    except Resolver404:
        first, slash, rest = path[1:].partition("/")
        path = f"/{first[:40]}{slash}{'…' if rest else ''}"
    else:
        for name in SECRET_PARTS & found.kwargs.keys():
            path = path.replace(str(found.kwargs[name]), "…")
    return on_one_line(path)[:LONGEST_WORDS]


def on_one_line(text: str) -> str:
    """Return the text with its control characters spelled out, so that it cannot forge a line."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def words_of(error: BaseException) -> str:
    """Return the kind of an exception, and of its words what cannot be somebody's text."""
    kind = type(error).__qualname__
    if isinstance(error, ValueError | ValidationError | LookupError):
        return kind
    words = str(error).strip().partition("\n")[0]
    if isinstance(error, DatabaseError):
        words = _QUOTED.sub(": …", words)
    return f"{kind}: {on_one_line(words)[:LONGEST_WORDS]}" if words else kind


def trace_of(error: BaseException) -> str:
    """Return where it happened, and where what it came from did; the end if it is long."""
    parts = []
    seen: set[int] = set()
    step: BaseException | None = error
    while step is not None and id(step) not in seen:
        seen.add(id(step))
        frames = "".join(traceback.format_tb(step.__traceback__))
        parts.append(f"{frames}{words_of(step)}")
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return "\n".join(reversed(parts))[-LONGEST_TRACE:]


class Bounded(logging.Filter):
    """Lets at most `most` lines of one kind through in each minute, and counts the others.

    A kind is the place in the code that logs, with the kind of exception. The next line that is
    let through says how many were not.
    """

    def __init__(self, most: int = 30, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.most = most
        self.clock = clock
        self._minutes: dict[tuple[object, ...], list[float]] = {}
        self._lock = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the line is to be written."""
        error = record.exc_info[0] if record.exc_info else None
        kind = record.name, record.pathname, record.lineno, error
        now = self.clock()
        with self._lock:
            begun, written, left_out = self._minutes.get(kind, [now, 0, 0])
            if now - begun >= 60:
                record.left_out = int(left_out)
                begun, written, left_out = now, 0, 0
            is_written = written < self.most
            self._minutes[kind] = [begun, written + is_written, left_out + (not is_written)]
        return is_written


class Plain(logging.Formatter):
    """One line for each record, and under it, indented, where an exception came from."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        told = fields(record)
        request = f" [{told['request']} {told['address']}]" if "request" in told else ""
        line = f"{told['time']} {told['level']} {told['logger']}{request}: {told['message']}"
        if "left_out" in told:
            line += f" ({told['left_out']} more like it were not written)"
        trace = str(told.get("trace", "")).replace("\n", "\n  ")
        return f"{line}\n  {trace}" if trace else line


class Json(logging.Formatter):
    """One JSON object on one line for each record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        return json.dumps(fields(record), ensure_ascii=False)


def fields(record: logging.LogRecord) -> dict[str, object]:
    """Return what is told of a record."""
    moment = datetime.fromtimestamp(record.created, UTC)
    told: dict[str, object] = {
        "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "message": on_one_line(_message(record))[:LONGEST],
    }
    asked = current.get()
    if asked is not None:
        told |= {"request": asked.id, "address": asked.address}
    if getattr(record, "left_out", 0):
        told["left_out"] = record.left_out  # type: ignore[attr-defined]
    if record.exc_info and record.exc_info[1]:
        told["trace"] = trace_of(record.exc_info[1])
    return told


def _message(record: logging.LogRecord) -> str:
    """Return the message; of an exception and of an address in it, only what may be told."""
    if not isinstance(record.args, tuple):
        return record.getMessage()
    path = getattr(getattr(record, "request", None), "path", None)
    arguments = tuple(_tellable(argument, path) for argument in record.args)
    return str(record.msg) % arguments if arguments else str(record.msg)


def _tellable(argument: object, path: str | None) -> object:
    if isinstance(argument, BaseException):
        return words_of(argument)
    return without_secrets(str(argument)) if path is not None and argument == path else argument


def settings(level: str, form: str) -> dict[str, Any]:
    """Return the LOGGING of a site: all to standard error, at the level, `plain` or `json`."""
    line = {"plain": Plain, "json": Json}[form]
    quiet: dict[str, Any] = {"handlers": [], "level": "CRITICAL", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"bounded": {"()": Bounded}},
        "formatters": {"line": {"()": line}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["bounded"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "blogsite": {"level": level},
            "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            # What visitors do wrong is no fault of the site, and would fill the log.
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "CRITICAL"},
            "django.security.DisallowedHost": quiet,
            "_granian": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        },
    }
