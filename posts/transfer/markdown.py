"""Posts from a folder of Markdown files, as Zola, Hugo, Jekyll and others keep them."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from blogsite.lib import languages
from blogsite.lib.text import clean_text, slugify
from posts.transfer import frontmatter
from posts.transfer.entry import Entry, NotAPost, Unreadable

SECTION_NAMES = {"_index.md"}
BUNDLE_NAMES = {"index.md"}
DATED = re.compile(r"(?:^|/)(\d{4})[-/](\d{1,2})[-/](\d{1,2})[-/]([^/]+?)/?$")
FIRST_HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)")
MAX_FILE = 4 * 1024 * 1024
ADDRESS_LENGTH = 300


def files(folder: Path) -> Iterator[Path]:
    """Yield the Markdown files below the folder, in order."""
    yield from sorted(path for path in folder.rglob("*.md") if path.is_file())


def read(path: Path, folder: Path) -> Entry:
    """Return the post in the file. Raises NotAPost and Unreadable."""
    if path.name in SECTION_NAMES:
        raise NotAPost("describes a section")
    text = _text(path)
    fields, body = frontmatter.split(text)
    if not body.strip() and not fields.get("title"):
        raise NotAPost("has neither title nor text")
    name = path.relative_to(folder).as_posix()
    address = _address(fields)
    stem = path.parent.name if path.name in BUNDLE_NAMES else path.stem
    title, body = _title(fields, body, stem)
    body = clean_text(body).strip("\n")
    cover, cover_alt = _cover(fields)
    return Entry(
        key=name,
        digest=sha256(text.encode()).hexdigest(),
        title=title[:200],
        body=body,
        slug=slugify(
            _last_part(frontmatter.line(fields.get("slug")) or address or stem), fallback="post"
        ),
        read_file=_file_reader(path.parent, folder),
        date=_date(fields, address or name),
        updated=frontmatter.moment(fields.get("updated") or fields.get("lastmod")),
        authors=frontmatter.words(fields.get("authors") or fields.get("author")),
        tags=_tags(fields),
        addresses=_addresses(fields, address),
        summary=frontmatter.line(fields.get("description") or fields.get("summary"))[:500],
        cover=cover,
        cover_alt=cover_alt,
        language=_language(fields),
        canonical=_canonical(fields),
        has_math=fields.get("math") is True,
        meta_title=frontmatter.line(fields.get("meta_title"))[:200],
        meta_description=frontmatter.line(fields.get("meta_description"))[:300],
        share_image=frontmatter.line(fields.get("share_image")),
        draft=bool(fields.get("draft")) or fields.get("published") is False,
    )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE:
            raise Unreadable("the file is larger than 4 MB")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable("the file is not UTF-8 text") from error
    except OSError as error:
        raise Unreadable(f"the file cannot be read ({error.strerror})") from error


def _address(fields: dict[str, Any]) -> str:
    given = fields.get("path") or fields.get("url") or fields.get("permalink")
    return frontmatter.line(given).strip("/")


def _last_part(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[-1].removesuffix(".html").removesuffix(".md")


def _title(fields: dict[str, Any], body: str, stem: str) -> tuple[str, str]:
    """Return the title, and the body without a first heading that only repeats it."""
    title = frontmatter.line(fields.get("title"))
    heading = FIRST_HEADING.match(body)
    if heading and (not title or frontmatter.line(heading[1]).casefold() == title.casefold()):
        title = title or frontmatter.line(heading[1])
        body = body[heading.end() :]
    title = title or DATED.sub(r"\4", stem).replace("-", " ").strip()
    if not title:
        raise Unreadable("there is no title")
    return title, body


def _date(fields: dict[str, Any], address: str) -> datetime | None:
    given = fields.get("date") or fields.get("published_at") or fields.get("pubdate")
    if given:
        return frontmatter.moment(given)
    dated = DATED.search(address.removesuffix("/index.md"))
    return frontmatter.moment("{}-{:0>2}-{:0>2}".format(*dated.groups()[:3])) if dated else None


def _tags(fields: dict[str, Any]) -> tuple[str, ...]:
    taxonomies = fields.get("taxonomies")
    nested = taxonomies.get("tags") if isinstance(taxonomies, dict) else None
    return frontmatter.words(fields.get("tags") or nested or fields.get("categories"))


def _addresses(fields: dict[str, Any], address: str) -> tuple[str, ...]:
    aliases = frontmatter.words(fields.get("aliases") or fields.get("redirect_from"))
    paths = (path.strip().strip("/") for path in (address, *aliases))
    return tuple(dict.fromkeys(path for path in paths if path and len(path) <= ADDRESS_LENGTH))


def _file_reader(beside: Path, folder: Path) -> Callable[[str], bytes | None]:
    """Return what reads files beside a post, and nothing outside the imported folder."""
    root = folder.resolve()

    def read_file(reference: str) -> bytes | None:
        base = root if reference.startswith("/") else beside
        path = (base / reference.lstrip("/")).resolve()
        inside = path.is_relative_to(root) and path.is_file()
        return path.read_bytes() if inside else None

    return read_file


def _language(fields: dict[str, Any]) -> str:
    given = frontmatter.line(fields.get("language") or fields.get("lang")).lower()
    return given if given in languages.CODES else ""


def _canonical(fields: dict[str, Any]) -> str:
    """Return where the text was first published, "" where that is this site."""
    given = frontmatter.line(fields.get("canonical") or fields.get("canonical_url"))
    is_whole = len(given) <= ADDRESS_LENGTH and given.startswith(("https://", "http://"))
    return "" if not is_whole or given.startswith(f"{settings.SITE_URL}/") else given


def _cover(fields: dict[str, Any]) -> tuple[str, str]:
    """Return the reference to the cover picture and its description."""
    cover = fields.get("cover") or fields.get("image") or fields.get("featured_image")
    if isinstance(cover, dict):
        return frontmatter.line(cover.get("image")), frontmatter.line(cover.get("alt"))[:500]
    return frontmatter.line(cover), frontmatter.line(fields.get("cover_alt"))[:500]
