"""What a page shows: the facts read out of an answer, as `model.expected()` names them."""

import gzip
import re
from dataclasses import dataclass

import brotli

from blogsite.tests.truth.model import ORDER, PLACE, STATUS, Facts

_MARK = re.compile(r"\b([A-Zp])(\d+)v(\d+)\b")
_ENTRY = re.compile(r'<article class="entry')
_COUNT = re.compile(r">(\d+) (like|comment)s?<")
_LIKE = re.compile(r'class="like[" ].*?class="num[^"]*">(\d+)<', re.DOTALL)
_SAID = re.compile(r'id="comments-title">\s*(\d+) comment')
_COMMENT = re.compile(r'id="comment-\d+".*?</li>', re.DOTALL)
# What the worker finds a moment later, of posts and tags whose own marks are judged elsewhere.
_RELATED = re.compile(r'<(aside|nav) class="related.*?</\1>', re.DOTALL)
_YEAR = re.compile(r'/archive/(\d{4})/">\d{4} <span class="num">(\d+)<')


class Several(frozenset[int]):
    """Versions of one thing that stand on one page: made of two moments, while it was changed."""


@dataclass(frozen=True)
class Answer:
    """What a stranger got: status, headers in lower case, the body as it came."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> str:
        """Return the body, unpacked."""
        kind = self.headers.get("content-encoding", "")
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(kind, bytes)
        return bytes(unpack(self.raw)).decode()


def facts(path: str, answer: Answer) -> Facts:
    """Return what the answer says of the site."""
    found: Facts = {STATUS: answer.status}
    if answer.status == 301:
        return found | {PLACE: answer.headers["location"]}
    if answer.status != 200:
        return found
    body = _RELATED.sub("", answer.body)
    for kind, number, version in _MARK.findall(body):
        fact, value = (kind, int(number)), int(version)
        known = found.setdefault(fact, value)
        if value != known:
            found[fact] = Several({value, *(known if isinstance(known, Several) else [known])})
    if path == "/archive/":
        return found | {("year", int(year)): int(total) for year, total in _YEAR.findall(body)}
    if path.startswith("/posts/"):
        return found | _conversation(path, body)
    return found | _entries(body) if "<html" in body else found


def _entries(body: str) -> Facts:
    found: Facts = {}
    order = []
    for entry in _ENTRY.split(body)[1:]:
        kind, number, _version = next(iter(_MARK.findall(entry)))
        assert kind in "Tp", entry
        order.append(int(number))
        found |= {(f"{what}s", int(number)): int(count) for count, what in _COUNT.findall(entry)}
    return found | {ORDER: tuple(order)}


def _conversation(path: str, body: str) -> Facts:
    pk = int(path.split("/")[2].removeprefix("p").split("v")[0])
    article, _mark, said = body.partition('class="conversation"')
    found: Facts = {}
    if like := _LIKE.search(article):
        found["likes", pk] = int(like[1])
    if count := _SAID.search(said):
        found["comments", pk] = int(count[1])
    for comment in _COMMENT.findall(said):
        words = [int(number) for kind, number, _version in _MARK.findall(comment) if kind == "C"]
        if words and (like := _LIKE.search(comment)):
            found["liked", words[0]] = int(like[1])
    return found
