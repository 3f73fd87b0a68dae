"""A finished page: which answers may be kept, and how a kept one is sent."""

from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from blogsite.lib.pagecache import encoding

Headers = list[tuple[str, str]]
Versions = list[tuple[int, int]]

KEPT_STATUSES = (HTTPStatus.OK, HTTPStatus.MOVED_PERMANENTLY)
# A page that varies by more would be somebody else's page.
KEPT_VARIANCES = {"cookie", "accept-encoding"}
# As Django writes it. No text can say it: in text `<` is escaped, in JSON `"` is.
CSRF_FIELD = b'<input type="hidden" name="csrfmiddlewaretoken"'
# What is no part of a 304, or is set for each encoding.
OF_THE_BODY = {"content-type", "content-length", "content-encoding", "etag", "last-modified"}
OVERHEAD = 4096  # bytes of a page in memory beside its bodies: headers, key, objects


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site answered, read to its end."""

    status: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """Return the header's values, joined; "" where there is none."""
        return ", ".join(value for known, value in self.headers if known.lower() == name)

    @property
    def code(self) -> int:
        """Return the status as a number."""
        return int(self.status[:3])

    @property
    def is_personal(self) -> bool:
        """Tell whether it may be meant for one person only."""
        control = self.header("cache-control").lower()
        return (
            any(name.lower() == "set-cookie" for name, _value in self.headers)
            or "private" in control
            or "no-store" in control
            or CSRF_FIELD in self.body
        )

    def is_keepable(self, largest: int) -> bool:
        """Tell whether it is the same for every stranger, and small enough."""
        variances = {name.strip().lower() for name in self.header("vary").split(",") if name}
        return (
            self.code in KEPT_STATUSES
            and not self.is_personal
            and variances <= KEPT_VARIANCES
            and not self.header("content-encoding")
            and len(self.body) <= largest
        )


@dataclass(frozen=True, slots=True)
class Variant:
    """The page in one encoding, ready to send."""

    etag: str
    headers: Headers
    fresh: Headers  # of a 304
    body: list[bytes]


@dataclass(slots=True)
class Page:
    """A kept answer, and the versions and the time under which it is true."""

    answer: Answer
    scope: int
    versions: Versions
    since: float
    until: float
    variants: dict[str, Variant] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return the bytes of memory it may come to take, all encodings together."""
        return OVERHEAD + 2 * len(self.answer.body)

    def is_made(self, environ: WSGIEnvironment) -> bool:
        """Tell whether the encoding that the request asks for has been made already."""
        return encoding.choose(environ.get("HTTP_ACCEPT_ENCODING", "")) in self.variants

    def send(self, environ: WSGIEnvironment, start: StartResponse, cached: str) -> list[bytes]:
        """Answer a request with it; `cached` is what X-Cache says."""
        chosen = encoding.choose(environ.get("HTTP_ACCEPT_ENCODING", ""))
        variant = self.variants.get(chosen) or self._make(chosen)
        wanted = environ.get("HTTP_IF_NONE_MATCH")
        if wanted and is_match(wanted, variant.etag):
            start("304 Not Modified", [*variant.fresh, ("X-Cache", cached)])
            return []
        start(self.answer.status, [*variant.headers, ("X-Cache", cached)])
        return variant.body if environ["REQUEST_METHOD"] == "GET" else []

    def _make(self, chosen: str) -> Variant:
        made = encoded(self.answer, chosen)
        self.variants[chosen] = made
        return made


def encoded(answer: Answer, chosen: str) -> Variant:
    """Return the answer in the encoding, or as it is where that is no smaller."""
    body, marks = answer.body, {}
    if chosen != encoding.IDENTITY and encoding.is_compressible(
        answer.header("content-type"), answer.body
    ):
        compressed = encoding.compress(answer.body, chosen)
        if len(compressed) < len(body):
            body, marks = compressed, {"Content-Encoding": chosen}
    etag = _etag(answer, marks.get("Content-Encoding", ""))
    kept = [(n, v) for n, v in answer.headers if n.lower() not in {*OF_THE_BODY, "vary"}]
    kept += [("ETag", etag), ("Vary", _vary(answer))]
    own = [(n, v) for n, v in answer.headers if n.lower() in {"content-type", "last-modified"}]
    own += [*marks.items(), ("Content-Length", str(len(body)))]
    return Variant(etag, kept + own, kept, [body])


def is_match(wanted: str, etag: str) -> bool:
    """Tell whether an If-None-Match header names the tag; compared weakly, as it asks."""
    tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    return etag in tags or "*" in tags


def _etag(answer: Answer, mark: str) -> str:
    """Return a tag of all that is sent: a redirect's body says nothing, its address all."""
    told = f"{answer.status} {answer.header('location')}\n".encode()
    base = sha256(told + answer.body).hexdigest()[:32]
    return f'"{base}-{mark}"' if mark else f'"{base}"'


def _vary(answer: Answer) -> str:
    names = [name.strip() for name in answer.header("vary").split(",") if name.strip()]
    known = {name.lower() for name in names}
    needed = ("Accept-Encoding", "Cookie")
    return ", ".join([*names, *(name for name in needed if name.lower() not in known)])
