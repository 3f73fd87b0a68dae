"""Content encodings: which one a browser gets, and the bytes of each."""

import gzip
from collections.abc import Callable

import brotli

IDENTITY = "identity"
# Shorter ones gain nothing that the headers do not cost.
LEAST = 200
COMPRESSIBLE = (
    "text/",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/json",
    "image/svg+xml",
)
_REMEMBERED = 512
# Brotli's qualities from 5 to 9 give the same size here; 10 gives an eighth less and takes 7 ms for
# 15 KB, once for each page that is kept. A page too long for a first round trip is not worth it.
QUICK, THOROUGH = 5, 10
MOST_THOROUGH = 64 * 1024


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


def _brotli(body: bytes) -> bytes:
    quality = THOROUGH if len(body) <= MOST_THOROUGH else QUICK
    compressed: bytes = brotli.compress(body, quality=quality)
    return compressed


# In the order they are preferred.
ENCODERS: dict[str, Callable[[bytes], bytes]] = {"br": _brotli, "gzip": _gzip}
_choices: dict[str, str] = {}


def choose(accepted: str) -> str:
    """Return the encoding for an Accept-Encoding header: `br`, `gzip` or `identity`."""
    known = _choices.get(accepted)
    if known is None:
        known = _choose(accepted)
        if len(_choices) < _REMEMBERED:  # browsers send a handful; strangers may send anything
            _choices[accepted] = known
    return known


def is_compressible(content_type: str, body: bytes) -> bool:
    """Tell whether bytes of that type are worth compressing."""
    return len(body) >= LEAST and content_type.lower().startswith(COMPRESSIBLE)


def compress(body: bytes, encoding: str) -> bytes:
    """Return the bytes in the encoding."""
    return ENCODERS[encoding](body) if encoding in ENCODERS else body


def _choose(accepted: str) -> str:
    weights = {}
    for part in accepted.lower().split(","):
        name, _semicolon, parameter = part.partition(";")
        weights[name.strip()] = _weight(parameter)
    best = max(ENCODERS, key=lambda name: weights.get(name, 0.0))
    return best if weights.get(best, 0.0) > 0 else IDENTITY


def _weight(parameter: str) -> float:
    name, _equals, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
