"""Health: whether the process lives, and whether the site can do its work."""

import tempfile
from functools import cache as remembered
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Tell whether requests should come here: 200, or 503 with the parts that fail.

    A cache that is away makes the site slower, not wrong, and does not take it out of service.
    """
    needed = {
        "database": database_answers(),
        "migrations": migrations_applied(),
        "data_folder": data_folder_writable(),
    }
    helpful = {"cache": cache_answers()}
    fit = all(needed.values())
    return JsonResponse(
        {"ready": fit}
        | {name: "ok" if fine else "failed" for name, fine in (needed | helpful).items()},
        status=HTTPStatus.OK if fit else HTTPStatus.SERVICE_UNAVAILABLE,
    )


def database_answers() -> bool:
    """Ask the database something trivial."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


@remembered
def _migrations_of_this_version() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def migrations_applied() -> bool:
    """Compare what the database records with what this version brings."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return False
    return _migrations_of_this_version() <= applied.keys()


def data_folder_writable() -> bool:
    """Write a byte that leaves no file behind."""
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
            file.write(b"1")
    except OSError:
        return False
    return True


def cache_answers() -> bool:
    """Put something into the cache and get it back."""
    value = get_random_string(8)
    cache.set("health", value, 10)
    return cache.get("health") is not None
