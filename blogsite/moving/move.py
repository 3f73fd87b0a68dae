"""The move of a whole site from one database to another, compared row by row."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from blogsite import content_versions
from blogsite.models import SiteSettings
from blogsite.moving import databases, sums, tables
from blogsite.moving.databases import SOURCE, TARGET, CannotMove
from blogsite.moving.sums import Sum
from posts import search_index

SETTLING = 5.0  # seconds in which requests that were let in before the hold are done


class Progress(Protocol):
    """Shows how far it is: tqdm, or nothing."""

    total: Any

    def update(self, n: float | None = 1) -> Any:
        """Go on by that many rows."""

    def set_description(self, desc: str | None = None) -> Any:
        """Say what is done now."""


def move(source: str, target: str, progress: Progress, *, hold: bool = False) -> dict[str, Sum]:
    """Carry all rows from one address to the other; return the sum of each table.

    The target is whole in the end or as empty as before. With `hold` the source takes no writes
    from now on, unless the move fails. Raises CannotMove.
    """
    from_settings, to_settings = databases.settings_of(source), databases.settings_of(target)
    with _whole_or_nothing(to_settings), databases.opened(from_settings, to_settings):
        databases.check_source()
        databases.check_target()
        with _held(hold), _cleared_on_failure():
            databases.mark()
            call_command("migrate", verbosity=0, interactive=False)
            with databases.snapshot():
                carried = _carry(progress)
            with connections[TARGET].cursor() as cursor:
                cursor.execute("ANALYZE")
            return carried


@contextmanager
def _whole_or_nothing(target: dict[str, Any]) -> Iterator[None]:
    """Write a SQLite file under another name until it is whole."""
    if not target["ENGINE"].endswith("sqlite3"):
        yield
        return
    file = Path(target["NAME"])
    if file.exists() and file.stat().st_size:
        raise CannotMove(f"The target is not empty: there is a file {file}.")
    draft = file.with_name(f"{file.name}.moving")
    draft.unlink(missing_ok=True)
    target["NAME"] = str(draft)
    try:
        yield
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _held(hold: bool) -> Iterator[None]:
    """Hold the writes of the source, for good if all goes well."""
    if not hold:
        yield
        return
    SiteSettings.hold_writes(held=True, using=SOURCE)
    is_done = False
    try:
        time.sleep(SETTLING)
        yield
        is_done = True
    finally:
        if not is_done:
            SiteSettings.hold_writes(held=False, using=SOURCE)


@contextmanager
def _cleared_on_failure() -> Iterator[None]:
    is_whole = False
    try:
        yield
        is_whole = True
    except DatabaseError as error:
        raise CannotMove(f"The target refused what the source has: {_said(error)}.") from error
    finally:
        if not is_whole:
            with suppress(DatabaseError):  # the marker tells then
                databases.clear()


def _said(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")


def _carry(progress: Progress) -> dict[str, Sum]:
    """Copy, compare and finish, in one transaction of the target."""
    target, models = connections[TARGET], tables.in_order()
    progress.total = 2 * sum(model._base_manager.using(SOURCE).count() for model in models)
    with transaction.atomic(using=TARGET):
        # What triggers would make of the rows comes as rows too, or is made of all at the end.
        with tables.triggers_away(target):
            tables.empty(target, models)
            tables.check_at_once(target, models)
            sent = {model: _copied(model, progress) for model in models}
            for model in models:
                _compare(model, sent[model], progress)
            target.check_constraints()
        _set_last_keys(models)
        progress.set_description("search index")
        search_index.rebuild(target)
        for scope in (content_versions.RIGHTS, content_versions.SITE):
            content_versions.move(target, scope)
        SiteSettings.objects.using(TARGET).update(writes_held_at=None)
        databases.unmark()
    return {model._meta.db_table: total for model, total in sent.items()}


def _set_last_keys(models: list[tables.Model]) -> None:
    for model in models:
        tables.set_last_key(connections[TARGET], model, tables.last_key(connections[SOURCE], model))


def _copied(model: tables.Model, progress: Progress) -> Sum:
    progress.set_description(f"copying {model._meta.db_table}")
    total = Sum()
    try:
        for row in tables.insert(connections[TARGET], model, sums.rows(model, SOURCE, "pk")):
            total.add(row)
            progress.update()
    except DatabaseError as error:
        after = f"of {model._meta.db_table}, after {total.rows:,} rows"
        raise CannotMove(f"The target refused what comes {after}: {_said(error)}.") from error
    return total


def _compare(model: tables.Model, sent: Sum, progress: Progress) -> None:
    progress.set_description(f"comparing {model._meta.db_table}")
    arrived = sums.of(model, TARGET)
    progress.update(arrived.rows)
    if arrived != sent:
        table = model._meta.db_table
        raise CannotMove(f"The table {table} arrived different: {sent} sent, {arrived} arrived.")
