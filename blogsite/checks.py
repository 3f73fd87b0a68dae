"""System checks: what would hurt a site in use is refused before it starts."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.files.storage import storages
from django.db import connections

from blogsite.lib import triggers
from blogsite.lib.sqlite import is_safe
from blogsite.lib.storage import Remote, Unavailable
from blogsite.moving.databases import MARKER


@register(Tags.database)
def sqlite_is_safe(databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse WAL mode on a SQLite that can corrupt the database."""
    problems: list[CheckMessage] = []
    for alias in databases or ():
        connection: Any = connections[alias]
        if connection.vendor != "sqlite" or is_safe(connection.Database.sqlite_version_info):
            continue
        problems.append(
            Error(
                f"SQLite {connection.Database.sqlite_version} can corrupt its file (WAL reset).",
                hint="Install the package pysqlite3, or a SQLite of 3.51.3 or later.",
                id="blogsite.E001",
            )
        )
    return problems


@register(Tags.database)  # it asks over the network: at a start, not at every command
def storage_answers(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a bucket that says no; one that does not answer must not keep a site from starting."""
    storage = storages["default"]
    if not isinstance(storage, Remote):
        return []
    try:
        fault = storage.fault()
    except Unavailable as error:
        hint = "Pages are served all the same; pictures are missing until it answers."
        return [checks.Warning(str(error), hint=hint, id="blogsite.W002")]
    return [Error(fault, hint="Look at STORAGE_URL.", id="blogsite.E002")] if fault else []


@register(Tags.database)
def move_is_done(databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a database that `move_database` was stopped in the middle of."""
    return [
        Error(
            "An interrupted move_database left this database unfinished.",
            hint="Drop it, create it anew, and move again; the source is as it was.",
            id="blogsite.E003",
        )
        for alias in databases or ()
        if MARKER in triggers.tables(connections[alias])
    ]


@register(Tags.database)
def nodes_share_what_they_must(**kwargs: Any) -> list[CheckMessage]:
    """Warn where the database is elsewhere, so that nodes may share it, and the rest is here."""
    if _is_here(connections["default"].settings_dict):
        return []
    own = []
    if not isinstance(storages["default"], Remote):
        own.append(("STORAGE_URL", "Pictures are kept on this machine", "W003"))
    if not settings.SHARED_KEY:
        own.append(("BLOGSITE_SECRET_KEY", "The secret key is this machine's own", "W004"))
    return [
        checks.Warning(
            f"{fact}, the database elsewhere: a second node would not have it.",
            hint=f"Right for a single node; set {variable} before there is another.",
            id=f"blogsite.{number}",
        )
        for variable, fact, number in own
    ]


def _is_here(database: dict[str, Any]) -> bool:
    host = database["HOST"]
    is_local = not host or host.startswith(("/", "127.")) or host in {"localhost", "::1"}
    return is_local or not database["ENGINE"].endswith("postgresql")
