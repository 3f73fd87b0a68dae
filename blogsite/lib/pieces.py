"""Pieces of pages: partials kept by what they show, and places for what is one person's.

A piece is a partial rendered from plain values alone, without request, user or token. The values
are its key: nothing kept is ever out of date, and who gets the same bytes asked for the same
values. What is new each time, such as the token of a form, has a hole in it.

A page made for many (blogsite/shared_pages.py) has holes too: `personal()` marks them, and they
are filled for each who is shown the page.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import NoneType
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from blogsite.lib.pagecache.store import Store

# Nobody can write what marks a hole: it is another in each process, and is never sent.
_MARK = secrets.token_hex(16)
_HOLES = re.compile(f"{_MARK}([a-z0-9_]+);")
OVERHEAD = 1000  # bytes of a piece in memory beside its text: key, objects

PLAIN = {str, int, bool, NoneType, datetime}

Fill = Callable[[HttpRequest], str]


def hole(name: str) -> SafeString:
    """Return what stands in a text where something is put in afterwards."""
    return mark_safe(f"{_MARK}{name};")  # noqa: S308 - letters and digits


class Record(Protocol):
    """A named tuple."""

    def _asdict(self) -> dict[str, Any]: ...


Values = Mapping[str, Hashable] | Record


@dataclass(frozen=True)
class Parted:
    """A text around its holes; between the parts of it stand their names."""

    parts: list[str]

    @classmethod
    def of(cls, text: str) -> "Parted":
        """Return the text, parted at its holes."""
        return cls(_HOLES.split(text))

    def filled(self, holes: Mapping[str, str]) -> SafeString:
        """Return the text with something in each hole. Raises KeyError for one without."""
        if len(self.parts) == 1:
            return mark_safe(self.parts[0])  # noqa: S308 - a template's
        filled = self.parts.copy()
        filled[1::2] = [holes[name] for name in filled[1::2]]
        return mark_safe("".join(filled))  # noqa: S308 - a template's, and what fills its holes

    @cached_property
    def size(self) -> int:
        """Return the bytes it may take in memory; what it was made of may stand in its key."""
        return OVERHEAD + 2 * sum(map(len, self.parts))


def render(
    template: str,
    values: Values,
    labels: Callable[[], Mapping[str, object]] = dict,
    **holes: str,
) -> SafeString:
    """Return the partial, rendered from the values alone, or as it was kept for the same ones.

    The values are a mapping or a named tuple; `labels` adds what is the same for everybody in a
    language. Each hole is in the template a variable that holds its place; what is put there makes
    no difference to the rest. Raises TypeError for a value that may be more than it is equal to.
    """
    if not settings.KEPT_PIECES:
        return _made(template, values, labels, holes).filled(holes)
    shown = (*values, *values.values()) if isinstance(values, Mapping) else values
    key = (template, get_language(), shown)
    piece = _store().get(key)
    if piece is None:
        piece = _made(template, values, labels, holes)
        _store().keep(key, piece)
    return piece.filled(holes)


def form_token(request: HttpRequest) -> str:
    """Return the token for the forms of the page: one for all of them, masked once."""
    token: str | None = getattr(request, "form_token", None)
    if token is None:
        token = get_token(request)
        request.form_token = token  # type: ignore[attr-defined]
    return token


def _made(
    template: str,
    values: Values,
    labels: Callable[[], Mapping[str, object]],
    holes: Mapping[str, str],
) -> Parted:
    shown = values if isinstance(values, Mapping) else values._asdict()
    for name, value in shown.items():
        if not is_plain(value):
            raise TypeError(f"{template}: {name} is no plain value.")
    places = {name: hole(name) for name in holes}
    return Parted.of(render_to_string(template, {**labels(), **shown, **places}))


def is_plain(value: object) -> bool:
    """Tell whether equal values look equal: safe strings, lazy ones and model rows may not."""
    if isinstance(value, tuple):
        return all(map(is_plain, value))
    return type(value) in PLAIN


_kept: Store[tuple[object, ...], Parted] | None = None


def _store() -> Store[tuple[object, ...], Parted]:
    global _kept
    if _kept is None:
        _kept = Store(settings.KEPT_PIECES_MEMORY)
    return _kept


@dataclass
class Holes:
    """The places of a page made for many where each is shown something of their own."""

    fills: dict[str, Fill] = field(default_factory=dict)

    def add(self, fill: Fill) -> SafeString:
        """Return the mark of a new place; `fill` may hold nothing but what the page stands on."""
        name = str(len(self.fills))
        self.fills[name] = fill
        return hole(name)


def is_for_many(request: HttpRequest) -> bool:
    """Tell whether the page being made is one for many."""
    return getattr(request, "holes", None) is not None


def personal(request: HttpRequest, fill: Fill) -> SafeString:
    """Return what whoever asks is shown here; in a page made for many, the place for it."""
    holes: Holes | None = getattr(request, "holes", None)
    return holes.add(fill) if holes is not None else mark_safe(fill(request))  # noqa: S308
