"""A whole folder of Markdown files into the site, one file never stopping the next."""

from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from blogsite.lib.markdown import TooComplex
from posts.models import ImportedPost
from posts.transfer import markdown
from posts.transfer.entry import Entry, NotAPost, Report, Unreadable
from posts.transfer.pictures import Pictures
from posts.transfer.store import Importer

SOURCE = "markdown"


class Progress(Protocol):
    """Shows how far it is: tqdm, or nothing."""

    total: Any

    def update(self, n: float | None = 1) -> Any:
        """Go on by that many."""


def import_folder(
    folder: Path, *, dry_run: bool = False, progress: Progress | None = None, source: str = SOURCE
) -> Report:
    """Import the posts of the folder and return the report."""
    report = Report()
    entries = _read_all(folder, report)
    with Pictures() as pictures:
        importer = Importer(source, pictures, report, _links(entries))
        _choose_slugs(importer, entries)
        if progress is not None:
            progress.total = len(entries)
        coming = iter([] if dry_run else entries.values())
        for entry in entries.values():
            # As far ahead as there is room, and so never behind: what is stored makes room.
            while pictures.has_room and (later := next(coming, None)):
                importer.prepare(later)
            _import_one(importer, entry, dry_run=dry_run)
            if progress is not None:
                progress.update(1)
    return report


def _read_all(folder: Path, report: Report) -> dict[str, Entry]:
    entries = {}
    for path in markdown.files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            entries[name] = markdown.read(path, folder)
        except NotAPost as found:
            report.pass_over(name, str(found))
        except Unreadable as error:
            report.skip(name, str(error))
    return entries


def _choose_slugs(importer: Importer, entries: dict[str, Entry]) -> None:
    """Give every entry its slug before any is stored, so that links between them can be written."""
    prefix = f"{importer.source}:"
    known = ImportedPost.objects.filter(source__startswith=prefix)
    for source, slug in known.values_list("source", "post__slug"):
        importer.slugs[source.removeprefix(prefix)] = slug
    for key, entry in entries.items():
        if key not in importer.slugs:
            importer.free_slug(entry)


def _import_one(importer: Importer, entry: Entry, *, dry_run: bool) -> None:
    try:
        outcome = importer.outcome(entry) if dry_run else importer.store(entry)
    except (TooComplex, Unreadable) as error:
        importer.report.skip(entry.key, str(error))
    else:
        importer.report.count(outcome)


def _links(entries: dict[str, Entry]) -> Any:
    """Return what finds the entry that a link means: @/file.md, a file beside, a former address."""
    addresses = {path: key for key, entry in entries.items() for path in entry.addresses}

    def linked_key(entry: Entry, path: str) -> str | None:
        if path.startswith("@/"):
            return path[2:] if path[2:] in entries else None
        if path.startswith("/"):
            return addresses.get(path.strip("/"))
        beside = PurePosixPath(entry.key).parent / path
        return str(beside) if str(beside) in entries else None

    return linked_key
