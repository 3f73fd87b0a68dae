"""The Markdown twin of a post: its source with front matter, as `import_markdown` reads it."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pyromark
import yaml

from blogsite.lib import site
from blogsite.lib.addresses import absolute
from posts import entries
from posts.models import Post
from posts.transfer.rewriting import OPTIONS, rewrite

# What an author noted beside the text; no page shows it.
_NOTE = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# The same as the definition of a link that is never used: [//]: # (a note)
_UNUSED = re.compile(
    rb"^[ ]{0,3}\[(?://|comment)\]:[ \t]*(?:#|<[^<>\n]*>)"
    rb"""(?:[ \t]*\n?[ \t]*(?:\([^()]*\)|"[^"]*"|'[^']*'))?[ \t]*(?:\n|\Z)""",
    re.MULTILINE | re.IGNORECASE,
)
_SHOWN = {"Text", "Code", "Html", "InlineHtml"}


def text_of(post: Post) -> str:
    """Return the post as a file: whole addresses, nothing that its page does not show."""
    head = {name: value for name, value in _head(post).items() if value}
    written = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=1000)
    return f"---\n{written}---\n\n{_body(post)}\n"


def canonical(post: Post) -> str:
    """Return the whole address that search engines should show for it."""
    return post.canonical_url or absolute(post.get_absolute_url())


def _head(post: Post) -> dict[str, Any]:
    updated = max(post.updated_at, post.published_at or post.updated_at)
    cover = post.cover
    return {
        "title": post.title,
        "slug": post.slug,
        "authors": [str(row.person) for row in post.authorships.all()],
        "date": _moment(post.published_at) if post.published_at else None,
        "updated": _moment(updated),
        "draft": not post.is_published,
        "language": post.language or site.current().language,
        "tags": [tag.name for tag in post.tags.all()],
        "series": [series.title for series in post.series.all() if series.deleted_at is None],
        "summary": entries.excerpt(post, 500) if post.summary else "",
        "cover": {"image": absolute(cover.url), "alt": post.cover_alt} if cover else None,
        "canonical": canonical(post),
        "math": post.has_math,
        "meta_title": post.meta_title,
        "meta_description": post.meta_description,
        "share_image": absolute(post.share_image.url) if post.share_image else "",
    }


def _moment(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _body(post: Post) -> str:
    base = post.get_absolute_url()

    def whole(element: str, address: str) -> str | None:
        return None if address.startswith("#") else absolute(address, base)

    return rewrite(without_notes(post.body), whole).strip("\n")


def without_notes(source: str) -> str:
    """Return the Markdown without its comments; in code they are text, and stay."""
    source = _without_unused(source)
    raw, pieces, end = source.encode(), [], 0
    for start, stop in _html(source):
        kept = _NOTE.sub("", raw[start:stop].decode())
        pieces += [raw[end:start], kept.encode()]
        end = stop
    return b"".join([*pieces, raw[end:]]).decode()


def _without_unused(source: str) -> str:
    raw = source.encode()
    found = list(_UNUSED.finditer(raw))
    if not found:
        return source
    events = pyromark.events_with_range(source, options=OPTIONS)
    shown = [span for event, span in events if isinstance(event, dict) and _SHOWN & event.keys()]
    starts = [span["start"] for span in shown]
    pieces, end = [], 0
    for match in found:
        before = bisect_left(starts, match.end()) - 1
        if before < 0 or shown[before]["end"] <= match.start():
            pieces.append(raw[end : match.start()])
            end = match.end()
    return b"".join([*pieces, raw[end:]]).decode()


def _html(source: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of HTML in it, in bytes; those that meet are one."""
    start = stop = 0
    for event, span in pyromark.events_with_range(source, options=OPTIONS):
        if not isinstance(event, dict) or not {"Html", "InlineHtml"} & event.keys():
            continue
        if span["start"] > stop:
            if stop > start:
                yield start, stop
            start = span["start"]
        stop = span["end"]
    if stop > start:
        yield start, stop
