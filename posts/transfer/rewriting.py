"""Changes addresses inside Markdown where they stand as addresses, and nowhere else."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pyromark

OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES
HTML_ADDRESS = re.compile(
    r"""<(img|a)\b[^>]*?\s(src|href)\s*=\s*(["']?)([^"'\s>]+)\3""", re.IGNORECASE
)
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
TEMPLATE_NAME = re.compile(r"[\w./-]+")

# Given ("img" or "a", the address as written): the address to write, None to leave it.
NewAddress = Callable[[str, str], str | None]


def rewrite(source: str, new_address: NewAddress) -> str:
    """Return the Markdown with each picture's and link's address replaced by what is returned."""
    raw = source.encode()
    pieces: list[bytes] = []
    end = 0
    for start, stop, replacement in sorted(_changes(raw, source, new_address)):
        if start >= end:
            pieces += [raw[end:start], replacement]
            end = stop
    return b"".join([*pieces, raw[end:]]).decode()


def template_names(source: str) -> list[str]:
    """Return the template tags standing in the prose, code left out, in order, each once."""
    found: list[str] = []
    prose = ""
    for event in pyromark.events(source, options=OPTIONS):
        if isinstance(event, dict) and "Text" in event:
            prose += event["Text"]
        elif event in ("SoftBreak", "HardBreak"):
            prose += "\n"
        else:
            prose, found = "", found + _templates(prose, event)
    return list(dict.fromkeys(found + _templates(prose, None)))


def _templates(prose: str, event: Any) -> list[str]:
    # The text of a code block ends with that block's own event.
    if isinstance(event, dict) and event.get("End") == "CodeBlock":
        return []
    return [_template_name(tag) for tag in TEMPLATE.findall(prose)]


def _template_name(tag: str) -> str:
    name = TEMPLATE_NAME.search(tag[2:-2])
    return f"{tag[:2]} {name[0] if name else '…'} {tag[-2:]}"


def _changes(raw: bytes, source: str, new_address: NewAddress) -> Iterator[tuple[int, int, bytes]]:
    """Yield start, stop and new bytes of each address to change."""
    events: Iterable[tuple[Any, Any]] = pyromark.events_with_range(source, options=OPTIONS)
    for event, span in events:
        if not isinstance(event, dict):
            continue
        start, stop = span["start"], span["end"]
        if html := event.get("Html") or event.get("InlineHtml"):
            yield from _html_changes(html, start, new_address)
        elif isinstance(event.get("Start"), dict):
            yield from _link_changes(event["Start"], raw, start, stop, new_address)
    for reference in pyromark.reference_definitions(source, options=OPTIONS).values():
        address = reference["dest"]
        # Whether a definition serves pictures or links is told by its address alone.
        element = "img" if urlsplit(address).path.lower().endswith(PICTURES) else "a"
        new = new_address(element, address)
        yield from _replace_last(
            raw, reference["span"]["start"], reference["span"]["end"], address, new
        )


def _link_changes(
    started: dict[str, Any], raw: bytes, start: int, stop: int, new_address: NewAddress
) -> Iterator[tuple[int, int, bytes]]:
    for kind, element in (("Image", "img"), ("Link", "a")):
        link = started.get(kind)
        if link and link["link_type"] == "Inline":
            new = new_address(element, link["dest_url"])
            yield from _replace_last(raw, start, stop, link["dest_url"], new)


def _replace_last(
    raw: bytes, start: int, stop: int, address: str, new: str | None
) -> Iterator[tuple[int, int, bytes]]:
    if new is None:
        return
    for written in (address, f"<{address}>"):
        at = raw.rfind(written.encode(), start, stop)
        if at >= 0:
            yield at, at + len(written.encode()), new.encode()
            return


def _html_changes(
    html: str, offset: int, new_address: NewAddress
) -> Iterator[tuple[int, int, bytes]]:
    for found in HTML_ADDRESS.finditer(html):
        new = new_address(found[1].lower(), unquote(found[4]))
        if new is not None:
            start = offset + len(html[: found.start(4)].encode())
            yield start, start + len(found[4].encode()), new.encode()
