"""Outages: a database, a disk or a storage that is away, full or read-only for a while."""

import errno

from django.db import Error, InterfaceError, OperationalError

from blogsite.lib.storage import Unavailable

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
# What SQLite calls operational too, and is a fault of the code.
FAULTS = ("no such ", "near ", "ambiguous ", "too many ")
READ_ONLY_TRANSACTION = "25006"


def is_outage(error: BaseException | None) -> bool:
    """Tell whether the request may succeed later without anybody changing the code."""
    if isinstance(error, Unavailable | InterfaceError):
        return True
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    if isinstance(error, OperationalError):
        return not str(error).startswith(FAULTS)
    cause = error.__cause__ if isinstance(error, Error) else None
    return getattr(cause, "sqlstate", "") == READ_ONLY_TRANSACTION
