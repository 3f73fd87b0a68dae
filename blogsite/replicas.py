"""Which requests read from the replica, and how long a writer reads from the primary."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse

from blogsite.lib import replica
from blogsite.pagecache import PAGES

READING = {"GET", "HEAD"}
WROTE_SALT = "blogsite.replicas.wrote"
# Longer than a replica may be behind and still be read from.
WROTE_AGE = 5 * 60


class ReadReplica:
    """Middleware: pages that are not kept are read from the replica while it is fit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.replica = replica.Replica(most_lag=settings.REPLICA_LAG)
        self.cookie = "__Host-wrote" if settings.SESSION_COOKIE_SECURE else "wrote"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; note how far the primary is after what may write."""
        with replica.request():
            response = self.get_response(request)
            if request.method not in READING:
                self._note_write(response)
            return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Choose where the view reads: kept pages stand on versions that the primary has."""
        match = request.resolver_match
        if request.method not in READING or not match or match.namespace == "admin":
            return
        if match.view_name in PAGES:
            return
        if self.replica.may_serve(self._wrote_until(request)):
            replica.read_from_replica()

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Ask the primary where the replica fell silent in the middle of a page."""
        silent = isinstance(exception, OperationalError | InterfaceError)
        if not silent or not replica.is_read_from():
            return None
        self.replica.lose(exception)
        view: Any = request.resolver_match
        with replica.primary():
            response: HttpResponseBase = view.func(request, *view.args, **view.kwargs)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response

    def _wrote_until(self, request: HttpRequest) -> int:
        found = request.get_signed_cookie(
            self.cookie, default="0", salt=WROTE_SALT, max_age=WROTE_AGE
        )
        return int(found or 0)

    def _note_write(self, response: HttpResponseBase) -> None:
        try:
            now = replica.position(DEFAULT_DB_ALIAS, "pg_current_wal_lsn")
        except (DatabaseError, InterfaceError):
            return  # the answer says so already
        response.set_signed_cookie(
            self.cookie,
            str(now),
            salt=WROTE_SALT,
            max_age=WROTE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
