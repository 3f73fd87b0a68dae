"""Health: whether the process lives, and whether the site can do its work."""

import logging
import shutil
import tempfile
import time
from dataclasses import dataclass
from functools import cache as remembered
from http import HTTPStatus
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import get_random_string
from django.utils.log import log_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import OutgoingEmail
from blogsite.lib.storage import Remote, storage_is_ready

OK, DEGRADED, FAILED = "ok", "degraded", "failed"
ROOM = 512 * 2**20  # bytes; less free space is worth a look
LONGEST_QUEUE = 15 * 60  # seconds that a letter may be overdue
STORAGE_SECONDS = 15  # how long an answer about a bucket is believed: asking costs a round trip

logger = logging.getLogger("blogsite.health")


@dataclass(frozen=True, slots=True)
class Part:
    """What the site stands on: how it is, and why it is not well."""

    name: str
    state: str = OK
    why: str = ""


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Tell whether requests should come here: 200, or 503 where not even reading is possible.

    What only makes the site slower, or keeps it from writing, is told and takes nothing out of
    service. Reasons are told to this machine only.
    """
    database = check_database()
    parts = [database, check_folder(), check_storage(), check_cache(), check_disk()]
    if database.state == OK:
        parts += [check_migrations(), check_queue()]
    states = {part.state for part in parts}
    told = {part.name: part.state for part in parts}
    if is_from_here(request):
        told = {part.name: part.why or part.state for part in parts}
    worst = next(state for state in (FAILED, DEGRADED, OK) if state in states)
    response = JsonResponse(
        {"ready": worst != FAILED, "state": worst} | told,
        status=HTTPStatus.SERVICE_UNAVAILABLE if worst == FAILED else HTTPStatus.OK,
    )
    log_change([f"{part.name} {part.why}" for part in parts if part.state == FAILED], response)
    return response


_logged: list[str] = []


def log_change(failures: list[str], response: HttpResponse) -> None:
    """Log what fails once, not with every probe, and that it is over."""
    level = "debug" if failures == _logged else "error" if failures else "info"
    _logged[:] = failures
    words = "; ".join(failures) or "all is well"
    # Also what keeps Django from logging the 503 by itself.
    log_response("Readiness: %s.", words, response=response, logger=logger, level=level)


def is_from_here(request: HttpRequest) -> bool:
    """Tell whether it was asked on this machine, and not through a proxy on it."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def check_database() -> Part:
    """Ask the database something trivial."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return Part("database", FAILED, f"does not answer: {type(error).__name__}")
    return Part("database")


@remembered
def _migrations_of_this_version() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def check_migrations() -> Part:
    """Compare what the database records with what this version brings."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Error as error:
        return Part("migrations", FAILED, f"cannot be read: {type(error).__name__}")
    missing = len(_migrations_of_this_version() - applied.keys())
    return Part("migrations", FAILED, f"missing: {missing}") if missing else Part("migrations")


def check_queue() -> Part:
    """See how long the oldest letter that is due has waited: the background worker may be gone."""
    try:
        seconds = OutgoingEmail.objects.overdue_seconds()
    except Error as error:
        return Part("queue", FAILED, f"cannot be read: {type(error).__name__}")
    late = seconds > LONGEST_QUEUE
    return (
        Part("queue", DEGRADED, f"a letter is {seconds:.0f} s overdue") if late else Part("queue")
    )


def check_folder() -> Part:
    """Write a byte that leaves no file behind; a folder that can only be read still serves."""
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
            file.write(b"1")
    except OSError as error:
        state = DEGRADED if settings.DATA_DIR.is_dir() else FAILED
        return Part("data_folder", state, f"cannot be written to: {error.strerror}")
    return Part("data_folder")


def check_disk() -> Part:
    """See how much room the data folder has."""
    try:
        free = shutil.disk_usage(settings.DATA_DIR).free
    except OSError as error:
        return Part("disk", DEGRADED, f"cannot be asked: {error.strerror}")
    return Part("disk", DEGRADED, f"{free >> 20} MB free") if free < ROOM else Part("disk")


def check_storage() -> Part:
    """Ask the bucket of pictures, where there is one: pages are served without it."""
    if not isinstance(storages["default"], Remote):
        return Part("storage")
    fine = _storage_is_ready(int(time.monotonic() // STORAGE_SECONDS))
    return Part("storage") if fine else Part("storage", DEGRADED, "does not answer")


_answers: dict[int, bool] = {}


def _storage_is_ready(moment: int) -> bool:
    if moment not in _answers:
        answer = storage_is_ready()
        _answers.clear()
        _answers[moment] = answer
    return _answers.get(moment, False)


def check_cache() -> Part:
    """Put something into the cache and get it back."""
    value = get_random_string(8)
    cache.set("health", value, 10)
    away = cache.get("health") is None
    return Part("cache", DEGRADED, "keeps nothing: it is away") if away else Part("cache")
